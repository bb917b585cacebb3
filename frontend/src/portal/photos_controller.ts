// Photos from the camera or the album: says how many were chosen, or sends them at once.
import { Controller } from "@hotwired/stimulus";

export default class Photos extends Controller<HTMLElement> {
  static override targets = ["input", "said"];
  static override values = { send: Boolean };
  declare readonly inputTargets: HTMLInputElement[];
  declare readonly saidTarget: HTMLElement;
  declare readonly sendValue: boolean;

  chosen(): void {
    const count = this.inputTargets.reduce((sum, input) => sum + (input.files?.length ?? 0), 0);
    this.saidTarget.textContent = count
      ? (this.saidTarget.dataset.photosWords ?? "").replace("{count}", String(count))
      : "";
    if (count && this.sendValue) this.element.closest("form")?.requestSubmit();
  }
}
