// Photos from the camera or the album, shown with their progress. One after another where they go out at once, so that a
// bad line costs one photo and not all; otherwise together with the words of their form.
import { Controller } from "@hotwired/stimulus";
import { drawing, make } from "../desk/web";
import { complaint, post } from "./sending";

interface Photo {
  file: File;
  row: HTMLLIElement;
  bar: HTMLProgressElement;
  state: HTMLElement;
}

const KEPT = ["photos-there", "photos-next"];
/** Parts of the page that the server's answer brings up to date. */

export default class Photos extends Controller<HTMLElement> {
  static override targets = ["input", "said", "list"];
  static override values = { send: Boolean, limit: Number, most: Number, there: Number, words: Object };
  declare readonly inputTargets: HTMLInputElement[];
  declare readonly saidTarget: HTMLElement;
  declare readonly listTarget: HTMLElement;
  declare readonly sendValue: boolean;
  declare readonly limitValue: number;
  declare readonly mostValue: number;
  declare thereValue: number;
  declare readonly wordsValue: Record<string, string>;
  private waiting: Photo[] = [];
  private sending = false;

  private get form(): HTMLFormElement {
    return this.element.closest("form")!;
  }

  override connect(): void {
    if (!this.sendValue) this.form.addEventListener("submit", this.submitted);
    window.addEventListener("beforeunload", this.leaving);
  }

  override disconnect(): void {
    this.form?.removeEventListener("submit", this.submitted);
    window.removeEventListener("beforeunload", this.leaving);
  }

  chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    this.say("");
    const room = this.mostValue - this.thereValue - this.waiting.length;
    for (const file of files.slice(0, Math.max(0, room))) this.take(file);
    if (files.length > room) this.say(this.word("many", { count: files.length - Math.max(0, room) }), true);
    if (this.sendValue) void this.sendAll();
  }

  private take(file: File): void {
    if (file.size > this.limitValue) {
      this.refuse(this.draw(file), this.word("large"));
      return;
    }
    this.waiting.push(this.draw(file));
  }

  private draw(file: File): Photo {
    const picture = make("img", { alt: "" });
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("error", () => picture.replaceWith(drawing("file")));
    const bar = make("progress", { class: "meter", max: "1", value: "0", "aria-label": file.name });
    const state = make("span", { class: "small soft", role: "status" });
    const remove = make("button", { type: "button", class: "button small quiet only-icon" });
    remove.setAttribute("aria-label", this.word("remove", { name: file.name }));
    remove.append(drawing("x"));
    const text = make("div", { class: "grow" }, make("span", { class: "small clip" }, file.name), bar, state);
    const row = make("li", {}, picture, text, remove);
    const photo: Photo = { file, row, bar, state };
    bar.hidden = !this.sendValue;
    remove.addEventListener("click", () => this.drop(photo));
    this.listTarget.append(row);
    return photo;
  }

  private drop(photo: Photo): void {
    this.waiting = this.waiting.filter((other) => other !== photo);
    photo.row.remove();
  }

  private refuse(photo: Photo, why: string, again?: () => void): void {
    photo.row.classList.add("is-wrong");
    photo.bar.hidden = true;
    photo.state.textContent = why;
    photo.state.className = "small error-text";
    photo.row.querySelector(".again")?.remove();
    if (!again) return;
    const button = make("button", { type: "button", class: "button small again" }, this.word("again"));
    button.addEventListener("click", again);
    photo.row.insertBefore(button, photo.row.lastElementChild);
  }

  private async sendAll(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.hold(true);
    for (let photo = this.waiting.shift(); photo; photo = this.waiting.shift()) await this.sendOne(photo);
    this.sending = false;
    this.hold(false);
  }

  private async sendOne(photo: Photo): Promise<void> {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.token());
    body.set("photos", photo.file);
    photo.row.classList.remove("is-wrong");
    photo.row.querySelector(".again")?.remove();
    photo.bar.hidden = false;
    photo.state.className = "small soft";
    const again = (): void => {
      this.waiting.push(photo);
      void this.sendAll();
    };
    try {
      const answer = await post(this.form.action, body, (share) => this.show(photo.bar, photo.state, share));
      if (answer.status < 400) {
        photo.row.remove();
        this.update(answer.page);
      } else this.refuse(photo, complaint(answer.page) || this.word("failed"), answer.status < 500 ? undefined : again);
    } catch {
      this.refuse(photo, this.word("offline"), again);
    }
  }

  private show(bar: HTMLProgressElement, state: HTMLElement, share: number): void {
    bar.value = share;
    const percent = `${Math.round(share * 100)}%`;
    state.textContent = share < 1 ? this.word("sending", { percent }) : this.word("checking");
  }

  /** The thumbnails that are kept now, and the way on. */
  private update(page: Document): void {
    for (const id of KEPT) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(fresh);
    }
    this.thereValue = document.querySelectorAll("#photos-there img").length;
    this.hold(true);
  }

  /** The words and the photos of a form go out together; what is wrong is said here and nothing is lost. */
  private submitted = (event: SubmitEvent): void => {
    if (!this.waiting.length) return;
    event.preventDefault();
    if (!this.sending) void this.sendForm();
  };

  private async sendForm(): Promise<void> {
    const body = new FormData(this.form);
    for (const photo of this.waiting) body.append("photos", photo.file);
    this.sending = true;
    this.hold(true);
    const bar = make("progress", { class: "meter", max: "1", value: "0", "aria-label": this.word("checking") });
    this.listTarget.append(make("li", {}, bar));
    try {
      const answer = await post(this.form.action, body, (share) => this.show(bar, this.saidTarget, share));
      if (answer.status < 400) {
        this.sending = false;
        location.assign(answer.url);
        return;
      }
      this.say(complaint(answer.page) || this.word("failed"), true);
    } catch {
      this.say(this.word("offline"), true);
    }
    bar.parentElement?.remove();
    this.sending = false;
    this.hold(false);
  }

  private hold(on: boolean): void {
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) button.disabled = on;
  }

  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.sending) event.preventDefault();
  };

  private token(): string {
    return this.form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  private say(text: string, wrong = false): void {
    this.saidTarget.textContent = text;
    this.saidTarget.className = wrong ? "small error-text" : "soft small";
  }

  private word(name: string, values: Record<string, string | number> = {}): string {
    return (this.wordsValue[name] ?? "").replace(/\{(\w+)\}/g, (_all, key: string) => String(values[key] ?? ""));
  }
}
