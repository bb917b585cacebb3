// A list beside what is open: brings the open row into sight.
import { Controller } from "@hotwired/stimulus";

export default class Current extends Controller<HTMLElement> {
  override connect(): void {
    this.element.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }
}
