// The telephone's place in the top bar: times a call taken by hand, over every page and over a reload, in every tab, and
// fills its length into [data-call-seconds] fields ([data-call-started] gets the moment it began).
import { Controller } from "@hotwired/stimulus";
import { remember, remembered, word } from "./web";

export default class Callbar extends Controller<HTMLElement> {
  static override targets = ["start", "live", "clock", "last"];
  static override values = { user: Number };
  declare readonly startTarget: HTMLElement;
  declare readonly liveTarget: HTMLElement;
  declare readonly clockTarget: HTMLElement;
  declare readonly lastTarget: HTMLElement;
  declare readonly userValue: number;
  private timer = 0;

  override connect(): void {
    this.timer = window.setInterval(this.draw, 500);
    window.addEventListener("storage", this.draw);
    document.addEventListener("suhui:page", this.draw);
    this.draw();
  }

  override disconnect(): void {
    clearInterval(this.timer);
    window.removeEventListener("storage", this.draw);
    document.removeEventListener("suhui:page", this.draw);
  }

  start(): void {
    remember(this.name, String(Date.now()));
    this.draw();
    this.liveTarget.querySelector<HTMLElement>("a, button")?.focus();
  }

  stop(): void {
    remember(`${this.name}:last`, String(this.seconds));
    remember(this.name, "");
    this.draw();
    this.startTarget.focus();
  }

  private get name(): string {
    return `call:${this.userValue}`;
  }

  private get began(): number {
    return Number(remembered(this.name)) || 0;
  }

  private get seconds(): number {
    return this.began ? Math.max(0, Math.floor((Date.now() - this.began) / 1000)) : 0;
  }

  private draw = (): void => {
    const running = this.began > 0;
    this.startTarget.hidden = running;
    this.liveTarget.hidden = !running;
    const text = clock(this.seconds);
    if (this.clockTarget.textContent !== text) this.clockTarget.textContent = text;
    const last = Number(remembered(`${this.name}:last`)) || 0;
    this.lastTarget.textContent = last && !running ? word("last_contact", { time: clock(last) }) : "";
    const seconds = this.began ? this.seconds : last;
    if (seconds) this.fill(seconds);
  };

  private fill(seconds: number): void {
    for (const field of document.querySelectorAll<HTMLInputElement>("[data-call-seconds]")) {
      if (field.dataset["callSeconds"] !== "typed" && document.activeElement !== field) field.value = String(seconds);
      field.addEventListener("input", () => field.setAttribute("data-call-seconds", "typed"), { once: true });
    }
  }
}

function clock(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}
