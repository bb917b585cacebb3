// Navigation without reload: links and plain forms are fetched and only #page is swapped, so the bar and the rail stay.
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { morphInto } from "./morph";
import { ask, say, showToasts, word } from "./web";

interface Visit {
  method?: string;
  body?: BodyInit | null;
  /** A step back or forward in history: what to restore, and no new entry. */
  restore?: Place | null;
  /** Show the same page anew, keeping scroll, focus and what is open. */
  refresh?: boolean;
  form?: HTMLFormElement;
}

interface Place {
  scrolls: number[];
  focus: string;
}

export default class Shell extends Controller<HTMLElement> {
  static override targets = ["progress", "notice"];
  declare readonly progressTarget: HTMLElement;
  declare readonly noticeTarget: HTMLElement;
  private running: AbortController | undefined;
  private here = location.href;

  override connect(): void {
    history.scrollRestoration = "manual";
    document.addEventListener("click", this.clicked);
    document.addEventListener("submit", this.submitted);
    document.addEventListener("suhui:visit", this.asked);
    window.addEventListener("popstate", this.popped);
    window.addEventListener("offline", this.lost);
    window.addEventListener("online", this.found);
    this.readToasts(this.page);
    this.focusFirstError();
  }

  override disconnect(): void {
    document.removeEventListener("click", this.clicked);
    document.removeEventListener("submit", this.submitted);
    document.removeEventListener("suhui:visit", this.asked);
    window.removeEventListener("popstate", this.popped);
    window.removeEventListener("offline", this.lost);
    window.removeEventListener("online", this.found);
  }

  private get page(): HTMLElement {
    return document.getElementById("page") as HTMLElement;
  }

