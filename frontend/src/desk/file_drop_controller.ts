// Photos and papers: dropped, chosen, pasted or taken with the camera; what was chosen is shown and can be left out again.
import { Controller } from "@hotwired/stimulus";
import { drawing, make, word } from "./web";

export default class FileDrop extends Controller<HTMLElement> {
  static override targets = ["input", "previews"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly previewsTarget: HTMLElement;
  private chosen: File[] = [];

  over(event: DragEvent): void {
    event.preventDefault();
    this.element.classList.add("is-over");
  }

  leave(): void {
    this.element.classList.remove("is-over");
  }

  drop(event: DragEvent): void {
    event.preventDefault();
    this.leave();
    this.add([...(event.dataTransfer?.files ?? [])]);
  }

  paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && this.element.getClientRects().length) this.add(files);
  }

  show(): void {
    this.add([...(this.inputTarget.files ?? [])]);
  }

  private add(files: File[]): void {
    const more = this.inputTarget.multiple ? [...this.chosen, ...files] : files.slice(-1);
    const key = (file: File): string => `${file.name}:${file.size}:${file.lastModified}`;
    this.set([...new Map(more.map((file) => [key(file), file])).values()]);
  }

  private set(files: File[]): void {
    this.chosen = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.inputTarget.files = transfer.files;
    this.previewsTarget.replaceChildren(...files.map((file) => this.preview(file)));
  }

  private preview(file: File): HTMLElement {
    const box = make("div", { class: "preview" });
    if (file.type.startsWith("image/")) {
      const image = make("img", { alt: "" });
      image.src = URL.createObjectURL(file);
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
      box.append(image);
    } else box.append(drawing("file"));
    const remove = make("button", { type: "button", "aria-label": word("remove", { name: file.name }) });
    remove.append(drawing("x"));
    remove.addEventListener("click", () => this.set(this.chosen.filter((other) => other !== file)));
    box.append(make("span", { title: file.name }, file.name), remove);
    return box;
  }
}
