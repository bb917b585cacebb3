// A deadline that ticks: the same words as desk/filters.py due_state(), once every ten seconds, without moving anything.
import { Controller } from "@hotwired/stimulus";
import { word } from "./web";

const SOON = 30 * 60;

export default class Due extends Controller<HTMLTimeElement> {
  static override values = { warn: String };
  declare readonly warnValue: string;
  private timer = 0;

  override connect(): void {
    this.timer = window.setInterval(() => this.tick(), 10_000);
  }

  override disconnect(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    const left = (Date.parse(this.element.dateTime) - now) / 1000;
    const warned = this.warnValue !== "" && Date.parse(this.warnValue) <= now;
    if (this.element.classList.contains("is-later") && left > SOON && !warned) return;
    const scale = left <= 0 ? "overdue" : left <= SOON || warned ? "soon" : "today";
    this.element.classList.remove("is-overdue", "is-soon", "is-today", "is-later");
    this.element.classList.add(`is-${scale}`);
    const words = this.element.querySelector(".due-word");
    const text = word(left <= 0 ? "late" : "left", { span: span(Math.abs(left)) });
    if (words && words.textContent !== text) words.textContent = text;
  }
}

/** A length of time in its two largest units; see desk/filters.py span(). */
export function span(seconds: number): string {
  const all = Math.floor(seconds / 60);
  const [days, hours, minutes] = [Math.floor(all / 1440), Math.floor((all % 1440) / 60), all % 60];
  if (days) return word("days", { days, hours });
  if (hours) return word("hours", { hours, minutes });
  return word("minutes", { minutes });
}
