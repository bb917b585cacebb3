// A fragment that keeps itself true: watches its topics and morphs in what the server shows now.
import { Controller } from "@hotwired/stimulus";
import { morphInto } from "./morph";
import { watch } from "./socket";
import { ask } from "./web";

const GATHER = 60;

export default class Live extends Controller<HTMLElement> {
  static override values = { topic: String, url: String, first: Boolean };
  declare readonly topicValue: string;
  declare readonly urlValue: string;
  declare readonly firstValue: boolean;
  private release: (() => void)[] = [];
  private waiting = 0;
  private running: AbortController | undefined;

  override connect(): void {
    this.release = this.topics.map(watch);
    document.addEventListener("suhui:changed", this.changed);
    this.element.addEventListener("suhui:refresh", this.soon);
    document.addEventListener("visibilitychange", this.shown);
    if (this.firstValue && !this.element.hasChildNodes()) void this.refresh();
  }

  override disconnect(): void {
    for (const release of this.release) release();
    document.removeEventListener("suhui:changed", this.changed);
    this.element.removeEventListener("suhui:refresh", this.soon);
    document.removeEventListener("visibilitychange", this.shown);
    clearTimeout(this.waiting);
    this.running?.abort();
  }

  private get topics(): string[] {
    return this.topicValue.split(/\s+/).filter(Boolean);
  }

  private changed = (event: Event): void => {
    const changed = (event as CustomEvent<string[]>).detail;
    if (this.topics.some((topic) => changed.includes(topic))) this.soon();
  };

  private stale = false;

  private shown = (): void => {
    if (this.stale && document.visibilityState === "visible") this.soon();
  };

  private soon = (): void => {
    this.stale = document.visibilityState !== "visible";
    if (this.stale) return;
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.refresh(), GATHER + Math.random() * GATHER);
  };

  async refresh(): Promise<void> {
    this.running?.abort();
    this.running = new AbortController();
    try {
      const response = await ask(this.urlValue || location.href, {
        headers: { "HX-Request": "true", "X-Suhui-Live": "1" },
        signal: this.running.signal,
      });
      if (!response.ok || response.status === 204) return;
      this.morph(await response.text());
    } catch {
      // Overtaken, or no line: the socket's return brings the hint again.
    }
  }

  private morph(html: string): void {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const same = this.element.id ? parsed.getElementById(this.element.id) : null;
    morphInto(this.element, (same ?? parsed.body).innerHTML);
  }
}
