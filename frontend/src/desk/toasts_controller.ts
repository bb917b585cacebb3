// One sentence about what just happened; with a way back it counts down its ten seconds, and waits while pointed at.
import { Controller } from "@hotwired/stimulus";
import { ask, drawing, make, say, type Toast, word } from "./web";

const SHORT = 5;

export default class Toasts extends Controller<HTMLElement> {
  static override targets = ["list"];
  declare readonly listTarget: HTMLElement;

  override connect(): void {
    document.addEventListener("suhui:toast", this.add);
    document.addEventListener("htmx:afterRequest", this.afterRequest);
    document.addEventListener("htmx:sendError", this.unreachable);
  }

  override disconnect(): void {
    document.removeEventListener("suhui:toast", this.add);
    document.removeEventListener("htmx:afterRequest", this.afterRequest);
    document.removeEventListener("htmx:sendError", this.unreachable);
  }

  private afterRequest = (event: Event): void => {
    const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: HTMLElement }>).detail;
    const toasts = xhr.getResponseHeader("X-Suhui-Toasts");
    if (toasts) for (const toast of JSON.parse(toasts) as Toast[]) say(toast);
    if (xhr.status === 401) location.assign(xhr.getResponseHeader("X-Suhui-Location") ?? "/");
    else if (xhr.status >= 400 && xhr.status !== 422) say({ text: sentence(xhr.responseText), level: "urgent" });
    else if (xhr.status === 422) focusError(elt);
  };

  private unreachable = (): void => say({ text: word("offline"), level: "urgent" });

  private add = (event: Event): void => {
    const toast = (event as CustomEvent<Toast>).detail;
    let left = toast.undo ? (toast.seconds ?? 10) : toast.level === "urgent" ? 12 : SHORT;
    const item = make("li", { class: `toast ${toast.level ?? "info"}` }, make("span", { class: "grow" }, toast.text));
    if (toast.level === "urgent") item.setAttribute("role", "alert");
    if (toast.undo) this.addUndo(item, toast.undo, () => left);
    const close = make("button", { type: "button", class: "close", "aria-label": word("close") });
    close.append(drawing("x"));
    close.addEventListener("click", () => item.remove());
    item.append(close);
    const tick = setInterval(() => {
      if (item.matches(":hover, :focus-within") && !toast.undo) return;
      left -= 1;
      const countdown = item.querySelector(".countdown");
      if (countdown) countdown.textContent = String(left);
      if (left > 0 && item.isConnected) return;
      clearInterval(tick);
      item.remove();
    }, 1000);
    this.listTarget.append(item);
    while (this.listTarget.children.length > 4) this.listTarget.firstElementChild?.remove();
  };

  private addUndo(item: HTMLElement, url: string, left: () => number): void {
    const countdown = make("span", { class: "countdown", "aria-hidden": "true" }, String(left()));
    const undo = make("button", { type: "button", class: "button", "data-key": "z", "data-key-label": word("undo") });
    undo.append(word("undo"));
    undo.addEventListener("click", async () => {
      undo.disabled = true;
      try {
        const response = await ask(url, { method: "POST" });
        if (!response.ok) say({ text: sentence(await response.text()), level: "urgent" });
        else document.dispatchEvent(new CustomEvent("suhui:visit", { detail: { refresh: true } }));
        item.remove();
      } catch {
        undo.disabled = false;
        say({ text: word("failed"), level: "urgent" });
      }
    });
    item.append(countdown, undo);
  }
}

function sentence(html: string): string {
  const text = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]")?.textContent?.trim();
  return text || word("failed");
}

function focusError(from: HTMLElement): void {
  const scope = from.isConnected ? from : document;
  requestAnimationFrame(() => scope.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
