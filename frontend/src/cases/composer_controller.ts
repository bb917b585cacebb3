// Reply or note: two forms, one at a time. The key presses its tab; the tab shows its form and puts the cursor into it.
import { Controller } from "@hotwired/stimulus";

export default class Composer extends Controller<HTMLElement> {
  static override targets = ["tab", "panel"];
  declare readonly tabTargets: HTMLElement[];
  declare readonly panelTargets: HTMLElement[];
  private name = "";

  override connect(): void {
    document.addEventListener("suhui:refreshed", this.again);
  }

  override disconnect(): void {
    document.removeEventListener("suhui:refreshed", this.again);
  }

  show(event: Event & { params: { name: string } }): void {
    this.name = event.params.name;
    this.again();
    this.element.querySelector<HTMLTextAreaElement>(`#compose-${this.name} textarea`)?.focus();
  }

  /** A refreshed page does not know which of the two was open. */
  private again = (): void => {
    const { name } = this;
    if (!name) return;
    for (const tab of this.tabTargets) tab.setAttribute("aria-selected", String(tab.id === `tab-${name}`));
    for (const panel of this.panelTargets) panel.hidden = panel.id !== `compose-${name}`;
  };
}
