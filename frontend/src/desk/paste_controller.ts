// Write once: a text that is pasted or typed is read by the server; empty fields are filled, what was found is shown.
import { Controller } from "@hotwired/stimulus";
import { ask, make, word } from "./web";

interface Found {
  fields: Record<string, string>;
  found: string[];
}

export default class Paste extends Controller<HTMLElement> {
  static override targets = ["text", "found"];
  static override values = { url: String };
  declare readonly textTargets: (HTMLInputElement | HTMLTextAreaElement)[];
  declare readonly foundTarget: HTMLElement;
  declare readonly hasFoundTarget: boolean;
  declare readonly urlValue: string;
  private waiting = 0;
  private running: AbortController | undefined;

  override connect(): void {
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("suhui:restored", this.typed);
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("suhui:restored", this.typed);
  }

  private typed = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    if (event.type === "input" && !this.textTargets.includes(field)) {
      delete field.dataset["filled"];
      return;
    }
    clearTimeout(this.waiting);
    const pasted = (event as InputEvent).inputType === "insertFromPaste";
    this.waiting = window.setTimeout(() => void this.read(), pasted ? 0 : 500);
  };

  private async read(): Promise<void> {
    this.running?.abort();
    this.running = new AbortController();
    const text = this.textTargets.map((field) => field.value).join("\n");
    if (text.trim().length < 4) return this.show([]);
    try {
      const body = new URLSearchParams({ text });
      const response = await ask(this.urlValue, { method: "POST", body, signal: this.running.signal });
      if (!response.ok) return;
      const { fields, found } = (await response.json()) as Found;
      for (const [name, value] of Object.entries(fields)) this.fill(name, value);
      this.show(found);
    } catch {
      // Overtaken, or no line: the person fills the fields in.
    }
  }

  private fill(name: string, value: string): void {
    const field = this.element.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`);
    if (!field || this.textTargets.includes(field) || (field.value !== "" && field.dataset["filled"] !== "true"))
      return;
    field.value = value;
    field.dataset["filled"] = "true";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private show(found: string[]): void {
    if (!this.hasFoundTarget) return;
    this.foundTarget.replaceChildren(
      ...(found.length ? [make("span", {}, word("recognised", { what: found.join("、") }))] : []),
    );
  }
}
