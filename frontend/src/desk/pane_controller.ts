// Panes keep the width the person gave them; a grip between two of them is dragged or moved with the arrow keys.
import { Controller } from "@hotwired/stimulus";
import { make, remember, remembered } from "./web";

const [LEAST, MOST] = [240, 560];

export default class Pane extends Controller<HTMLElement> {
  static override values = { name: String };
  declare readonly nameValue: string;

  override connect(): void {
    const panes = [...this.element.querySelectorAll<HTMLElement>(":scope > .pane")];
    const [first, last] = [panes[0], panes.at(-1)];
    if (first?.classList.contains("list") && panes[1]) this.grip(panes[1], "left", first);
    if (last?.classList.contains("context")) this.grip(last, "right", last);
  }

  override disconnect(): void {
    for (const grip of this.element.querySelectorAll(".pane-grip")) grip.remove();
  }

  private grip(into: HTMLElement, side: "left" | "right", sized: HTMLElement): void {
    const name = `pane:${this.nameValue}:${side}`;
    const kept = Number(remembered(name));
    if (kept >= LEAST && kept <= MOST) this.size(side, kept);
    const grip = make("div", {
      class: "pane-grip left",
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-valuemin": String(LEAST),
      "aria-valuemax": String(MOST),
      "aria-valuenow": String(kept || sized.offsetWidth),
      "aria-label": sized.getAttribute("aria-label") ?? side,
    });
    const set = (width: number): void => {
      const fits = Math.round(Math.min(MOST, Math.max(LEAST, width)));
      this.size(side, fits);
      grip.setAttribute("aria-valuenow", String(fits));
      remember(name, String(fits));
    };
    grip.addEventListener("pointerdown", (down) => {
      grip.setPointerCapture(down.pointerId);
      const [start, width] = [down.clientX, sized.offsetWidth];
      const move = (event: PointerEvent): void => set(width + (event.clientX - start) * (side === "left" ? 1 : -1));
      grip.addEventListener("pointermove", move);
      grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
    });
    grip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
      if (step) set(sized.offsetWidth + step * (side === "left" ? 1 : -1));
    });
    into.prepend(grip);
  }

  private size(side: string, width: number): void {
    this.element.style.setProperty(`--pane-${side}`, `${width}px`);
  }
}
