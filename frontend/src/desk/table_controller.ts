// A table or list: columns one chooses (remembered by name), rows one picks (with shift for a stretch), a bar for those.
import { Controller } from "@hotwired/stimulus";
import { drawing, make, remember, remembered, word } from "./web";

export default class Table extends Controller<HTMLElement> {
  static override targets = ["body", "all", "box"];
  static override values = { name: String };
  declare readonly hasAllTarget: boolean;
  declare readonly allTarget: HTMLInputElement;
  declare readonly boxTargets: HTMLInputElement[];
  declare readonly nameValue: string;
  private last: HTMLInputElement | undefined;

  override connect(): void {
    const columns = [...this.element.querySelectorAll<HTMLElement>("thead th[data-column]")];
    if (columns.length && this.nameValue) this.offerColumns(columns);
    document.addEventListener("suhui:refreshed", this.refreshed);
    this.element.addEventListener("suhui:clear", this.clear);
    this.refreshed();
  }

  override disconnect(): void {
    document.removeEventListener("suhui:refreshed", this.refreshed);
    this.element.removeEventListener("suhui:clear", this.clear);
    this.element.querySelector(":scope > .column-menu")?.remove();
  }

  boxTargetConnected(): void {
    this.applyColumns();
  }

  private refreshed = (): void => {
    this.applyColumns();
    this.count();
  };

  pickAll(): void {
    for (const box of this.boxTargets) box.checked = this.allTarget.checked;
    this.count();
  }

  pick(event: MouseEvent): void {
    const box = event.target as HTMLInputElement;
    if (event.shiftKey && this.last) {
      const [from, to] = [this.boxTargets.indexOf(this.last), this.boxTargets.indexOf(box)].sort((a, b) => a - b);
      for (const between of this.boxTargets.slice(from, (to ?? 0) + 1)) between.checked = box.checked;
    }
    this.last = box;
    this.count();
  }

  private clear = (): void => {
    for (const box of this.boxTargets) box.checked = false;
    this.count();
  };

  private count(): void {
    const picked = this.boxTargets.filter((box) => box.checked);
    for (const box of this.boxTargets) box.closest("tr, [data-row]")?.classList.toggle("is-picked", box.checked);
    if (this.hasAllTarget) {
      this.allTarget.checked = picked.length > 0 && picked.length === this.boxTargets.length;
      this.allTarget.indeterminate = picked.length > 0 && !this.allTarget.checked;
    }
    const form = this.boxTargets[0]?.getAttribute("form");
    if (form) document.getElementById(form)?.dispatchEvent(new CustomEvent("suhui:picked", { detail: picked.length }));
  }

  private get hidden(): Set<string> {
    const kept = remembered(`columns:${this.nameValue}`);
    if (kept !== null) return new Set(kept.split(",").filter(Boolean));
    const unasked = this.element.querySelectorAll<HTMLElement>("th[data-column-hidden]");
    return new Set([...unasked].map((column) => column.dataset["column"] ?? ""));
  }

  private applyColumns = (): void => {
    const hidden = this.hidden;
    for (const cell of this.element.querySelectorAll<HTMLElement>(":is(th, td)[data-column]")) {
      cell.hidden = hidden.has(cell.dataset["column"] ?? "");
    }
  };

  private offerColumns(columns: HTMLElement[]): void {
    const menu = make("details", { class: "menu column-menu no-print", "data-controller": "menu", "data-keep": "" });
    const summary = make("summary", {
      class: "button quiet small",
      "aria-label": word("columns"),
      title: word("columns"),
    });
    summary.append(drawing("columns"));
    const list = make("div", { class: "menu-list end" }, make("div", { class: "menu-title" }, word("columns")));
    for (const column of columns) {
      const name = column.dataset["column"] ?? "";
      const box = make("input", { type: "checkbox" });
      box.checked = !this.hidden.has(name);
      box.addEventListener("change", () => {
        const hidden = this.hidden;
        if (box.checked) hidden.delete(name);
        else hidden.add(name);
        remember(`columns:${this.nameValue}`, [...hidden].join(","));
        this.applyColumns();
      });
      list.append(make("label", { class: "check menu-item" }, box, make("span", {}, column.textContent?.trim() ?? "")));
    }
    menu.append(summary, list);
    this.element.prepend(menu);
  }
}
