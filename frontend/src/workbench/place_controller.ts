// Where a row's menu opens: beside its button, above it when there is no room below, never cut by the table's edge.
import { Controller } from "@hotwired/stimulus";

const TALL = 320;

export default class Place extends Controller<HTMLDetailsElement> {
  static override targets = ["list"];
  declare readonly listTarget: HTMLElement;

  override connect(): void {
    this.element.addEventListener("toggle", this.opened);
  }

  override disconnect(): void {
    this.element.removeEventListener("toggle", this.opened);
  }

  private opened = (): void => {
    if (!this.element.open) return;
    const at = this.element.getBoundingClientRect();
    const below = innerHeight - at.bottom - 12;
    const above = below < Math.min(TALL, at.top);
    const { style } = this.listTarget;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - 240))}px`;
    style.top = above ? "auto" : `${at.bottom + 2}px`;
    style.bottom = above ? `${innerHeight - at.top + 2}px` : "auto";
    style.maxHeight = `${Math.min(TALL, above ? at.top - 12 : below)}px`;
  };
}
