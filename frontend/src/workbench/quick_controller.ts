// The ten-second log: Enter in the text keeps the contact; Shift and Enter begins a new line; an input method's Enter is its own.
import { Controller } from "@hotwired/stimulus";

export default class Quick extends Controller<HTMLFormElement> {
  key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    this.element.requestSubmit(this.element.querySelector<HTMLElement>("button.primary"));
  }
}
