// The lock beside masked data: asks why from a short list, then shows the value in its place. Every look is logged.
import { Controller } from "@hotwired/stimulus";
import { ask } from "../desk/web";

export default class Reveal extends Controller<HTMLButtonElement> {
  static override values = { url: String, key: String, field: String };
  declare readonly urlValue: string;
  declare readonly keyValue: string;
  declare readonly fieldValue: string;
  private list: HTMLElement | null = null;

  override disconnect(): void {
    this.close();
  }

  async ask(): Promise<void> {
    if (this.list) {
      this.close();
      return;
    }
    const url = new URL(this.urlValue, location.href);
    url.searchParams.set("key", this.keyValue);
    url.searchParams.set("field", this.fieldValue);
    const response = await ask(url, { headers: { "HX-Request": "true" } });
    if (response.ok) this.open(await response.text());
  }

  private open(html: string): void {
    const list = document.createElement("div");
    list.className = "menu-list reveal-list";
    list.innerHTML = html;
    document.body.append(list);
    this.list = list;
    const at = this.element.getBoundingClientRect();
    const box = list.getBoundingClientRect();
    const below = at.bottom + 4 + box.height < window.innerHeight;
    list.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - 4 - box.height)}px`;
    list.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - box.width - 8))}px`;
    list.addEventListener("submit", this.submit);
    list.addEventListener("keydown", this.key);
    document.addEventListener("pointerdown", this.outside);
    document.addEventListener("suhui:page", this.close);
    this.element.setAttribute("aria-expanded", "true");
    list.querySelector<HTMLElement>("button[name=reason]")?.focus();
  }

  private close = (): void => {
    if (!this.list) return;
    this.list.remove();
    this.list = null;
    document.removeEventListener("pointerdown", this.outside);
    document.removeEventListener("suhui:page", this.close);
    this.element.removeAttribute("aria-expanded");
  };

  private outside = (event: PointerEvent): void => {
    const target = event.target as Node;
    if (!this.list?.contains(target) && !this.element.contains(target)) this.close();
  };

  private key = (event: KeyboardEvent): void => {
    const items = [...(this.list?.querySelectorAll<HTMLElement>("button[name=reason]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
      this.element.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
    } else if (event.key === "Tab") {
      this.close();
    }
  };

  private submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target as HTMLFormElement;
    const body = new FormData(form, event.submitter);
    const response = await ask(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!response.ok) return;
    const shown = this.element.parentElement?.firstElementChild;
    const place = document.createElement("template");
    place.innerHTML = await response.text();
    this.close();
    if (shown) shown.replaceChildren(place.content);
    shown?.parentElement?.classList.add("revealed");
    this.element.remove();
  };
}
