// `@` and the beginning of a name in a note: colleagues who see the case, to choose with arrows and Enter.
import { Controller } from "@hotwired/stimulus";
import { ask, make } from "../desk/web";

interface Colleague {
  name: string;
  where: string;
}

const BEGUN = /@([^\s@，。,.;；:：!！?？]{0,20})$/;

export default class Mention extends Controller<HTMLTextAreaElement> {
  static override values = { url: String };
  declare readonly urlValue: string;
  private list: HTMLElement | undefined;
  private found: Colleague[] = [];
  private at = 0;
  private waiting = 0;
  private running: AbortController | undefined;

  override disconnect(): void {
    this.hide();
  }

  type(): void {
    clearTimeout(this.waiting);
    const begun = this.begun;
    if (begun === null) return this.hide();
    this.waiting = window.setTimeout(() => void this.look(begun), 120);
  }

  key(event: KeyboardEvent): void {
    if (!this.list || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Escape") this.hide();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) this.take(this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  hide = (): void => {
    clearTimeout(this.waiting);
    this.running?.abort();
    this.list?.remove();
    this.list = undefined;
    this.element.removeAttribute("aria-activedescendant");
  };

  private get begun(): string | null {
    const before = this.element.value.slice(0, this.element.selectionStart);
    return BEGUN.exec(before)?.[1] ?? null;
  }

  private async look(begun: string): Promise<void> {
    this.running?.abort();
    this.running = new AbortController();
    const url = new URL(this.urlValue, location.href);
    url.searchParams.set("q", begun);
    const response = await ask(url, { signal: this.running.signal }).catch(() => undefined);
    if (!response?.ok || this.begun !== begun) return;
    this.found = ((await response.json()) as { people: Colleague[] }).people;
    this.at = 0;
    if (this.found.length) this.draw();
    else this.hide();
  }

  private draw(): void {
    this.list?.remove();
    const options = this.found.map((colleague, n) => {
      const option = make(
        "div",
        { role: "option", id: `mention-${n}`, class: "menu-item", "aria-selected": String(n === this.at) },
        make("span", { class: "grow" }, colleague.name),
        make("span", { class: "soft small" }, colleague.where),
      );
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.take(n);
      });
      return option;
    });
    const label = this.element.getAttribute("aria-label") ?? this.element.labels[0]?.textContent ?? "";
    this.list = make("div", { class: "mention", role: "listbox", "aria-label": label }, ...options);
    this.element.after(this.list);
    this.element.setAttribute("aria-activedescendant", `mention-${this.at}`);
  }

  private take(n: number): void {
    const name = this.found[n]?.name;
    if (!name) return;
    const end = this.element.selectionStart;
    const start = end - (this.begun ?? "").length;
    this.element.setRangeText(`${name} `, start, end, "end");
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    this.hide();
  }
}
