// Masked data: the menu lists reasons (fetched), one click on a reason shows the value and is logged on the server.
import { Controller } from "@hotwired/stimulus";
import { ask, say, word } from "./web";

export default class Reveal extends Controller<HTMLElement> {
  static override targets = ["value", "lock"];
  declare readonly valueTarget: HTMLElement;
  declare readonly lockTarget: HTMLElement;

  async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target as HTMLFormElement;
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) data.append(name, String(value));
    try {
      const response = await ask(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const answer = new DOMParser().parseFromString(await response.text(), "text/html").body.textContent?.trim() ?? "";
      if (!response.ok) return say({ text: answer || word("failed"), level: "urgent" });
      this.valueTarget.textContent = answer;
      this.lockTarget.remove();
    } catch {
      say({ text: word("offline"), level: "urgent" });
    }
  }
}
