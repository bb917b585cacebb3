// Saves a form while one types, on the server and (without a line) in the browser; brings it back; forgets it when sent.
import { Controller } from "@hotwired/stimulus";
import { ask, remember, remembered, word } from "./web";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export default class Draft extends Controller<HTMLFormElement> {
  static override targets = ["state"];
  static override values = { key: String, url: { type: String, default: "/draft/" } };
  declare readonly keyValue: string;
  declare readonly urlValue: string;
  declare readonly hasStateTarget: boolean;
  declare readonly stateTarget: HTMLElement;
  private waiting = 0;
  private unsaved = false;
  private sent = false;

  override connect(): void {
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("suhui:sent", this.accepted);
    window.addEventListener("pagehide", this.keepNow);
    window.addEventListener("online", this.keepNow);
    if (!this.element.querySelector("input[name=_draft]")) {
      const named = document.createElement("input");
      Object.assign(named, { type: "hidden", name: "_draft", value: this.keyValue });
      this.element.append(named);
    }
    if (!this.element.querySelector("[aria-invalid=true]")) void this.restore();
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("suhui:sent", this.accepted);
    window.removeEventListener("pagehide", this.keepNow);
    window.removeEventListener("online", this.keepNow);
    this.keepNow();
  }

  private get fields(): Field[] {
    return [...this.element.elements].filter(
      (field): field is Field =>
        (field instanceof HTMLInputElement ||
          field instanceof HTMLTextAreaElement ||
          field instanceof HTMLSelectElement) &&
        field.name !== "" &&
        !["hidden", "password", "file", "submit", "button"].includes(field.type),
    );
  }

  private typed = (): void => {
    this.unsaved = true;
    this.element.classList.add("is-dirty");
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.save(), 800);
  };

  private keepNow = (): void => {
    clearTimeout(this.waiting);
    if (this.unsaved && !this.sent) void this.save();
  };

  private written(): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const field of this.fields) {
      if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
        if (field.checked) fields[`${field.name}=${field.value}`] = "on";
      } else if (field.value !== "") fields[field.name] = field.value;
    }
    return fields;
  }

  private async save(): Promise<void> {
    const body = JSON.stringify({ key: this.keyValue, fields: this.written() });
    this.unsaved = false;
    try {
      const response = await ask(this.urlValue, {
        method: "PUT",
        body,
        keepalive: body.length < 60_000,
        headers: { "Content-Type": "application/json" },
      });
      if (!response.ok) throw new Error(response.statusText);
      const { saved } = (await response.json()) as { saved: string };
      remember(`draft:${this.keyValue}`, "");
      this.say(word("saved", { time: saved }));
    } catch {
      this.unsaved = true;
      remember(`draft:${this.keyValue}`, body);
      this.say(word("not_saved"));
    }
  }

  private async restore(): Promise<void> {
    const kept = remembered(`draft:${this.keyValue}`);
    if (kept) {
      this.fill((JSON.parse(kept) as { fields: Record<string, string> }).fields);
      return void this.save();
    }
    const url = new URL(this.urlValue, location.href);
    url.searchParams.set("key", this.keyValue);
    const response = await ask(url).catch(() => undefined);
    if (response?.status !== 200 || this.unsaved) return;
    const { fields, saved } = (await response.json()) as { fields: Record<string, string>; saved: string };
    this.fill(fields);
    this.say(word("restored", { time: saved }));
  }

  private fill(written: Record<string, string>): void {
    for (const field of this.fields) {
      if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
        field.checked = written[`${field.name}=${field.value}`] === "on";
      } else {
        const value = written[field.name];
        if (value !== undefined) field.value = value;
      }
    }
    this.element.classList.add("is-dirty");
    this.element.dispatchEvent(new CustomEvent("suhui:restored", { bubbles: true }));
  }

  private accepted = (): void => {
    this.sent = true;
    this.unsaved = false;
    clearTimeout(this.waiting);
    this.element.classList.remove("is-dirty");
    remember(`draft:${this.keyValue}`, "");
    if (this.element.isConnected) {
      this.element.reset();
      this.say("");
      this.sent = false;
    }
  };

  private say(text: string): void {
    if (this.hasStateTarget) this.stateTarget.textContent = text;
  }
}
