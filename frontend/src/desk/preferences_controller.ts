// Look and density change at once; a language needs the page in that language.
import { Controller } from "@hotwired/stimulus";
import { ask } from "./web";

export default class Preferences extends Controller<HTMLFormElement> {
  async change(event: Event): Promise<void> {
    const { name, value } = event.target as HTMLInputElement;
    if (name === "theme" || name === "density") document.documentElement.dataset[name] = value;
    const response = await ask(this.element.action, { method: "POST", body: new URLSearchParams({ [name]: value }) });
    if (response.ok && name === "language") location.reload();
  }
}
