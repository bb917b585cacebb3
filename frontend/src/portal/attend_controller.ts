// Takes the eye and the screen reader to what went wrong.
import { Controller } from "@hotwired/stimulus";

export default class Attend extends Controller<HTMLElement> {
  override connect(): void {
    this.element.focus();
  }
}
