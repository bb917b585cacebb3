// The bar at the bottom: there while rows are picked.
import { Controller } from "@hotwired/stimulus";
import { word } from "./web";

export default class Bulk extends Controller<HTMLFormElement> {
  static override targets = ["count"];
  declare readonly countTarget: HTMLElement;

  override connect(): void {
    this.element.addEventListener("suhui:picked", this.picked);
  }

  override disconnect(): void {
    this.element.removeEventListener("suhui:picked", this.picked);
  }

  clear(): void {
    for (const table of document.querySelectorAll("[data-controller~=table]")) {
      table.dispatchEvent(new CustomEvent("suhui:clear"));
    }
  }

  private picked = (event: Event): void => {
    const count = (event as CustomEvent<number>).detail;
    this.element.hidden = count === 0;
    this.countTarget.textContent = word("picked", { count });
  };
}
