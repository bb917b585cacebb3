// The bar at the bottom: there while rows are picked.
import { Controller } from "@hotwired/stimulus";
import { word } from "./web";

export default class Bulk extends Controller<HTMLFormElement> {
  static override targets = ["count", "link"];
  declare readonly countTarget: HTMLElement;
  declare readonly linkTargets: HTMLAnchorElement[];

  override connect(): void {
    this.element.addEventListener("suhui:picked", this.picked);
    this.element.addEventListener("suhui:sent", this.sent);
  }

  override disconnect(): void {
    this.element.removeEventListener("suhui:picked", this.picked);
    this.element.removeEventListener("suhui:sent", this.sent);
  }

  clear(): void {
    for (const table of document.querySelectorAll("[data-controller~=table]")) {
      table.dispatchEvent(new CustomEvent("suhui:clear"));
    }
  }

  /** What was picked has been dealt with: nothing is picked any more, and the dialog that asked for details closes. */
  private sent = (): void => {
    for (const field of this.element.elements) field.closest<HTMLDialogElement>("dialog[open]")?.close();
    this.clear();
  };

  /** What a link in the bar (a download) carries along: picked=17&picked=19. */
  private pickedAsQuery(): string {
    const boxes = [...this.element.elements].filter(
      (field): field is HTMLInputElement => field instanceof HTMLInputElement && field.type === "checkbox",
    );
    return new URLSearchParams(
      boxes.filter((box) => box.checked && box.name === "picked").map((box) => [box.name, box.value]),
    ).toString();
  }

  private picked = (event: Event): void => {
    const count = (event as CustomEvent<number>).detail;
    this.element.hidden = count === 0;
    this.countTarget.textContent = word("picked", { count });
    for (const link of this.linkTargets) link.search = this.pickedAsQuery();
  };
}
