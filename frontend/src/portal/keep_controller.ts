// Keeps half-written words on the server, so that a closed browser loses nothing.
import { Controller } from "@hotwired/stimulus";
import { ask } from "../desk/web";

export default class Keep extends Controller<HTMLFormElement> {
  static override targets = ["text", "said"];
  static override values = { url: String };
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly saidTarget: HTMLElement;
  declare readonly urlValue: string;
  private timer = 0;

  override connect(): void {
    document.addEventListener("visibilitychange", this.hidden);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.hidden);
  }

  later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), 800);
  }

  private hidden = (): void => {
    if (document.visibilityState === "hidden" && this.timer) void this.save();
  };

  private async save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = 0;
    const body = new URLSearchParams({ text: this.textTarget.value });
    try {
      const response = await ask(this.urlValue, { method: "POST", body, keepalive: true });
      if (response.ok) this.saidTarget.textContent = this.saidTarget.dataset.keepWords ?? "";
    } catch {
      this.saidTarget.textContent = "";
    }
  }
}
