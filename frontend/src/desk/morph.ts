// Brings new HTML into what is on screen and leaves alone what the person is at: the row they stand on, the rows they
// picked, what they opened, what they typed. Used by live fragments and by pages that come back the same.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { isTyping } from "./web";

const PICKS = "input[data-table-target~=box]";

export function morphInto(element: HTMLElement, html: string): void {
  const open = new Set<Element>(element.querySelectorAll("details[open], dialog[open]"));
  const restore = [rowStoodOn(element), rowsPicked(element)];
  Idiomorph.morph(element, html, {
    morphStyle: "innerHTML",
    // Only for a field: Idiomorph leaves the children of what has the focus alone too, and a row's link must change.
    ignoreActiveValue: isTyping(document.activeElement),
    restoreFocus: true,
    callbacks: {
      beforeAttributeUpdated: (name: string, node: Element) => !(name === "open" && open.has(node)),
      beforeNodeMorphed: (from: Node) => !(from instanceof HTMLElement && isTheirs(from)),
    },
  });
  for (const again of restore) again();
  htmx.process(element);
  element.dispatchEvent(new CustomEvent("suhui:refreshed", { bubbles: true }));
}

/** What the server may not touch now: a menu that is open, a form or a field somebody wrote into. */
function isTheirs(element: HTMLElement): boolean {
  return element.matches("form.is-dirty, [data-keep], details.menu[open]") || wasChanged(element);
}

function wasChanged(element: HTMLElement): boolean {
  if (element.matches(PICKS)) return false;
  if (element instanceof HTMLTextAreaElement) return element.value !== element.defaultValue;
  if (element instanceof HTMLSelectElement) {
    const given = [...element.options].findIndex((one) => one.defaultSelected);
    return element.selectedIndex !== Math.max(0, given) && element.selectedIndex >= 0;
  }
  if (!(element instanceof HTMLInputElement) || element.type === "hidden") return false;
  if (element.type === "checkbox" || element.type === "radio") return element.checked !== element.defaultChecked;
  return element.value !== element.defaultValue;
}

function rowsPicked(element: HTMLElement): () => void {
  const values = new Set([...element.querySelectorAll<HTMLInputElement>(`${PICKS}:checked`)].map((box) => box.value));
  return () => {
    for (const box of element.querySelectorAll<HTMLInputElement>(PICKS)) box.checked = values.has(box.value);
  };
}

/** The row one came to with j and k, found again by what it links to; the one now in its place when it has gone. */
function rowStoodOn(element: HTMLElement): () => void {
  const here = element.querySelector<HTMLElement>(".is-here");
  const list = here?.closest<HTMLElement>("[data-list]");
  if (!here || !list) return () => undefined;
  const at = rowsOf(list).indexOf(here);
  const address = linkOf(here)?.getAttribute("href");
  const focused = here.contains(document.activeElement);
  return () => {
    const lists = [...element.querySelectorAll<HTMLElement>("[data-list]")];
    const rows = rowsOf(list.isConnected ? list : lists[0]);
    const row =
      rows.find((one) => linkOf(one)?.getAttribute("href") === address) ?? rows[Math.min(at, rows.length - 1)];
    for (const one of rows) one.classList.toggle("is-here", one === row);
    if (focused && row && !row.contains(document.activeElement)) linkOf(row)?.focus({ preventScroll: true });
  };
}

export function rowsOf(list: HTMLElement | undefined): HTMLElement[] {
  return list ? [...list.querySelectorAll<HTMLElement>(":scope > tr, [data-row]")] : [];
}

function linkOf(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("a[href]");
}
