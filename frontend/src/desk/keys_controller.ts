// Keys of the page: whatever carries data-key is pressed by it; j k Enter x move on lists; g and a letter goes to a place.
import { Controller } from "@hotwired/stimulus";
import { rowsOf } from "./morph";
import { isTyping, make, word } from "./web";

export default class Keys extends Controller<HTMLElement> {
  static override targets = ["page", "places"];
  declare readonly pageTarget: HTMLElement;
  declare readonly placesTarget: HTMLElement;
  declare readonly hasPageTarget: boolean;
  private going = 0;

  override connect(): void {
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("change", this.changed);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("change", this.changed);
  }

  private pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) {
      if (!(event.repeat && (event.key === "j" || event.key === "k"))) return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.send(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") this.leave(event.target as HTMLElement);
      return;
    }
    if (document.querySelector("details.menu[open]") && event.key !== "Escape") return;
    const handled = this.goTo(event) || this.byName(event.key) || this.onList(event.key) || this.help(event.key);
    if (handled) event.preventDefault();
  };

  /** Out of the field, back to what it is about ([data-escape-to] names it), so that the keys work again. */
  private leave(field: HTMLElement): void {
    const back = field.closest<HTMLElement>("[data-escape-to]")?.dataset["escapeTo"];
    field.blur();
    if (back) document.querySelector<HTMLElement>(back)?.focus({ preventScroll: true });
  }

  /** A select with data-autosend sends its form when it changes. */
  private changed = (event: Event): void => {
    const field = event.target as HTMLElement;
    if (field.hasAttribute("data-autosend")) (field as HTMLSelectElement).form?.requestSubmit();
  };

  private send(event: KeyboardEvent): void {
    const field = event.target as HTMLElement;
    const form = (field as HTMLInputElement).form ?? field.closest("form");
    if (!form) return;
    event.preventDefault();
    const scope = field.closest("form") ?? field.closest("dialog") ?? form;
    const sends = [...form.elements].filter((one) => one instanceof HTMLButtonElement && one.type === "submit");
    const near = sends.filter((button) => scope.contains(button));
    const offered = near.length ? near : sends;
    form.requestSubmit((offered.find((one) => one.matches(".primary")) ?? offered[0]) as HTMLButtonElement | undefined);
  }

  private goTo(event: KeyboardEvent): boolean {
    if (this.going) {
      clearTimeout(this.going);
      this.going = 0;
      const place = document.querySelector<HTMLElement>(`[data-goto="${CSS.escape(event.key)}"]`);
      place?.click();
      return true;
    }
    if (event.key !== "g" || document.querySelector("dialog[open]")) return false;
    this.going = window.setTimeout(() => {
      this.going = 0;
    }, 1200);
    return true;
  }

  private byName(key: string): boolean {
    const scope = document.querySelector("dialog[open]") ?? document;
    const named = [...scope.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)];
    const found = named.filter(visible).at(-1);
    if (!found || found.matches(":disabled, [aria-disabled=true]")) return false;
    if (isTyping(found)) {
      found.focus();
      if (found instanceof HTMLInputElement) found.select();
    } else found.click();
    return true;
  }

  private onList(key: string): boolean {
    if (document.querySelector("dialog[open]")) return false;
    const list = [...document.querySelectorAll<HTMLElement>("#page [data-list]")].find(visible);
    if (!list) return false;
    const rows = rowsOf(list);
    const marked = rows.findIndex((row) => row.classList.contains("is-here"));
    const at = marked >= 0 ? marked : rows.findIndex((row) => row.querySelector("[aria-current=true]"));
    if (key === "j" || key === "k") {
      const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (key === "j" ? 1 : -1)))];
      for (const row of rows) row.classList.toggle("is-here", row === next);
      next?.scrollIntoView({ block: "nearest" });
      const link = next?.querySelector<HTMLElement>("a[href]");
      if (link) link.focus({ preventScroll: true });
      return next !== undefined;
    }
    const row = rows[at];
    if (!row) return false;
    if (key === "x") row.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
    else if (key === "Enter" && document.activeElement === document.body) row.querySelector<HTMLElement>("a")?.click();
    else return false;
    return true;
  }

  private help(key: string): boolean {
    const dialog = document.getElementById("keys-help") as HTMLDialogElement | null;
    if (key !== "?" || !dialog || !this.hasPageTarget) return false;
    const lines = namedKeys("#page, #callbar").map(({ key: name, label }) =>
      make("li", {}, label, make("kbd", {}, name)),
    );
    this.pageTarget.replaceChildren(...(lines.length ? lines : [make("li", { class: "muted" }, word("no_keys"))]));
    const places = [...document.querySelectorAll<HTMLElement>("[data-goto]")].map((place) =>
      make("li", {}, place.querySelector(".rail-label")?.textContent ?? "", keysFor(place)),
    );
    this.placesTarget.replaceChildren(...places);
    dialog.showModal();
    return true;
  }
}

function keysFor(place: HTMLElement): HTMLElement {
  return make("span", {}, make("kbd", {}, "g"), " ", make("kbd", {}, place.dataset["goto"] ?? ""));
}

export interface NamedKey {
  key: string;
  label: string;
  element: HTMLElement;
}

/** Everything pressable under `scope` that names a key. */
export function namedKeys(scope: string): NamedKey[] {
  const seen = new Map<string, NamedKey>();
  for (const root of document.querySelectorAll(scope)) {
    for (const element of root.querySelectorAll<HTMLElement>("[data-key]")) {
      const key = element.dataset["key"] ?? "";
      if (visible(element)) seen.set(key, { key, label: element.dataset["keyLabel"] ?? "", element });
    }
  }
  return [...seen.values()];
}

/** On screen, or in a menu that is: its entries answer to their keys without being unfolded. */
export function visible(element: HTMLElement): boolean {
  const menu = element.closest<HTMLElement>("details.menu:not([open])");
  return (menu ?? element).getClientRects().length > 0;
}
