// A moment in one key: inside a dialog, 1 to 5 press the button that carries the digit, unless one is writing.
import { Controller } from "@hotwired/stimulus";

export default class Moments extends Controller<HTMLElement> {
  private dialog: HTMLElement | null = null;

  override connect(): void {
    this.dialog = this.element.closest("dialog, form");
    this.dialog?.addEventListener("keydown", this.pressed);
  }

  override disconnect(): void {
    this.dialog?.removeEventListener("keydown", this.pressed);
  }

  private pressed = (event: KeyboardEvent): void => {
    const writing = (event.target as Element).matches("input, textarea, select");
    if (writing ? !event.altKey : event.altKey || event.ctrlKey || event.metaKey) return;
    const digit = event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
    const button = this.element.querySelector<HTMLButtonElement>(`[data-moments-key="${digit}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  };
}
