// A chart from a JSON block (desk/charts.py); ECharts is fetched only by a page that has one.
import { Controller } from "@hotwired/stimulus";
import type { Drawn, Spec } from "./chart";

export default class Chart extends Controller<HTMLElement> {
  static override targets = ["spec", "canvas"];
  declare readonly specTarget: HTMLScriptElement;
  declare readonly canvasTarget: HTMLElement;
  private drawn: Drawn | undefined;
  private watcher: MutationObserver | undefined;

  override async connect(): Promise<void> {
    const { draw } = await import("./chart");
    if (!this.element.isConnected) return;
    const again = (): void => {
      this.drawn?.dispose();
      this.drawn = draw(this.canvasTarget, JSON.parse(this.specTarget.textContent || "{}") as Spec);
    };
    again();
    this.watcher = new MutationObserver(again);
    this.watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  override disconnect(): void {
    this.watcher?.disconnect();
    this.drawn?.dispose();
  }
}
