// Talking to our own server, and the words the server gave us.

export function csrf(): string {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

let known: Record<string, string> | undefined;

/** A sentence in the reader's language (see desk/words.py), its {placeholders} filled in. */
export function word(name: string, values: Record<string, string | number> = {}): string {
  known ??= JSON.parse(document.getElementById("words")?.textContent || "{}") as Record<string, string>;
  const text = known[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

/** fetch() with our headers. Sign-in that has ended leads to the sign-in page and back. */
export async function ask(url: string | URL, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("X-Suhui-Page", headers.get("X-Suhui-Page") ?? "1");
  if (options.method && options.method !== "GET") headers.set("X-CSRFToken", csrf());
  const response = await fetch(url, { credentials: "same-origin", ...options, headers });
  showToasts(response.headers.get("X-Suhui-Toasts"));
  if (response.status === 401) toSignIn(response.headers.get("X-Suhui-Location"));
  return response;
}

export function toSignIn(address: string | null): void {
  if (!address) return;
  const target = new URL(address, location.href);
  target.searchParams.set("next", location.pathname + location.search);
  location.assign(target);
}

export interface Toast {
  text: string;
  level?: "info" | "urgent";
  undo?: string;
  until?: string;
  seconds?: number;
}

/** Hand toasts to the toasts island; `json` is what the server sent. */
export function showToasts(json: string | null | undefined): void {
  if (json) for (const toast of JSON.parse(json) as Toast[]) say(toast);
}

export function say(toast: Toast): void {
  document.dispatchEvent(new CustomEvent("suhui:toast", { detail: toast }));
}

/** An icon the server put into the page for scripts (desk/_icons.html). */
export function drawing(name: string): Node {
  const store = document.getElementById("script-icons") as HTMLTemplateElement | null;
  const found = store?.content.querySelector(`[data-icon="${name}"] > svg`);
  return found ? found.cloneNode(true) : document.createTextNode("");
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`suhui:${name}`, value);
  } catch {
    // A browser that keeps nothing still works; only the memory is lost.
  }
}

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`suhui:${name}`);
  } catch {
    return null;
  }
}

/** Make an element with text and attributes; text never becomes markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Whether keys belong to what the person is typing into. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"))
  );
}