  private clicked = (event: MouseEvent): void => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (!link || link.target || link.hasAttribute("download") || ours(link)) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || (url.hash && sameDocument(url, new URL(this.here)))) return;
    event.preventDefault();
    void this.visit(url);
  };

  private submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const submitter = event.submitter as HTMLButtonElement | null;
    if (event.defaultPrevented || ours(form) || form.method === "dialog" || form.target) return;
    const url = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, location.href);
    if (url.origin !== location.origin) return;
    event.preventDefault();
    const data = new FormData(form, submitter);
    const method = (submitter?.getAttribute("formmethod") ?? form.method).toUpperCase();
    if (method === "GET") {
      url.search = new URLSearchParams(texts(data).filter(([, value]) => value !== "")).toString();
      void this.visit(url);
      return;
    }
    if (form.getAttribute("aria-busy") === "true") return;
    const files = form.enctype === "multipart/form-data" || form.querySelector("input[type=file]") !== null;
    void this.visit(url, { method, body: files ? data : new URLSearchParams(texts(data)), form });
  };

  private asked = (event: Event): void => {
    const { url, ...visit } = (event as CustomEvent<Visit & { url?: string }>).detail;
    void this.visit(new URL(url ?? location.href, location.href), visit);
  };

  private popped = (event: PopStateEvent): void => {
    const url = new URL(location.href);
    if (sameDocument(url, new URL(this.here))) return;
    void this.visit(url, { restore: (event.state as Place | null) ?? { scrolls: [0], focus: "" } });
  };

  async visit(url: URL, visit: Visit = {}): Promise<void> {
    if (!visit.restore && !visit.form) this.rememberPlace();
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    visit.form?.setAttribute("aria-busy", "true");
    const late = setTimeout(() => {
      this.progressTarget.hidden = false;
      this.page.setAttribute("aria-busy", "true");
    }, 200);
    try {
      const response = await ask(url, {
        method: visit.method ?? "GET",
        body: visit.body ?? null,
        signal: running.signal,
      });
      await this.answered(response, url, visit);
      this.noticeTarget.hidden = navigator.onLine;
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.unreachable(url, visit);
    } finally {
      clearTimeout(late);
      visit.form?.removeAttribute("aria-busy");
      if (this.running === running) {
        this.progressTarget.hidden = true;
        this.page.removeAttribute("aria-busy");
      }
    }
  }

  private async answered(response: Response, asked: URL, visit: Visit): Promise<void> {
    if (response.status === 401) return;
    if (response.headers.has("X-Suhui-Error")) {
      say({
        text: new DOMParser().parseFromString(await response.text(), "text/html").body.innerText.trim(),
        level: "urgent",
      });
      return;
    }
    if (response.status === 204) {
      visit.form?.dispatchEvent(new CustomEvent("suhui:sent", { bubbles: true }));
      await this.visit(new URL(location.href), { refresh: true });
      return;
    }
    const kind = response.headers.get("Content-Type") ?? "";
    const main = kind.startsWith("text/html")
      ? new DOMParser().parseFromString(await response.text(), "text/html")
      : undefined;
    const next = main?.getElementById("page");
    if (!main || !next || next.hasAttribute("data-bare") || response.headers.has("Content-Disposition")) {
      location.assign(visit.method && visit.method !== "GET" ? response.url || asked.href : asked.href);
      return;
    }
    if (visit.form && response.ok) {
      visit.form.reset();
      visit.form.dispatchEvent(new CustomEvent("suhui:sent", { bubbles: true }));
    }
    const target = new URL(response.url || asked.href);
    target.hash = asked.hash;
    if (response.status === 422) this.show(next, "errors");
    else if (visit.refresh || (visit.form && sameDocument(target, new URL(this.here)))) this.show(next, "same");
    else this.show(next, "new");
    document.title = main.title || document.title;
    if (response.status !== 422) this.arrive(target, visit);
  }

  private show(next: HTMLElement, how: "new" | "same" | "errors"): void {
    const page = this.page;
    page.className = next.className;
    if (how === "same") {
      morphInto(page, next.innerHTML);
    } else {
      page.innerHTML = next.innerHTML;
      htmx.process(page);
    }
    this.readToasts(page);
    if (how === "errors") this.focusFirstError();
  }

  private arrive(target: URL, visit: Visit): void {
    const page = this.page;
    const stays = visit.refresh || (visit.form && sameDocument(target, new URL(this.here)));
    if (!visit.restore && !stays) history.pushState(null, "", target);
    else if (stays && !visit.refresh) history.replaceState(history.state, "", target);
    this.here = target.href;
    document.dispatchEvent(new CustomEvent("suhui:page"));
    if (stays) return;
    if (visit.restore) {
      const { scrolls, focus } = visit.restore;
      scrollers(page).forEach((element, n) => {
        element.scrollTop = scrolls[n] ?? 0;
      });
      (focus ? document.getElementById(focus) : page)?.focus({ preventScroll: true });
      return;
    }
    const anchor = target.hash ? document.getElementById(decodeURIComponent(target.hash.slice(1))) : null;
    for (const element of scrollers(page)) element.scrollTop = 0;
    anchor?.scrollIntoView();
    const wanted = anchor ?? page.querySelector<HTMLElement>("[autofocus]") ?? page.querySelector("h1") ?? page;
    if (!wanted.hasAttribute("tabindex") && wanted.tabIndex < 0) wanted.tabIndex = -1;
    wanted.focus({ preventScroll: true });
  }

  private rememberPlace(): void {
    const place: Place = {
      scrolls: scrollers(this.page).map((element) => element.scrollTop),
      focus: document.activeElement?.id ?? "",
    };
    history.replaceState(place, "");
  }

  private focusFirstError(): void {
    this.page.querySelector<HTMLElement>("[aria-invalid=true], .alert.red")?.focus();
  }

  private readToasts(page: HTMLElement): void {
    const data = page.querySelector("script[data-toasts]");
    showToasts(data?.textContent);
    data?.remove();
  }

  private unreachable(url: URL, visit: Visit): void {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button small";
    again.textContent = word("try_again");
    again.addEventListener("click", () => void this.visit(url, visit), { once: true });
    this.noticeTarget.replaceChildren(word("offline"), again);
    this.noticeTarget.hidden = false;
    if (visit.restore) history.pushState(null, "", this.here);
  }

  private lost = (): void => {
    this.noticeTarget.replaceChildren(word("offline"));
    this.noticeTarget.hidden = false;
  };

  private found = (): void => {
    this.noticeTarget.hidden = true;
  };
}

function ours(element: HTMLElement): boolean {
  return (
    element.closest("[data-shell=no]") !== null ||
    ["hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch"].some((name) => element.hasAttribute(name))
  );
}

function texts(data: FormData): [string, string][] {
  return [...data.entries()].filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function sameDocument(one: URL, other: URL): boolean {
  return one.pathname === other.pathname && one.searchParams.toString() === other.searchParams.toString();
}

function scrollers(page: HTMLElement): HTMLElement[] {
  return [page, ...page.querySelectorAll<HTMLElement>(".pane")];
}
