// Who else is on this page (`data-presence-topic-value`), and whether they are writing.
import { Controller } from "@hotwired/stimulus";
import { type Here, standOn, watch, whoAmI } from "./socket";
import { isTyping, make, word } from "./web";

export default class Presence extends Controller<HTMLElement> {
  static override values = { topic: String };
  declare readonly topicValue: string;
  private release: (() => void) | undefined;
  private resting = 0;

  override connect(): void {
    this.release = watch(this.topicValue);
    document.addEventListener("suhui:here", this.here);
    document.addEventListener("input", this.typed);
    standOn(this.topicValue);
  }

  override disconnect(): void {
    this.release?.();
    document.removeEventListener("suhui:here", this.here);
    document.removeEventListener("input", this.typed);
    clearTimeout(this.resting);
    standOn(null);
  }

  private here = (event: Event): void => {
    const { topic, people } = (event as CustomEvent<{ topic: string; people: Here[] }>).detail;
    if (topic !== this.topicValue) return;
    const others = people.filter((person) => person.id !== whoAmI());
    this.element.replaceChildren(
      ...others.map((person) => {
        const mark = make("span", { class: "avatar", title: person.name }, person.name.slice(-2));
        mark.classList.toggle("is-writing", person.doing === "writing");
        return mark;
      }),
    );
    const names = others.map((person) => person.name).join("、");
    this.element.setAttribute("aria-label", names ? word("also_here", { names }) : "");
    this.element.setAttribute("role", "status");
  };

  private typed = (event: Event): void => {
    if (!isTyping(event.target) || !(event.target as HTMLElement).closest("#page")) return;
    if (!this.resting) standOn(this.topicValue, "writing");
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.resting = 0;
      standOn(this.topicValue);
    }, 5000);
  };
}
