// The search box shows what it finds while one types; arrows move, Enter opens, Esc leaves.
import { Controller } from "@hotwired/stimulus";
import { ask } from "./web";

export default class Suggest extends Controller<HTMLFormElement> {
  static override targets = ["input", "hits"];
  static override values = { url: String };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly hitsTarget: HTMLElement;
  declare readonly urlValue: string;
  private waiting = 0;
  private running: AbortController | undefined;
  private at = -1;

  override connect(): void {
    document.addEventListener("suhui:page", this.hide);
  }

  override disconnect(): void {
    document.removeEventListener("suhui:page", this.hide);
  }

  type(): void {
    clearTimeout(this.waiting);
    const text = this.inputTarget.value.trim();
    if (!this.urlValue || !text) return this.hide();
    this.waiting = window.setTimeout(() => void this.look(text), 120);
  }

  leave(): void {
    setTimeout(() => {
      if (!this.element.contains(document.activeElement)) this.hide();
    }, 150);
  }

  private async look(text: string): Promise<void> {
    this.running?.abort();
    this.running = new AbortController();
    const url = new URL(this.urlValue, location.href);
    url.searchParams.set("q", text);
    try {
      const response = await ask(url, { headers: { "HX-Request": "true" }, signal: this.running.signal });
      if (!response.ok || document.activeElement !== this.inputTarget) return;
      this.hitsTarget.innerHTML = await response.text();
      this.at = -1;
      this.hitsTarget.hidden = !this.hitsTarget.hasChildNodes();
      this.inputTarget.setAttribute("aria-expanded", String(!this.hitsTarget.hidden));
      this.options.forEach((option, n) => {
        option.id = `search-hit-${n}`;
        option.setAttribute("role", "option");
      });
      this.hitsTarget.setAttribute("role", this.options.length ? "listbox" : "status");
    } catch {
      // An answer that was overtaken, or no line: Enter still asks the search page.
    }
  }

  key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.hide();
      this.inputTarget.blur();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.hitsTarget.hidden) {
      event.preventDefault();
      const count = this.options.length;
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + count + 1) % (count + 1);
      if (this.at === count) this.at = -1;
      this.options.forEach((option, n) => option.setAttribute("aria-selected", String(n === this.at)));
      this.inputTarget.setAttribute("aria-activedescendant", this.at >= 0 ? `search-hit-${this.at}` : "");
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.options[this.at]?.click();
    }
  }

  private get options(): HTMLElement[] {
    return [...this.hitsTarget.querySelectorAll<HTMLElement>("a[href]")];
  }

  private hide = (): void => {
    this.hitsTarget.hidden = true;
    this.inputTarget.setAttribute("aria-expanded", "false");
  };
}
