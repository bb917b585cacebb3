// Copies a value as it is (a waybill number without the gaps the eye sees). Says so by a tick, or in a toast when given words.
import { Controller } from "@hotwired/stimulus";
import { drawing, say, word } from "./web";

export default class Copy extends Controller<HTMLElement> {
  static override values = { text: String, said: String };
  declare readonly textValue: string;
  declare readonly saidValue: string;

  async copy(event: Event): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    try {
      await navigator.clipboard.writeText(this.textValue);
    } catch {
      say({ text: word("failed"), level: "urgent" });
      return;
    }
    if (this.saidValue) {
      say({ text: this.saidValue });
      return;
    }
    const before = [...this.element.childNodes];
    this.element.classList.add("is-done");
    this.element.replaceChildren(drawing("check"));
    this.element.setAttribute("title", word("copied"));
    setTimeout(() => {
      this.element.classList.remove("is-done");
      this.element.replaceChildren(...before);
    }, 1500);
  }
}
