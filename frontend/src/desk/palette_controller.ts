// Ctrl+K: every place, everything one can do on this page, and a search, by a few letters.
import { Controller } from "@hotwired/stimulus";
import { visible } from "./keys_controller";
import { drawing, make, word } from "./web";

interface Choice {
  label: string;
  icon: string;
  note: string;
  run: () => void;
}

export default class Palette extends Controller<HTMLElement> {
  static override targets = ["dialog", "input", "list", "more"];
  declare readonly dialogTarget: HTMLDialogElement;
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly moreTargets: HTMLAnchorElement[];
  private choices: Choice[] = [];
  private shown: Choice[] = [];
  private at = 0;

  override connect(): void {
    document.addEventListener("keydown", this.pressed);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.pressed);
  }

  private pressed = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    if (this.dialogTarget.open) return this.dialogTarget.close();
    this.choices = [...this.actions(), ...this.places(), ...this.settings()];
    this.inputTarget.value = "";
    this.filter();
    this.dialogTarget.showModal();
    this.inputTarget.focus();
  };

  outside(event: MouseEvent): void {
    if (event.target === this.dialogTarget) this.dialogTarget.close();
  }

  private actions(): Choice[] {
    const pressable = document.querySelectorAll<HTMLElement>("#page [data-key], #page .page-actions :is(a, button)");
    return [...new Set(pressable)]
      .filter((element) => visible(element) && !element.matches(":disabled"))
      .map((element) => ({
        label: element.dataset["keyLabel"] || element.getAttribute("aria-label") || (element.textContent ?? "").trim(),
        icon: "bolt",
        note: element.dataset["key"] ?? "",
        run: () => (element.matches("input, textarea, select") ? element.focus() : element.click()),
      }))
      .filter((choice) => choice.label !== "");
  }

  private settings(): Choice[] {
    return this.moreTargets.map((link) => ({
      label: link.textContent ?? "",
      icon: "arrow-right",
      note: "",
      run: () => link.click(),
    }));
  }

  private places(): Choice[] {
    return [...document.querySelectorAll<HTMLElement>(".rail [data-rail-target=link]")].map((link) => ({
      label: link.querySelector(".rail-label")?.textContent ?? "",
      icon: "arrow-right",
      note: link.dataset["goto"] ? `g ${link.dataset["goto"]}` : "",
      run: () => link.click(),
    }));
  }

  private search(text: string): Choice[] {
    const form = document.querySelector<HTMLFormElement>("form.search");
    if (!form || !text) return [];
    const run = (): void => {
      const input = form.elements.namedItem("q") as HTMLInputElement;
      input.value = text;
      form.requestSubmit();
    };
    return [
      {
        label: `${form.querySelector("input")?.getAttribute("aria-label") ?? ""}: ${text}`,
        icon: "search",
        note: "",
        run,
      },
    ];
  }

  filter(): void {
    const text = this.inputTarget.value.trim().toLowerCase();
    this.shown = [...this.choices.filter((choice) => choice.label.toLowerCase().includes(text)), ...this.search(text)];
    this.at = 0;
    this.draw();
  }

  key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.shown.length) % Math.max(1, this.shown.length);
      this.draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(this.at);
    }
  }

  private take(at: number): void {
    const choice = this.shown[at];
    if (!choice) return;
    this.dialogTarget.close();
    choice.run();
  }

  private draw(): void {
    const options = this.shown.map((choice, n) => {
      const option = make("div", { role: "option", id: `palette-${n}`, "aria-selected": String(n === this.at) });
      option.append(drawing(choice.icon), choice.label);
      if (choice.note) option.append(make("kbd", {}, choice.note));
      option.addEventListener("click", () => this.take(n));
      return option;
    });
    this.listTarget.replaceChildren(
      ...(options.length ? options : [make("div", { role: "option", "aria-disabled": "true" }, word("none_found"))]),
    );
    this.inputTarget.setAttribute("aria-activedescendant", options.length ? `palette-${this.at}` : "");
    options[this.at]?.scrollIntoView({ block: "nearest" });
  }
}
