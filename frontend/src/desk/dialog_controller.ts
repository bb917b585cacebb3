// A native <dialog>: opened by an `opener`, closed by Esc, its cross, or a press on what lies behind it.
import { Controller } from "@hotwired/stimulus";

export default class Dialog extends Controller<HTMLDialogElement> {
  static override values = { show: Boolean };
  declare readonly showValue: boolean;

  override connect(): void {
    if (this.showValue) this.open();
    this.element.addEventListener("suhui:sent", this.sent);
  }

  override disconnect(): void {
    this.element.removeEventListener("suhui:sent", this.sent);
    if (this.element.open) this.element.close();
  }

  open(): void {
    if (!this.element.open) this.element.showModal();
    const first = this.element.querySelector<HTMLElement>(
      "[aria-invalid=true], [autofocus], .dialog-body :is(input:not([type=hidden]), textarea, select)",
    );
    first?.focus();
  }

  close(): void {
    this.element.close();
  }

  outside(event: MouseEvent): void {
    if (event.target !== this.element) return;
    const box = this.element.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!inside) this.element.close();
  }

  private sent = (): void => this.element.close();
}
