// A <details> as a menu: closes on Esc, on a click elsewhere and after a choice; with a url it fetches its body on opening.
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { ask } from "./web";

const EDGE = 8;

export default class Menu extends Controller<HTMLDetailsElement> {
  static override targets = ["body"];
  static override values = { url: String };
  declare readonly bodyTarget: HTMLElement;
  declare readonly urlValue: string;

  override connect(): void {
    this.element.addEventListener("toggle", this.toggled);
    this.element.addEventListener("keydown", this.key);
    document.addEventListener("pointerdown", this.outside);
    document.addEventListener("suhui:page", this.close);
  }

  override disconnect(): void {
    this.element.removeEventListener("toggle", this.toggled);
    this.element.removeEventListener("keydown", this.key);
    document.removeEventListener("pointerdown", this.outside);
    document.removeEventListener("suhui:page", this.close);
  }

  close = (): void => {
    this.element.open = false;
  };

  private toggled = async (): Promise<void> => {
    if (!this.element.open) return;
    this.keepInside();
    if (!this.urlValue || this.bodyTarget.hasChildNodes()) return;
    const response = await ask(this.urlValue, { headers: { "HX-Request": "true" } });
    if (response.ok) this.bodyTarget.innerHTML = await response.text();
    htmx.process(this.bodyTarget);
    this.keepInside();
  };

  /** A list that would leave the window, or the pane it opens in, at one side is moved in. */
  private keepInside(): void {
    const list = this.element.querySelector<HTMLElement>(".menu-list");
    if (!list) return;
    list.style.translate = "";
    const { left, right } = list.getBoundingClientRect();
    const pane = this.element.closest(".pane")?.getBoundingClientRect();
    const least = Math.max(EDGE, pane?.left ?? 0);
    const most = Math.min(document.documentElement.clientWidth - EDGE, pane?.right ?? Number.POSITIVE_INFINITY);
    const by = left < least ? least - left : right > most ? Math.max(most - right, least - left) : 0;
    if (by) list.style.translate = `${by}px 0`;
  }

  private outside = (event: PointerEvent): void => {
    if (!this.element.contains(event.target as Node)) this.close();
  };

  private key = (event: KeyboardEvent): void => {
    if (!this.element.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
      this.element.querySelector("summary")?.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const items = [...this.element.querySelectorAll<HTMLElement>(".menu-list :is(a, button, input)")];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const next = items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length];
      if (next && !(document.activeElement instanceof HTMLInputElement)) {
        event.preventDefault();
        next.focus();
      }
    }
  };
}
