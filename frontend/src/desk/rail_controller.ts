// The rail: marks the place one is in, keeps its labels open when wished, and is a drawer on a phone.
import { Controller } from "@hotwired/stimulus";

export default class Rail extends Controller<HTMLElement> {
  static override targets = ["link", "more", "widen"];
  declare readonly linkTargets: HTMLAnchorElement[];
  declare readonly moreTarget: HTMLElement;
  declare readonly widenTarget: HTMLElement;

  override connect(): void {
    document.addEventListener("suhui:page", this.mark);
    document.addEventListener("pointerdown", this.outside);
    this.mark();
  }

  override disconnect(): void {
    document.removeEventListener("suhui:page", this.mark);
    document.removeEventListener("pointerdown", this.outside);
  }

  open(): void {
    this.setOpen(!this.element.classList.contains("is-open"));
  }

  widen(): void {
    const wide = document.documentElement.dataset["rail"] !== "wide";
    document.documentElement.dataset["rail"] = wide ? "wide" : "narrow";
    this.widenTarget.setAttribute("aria-pressed", String(wide));
    // biome-ignore lint/suspicious/noDocumentCookie: the server reads it to draw the rail right at once
    document.cookie = `rail=${wide ? "wide" : "narrow"}; path=/; max-age=31536000; samesite=lax`;
  }

  private mark = (): void => {
    const fits = (link: HTMLAnchorElement): boolean =>
      link.pathname === "/" ? location.pathname === "/" : location.pathname.startsWith(link.pathname);
    const best = this.linkTargets.filter(fits).sort((a, b) => b.pathname.length - a.pathname.length)[0];
    for (const link of this.linkTargets) {
      if (link === best) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.setOpen(false);
  };

  private outside = (event: PointerEvent): void => {
    if (!this.element.contains(event.target as Node)) this.setOpen(false);
  };

  private setOpen(open: boolean): void {
    this.element.classList.toggle("is-open", open);
    this.moreTarget.setAttribute("aria-expanded", String(open));
  }
}
