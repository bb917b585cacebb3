// A waybill's number in a text: rest on it (or reach it by keyboard) and its parcel is shown beside it, without leaving.
import { Controller } from "@hotwired/stimulus";
import { ask, make } from "../desk/web";

const REST = 250;
const fetched = new Map<string, { at: number; html: string }>();
const FRESH = 30_000;

export default class Peek extends Controller<HTMLAnchorElement> {
  static override values = { url: String };
  declare readonly urlValue: string;
  private waiting = 0;
  private shown: HTMLElement | undefined;

  override disconnect(): void {
    this.gone();
  }

  soon(): void {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.show(), REST);
  }

  gone = (): void => {
    clearTimeout(this.waiting);
    this.shown?.remove();
    this.shown = undefined;
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("scroll", this.gone, true);
  };

  private pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.gone();
  };

  private async show(): Promise<void> {
    const html = await this.fetch();
    if (!html || !this.element.isConnected || this.shown || !this.element.matches(":hover, :focus")) return;
    const box = make("div", { class: "peek", role: "tooltip" });
    box.innerHTML = html;
    this.shown = box;
    document.body.append(box);
    const at = this.element.getBoundingClientRect();
    const below = at.bottom + 6 + box.offsetHeight <= innerHeight;
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - box.offsetHeight)}px`;
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("scroll", this.gone, true);
  }

  private async fetch(): Promise<string> {
    const known = fetched.get(this.urlValue);
    if (known && Date.now() - known.at < FRESH) return known.html;
    const response = await ask(this.urlValue, { headers: { "HX-Request": "true" } }).catch(() => undefined);
    if (!response?.ok) return "";
    const html = await response.text();
    fetched.set(this.urlValue, { at: Date.now(), html });
    return html;
  }
}
