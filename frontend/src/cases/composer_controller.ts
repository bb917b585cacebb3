// Reply or note: two forms, one at a time. The key presses its tab; the tab shows its form and puts the cursor into it.
import { Controller } from "@hotwired/stimulus";

export default class Composer extends Controller<HTMLElement> {
  static override targets = ["tab", "panel"];
  declare readonly tabTargets: HTMLElement[];
  declare readonly panelTargets: HTMLElement[];

  show(event: Event & { params: { name: string } }): void {
    const { name } = event.params;
    for (const tab of this.tabTargets) tab.setAttribute("aria-selected", String(tab.id === `tab-${name}`));
    for (const panel of this.panelTargets) panel.hidden = panel.id !== `compose-${name}`;
    this.element.querySelector<HTMLTextAreaElement>(`#compose-${name} textarea`)?.focus();
  }
}
