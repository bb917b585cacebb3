// Columns onto fields: dragged, or chosen in the field's list, which is the whole truth and works without a mouse.
import { Controller } from "@hotwired/stimulus";

export default class Mapping extends Controller<HTMLFormElement> {
  static override targets = ["column", "field", "select"];
  declare readonly columnTargets: HTMLElement[];
  declare readonly fieldTargets: HTMLElement[];
  declare readonly selectTargets: HTMLSelectElement[];

  override connect(): void {
    this.mark();
  }

  take(event: DragEvent): void {
    const column = event.currentTarget as HTMLElement;
    event.dataTransfer?.setData("text/plain", column.dataset["place"] ?? "");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    this.element.classList.add("is-dragging");
  }

  drop(): void {
    this.element.classList.remove("is-dragging");
    for (const field of this.fieldTargets) field.classList.remove("is-over");
  }

  over(event: DragEvent): void {
    if (!this.element.classList.contains("is-dragging")) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "move";
    (event.currentTarget as HTMLElement).classList.add("is-over");
  }

  leave(event: DragEvent): void {
    (event.currentTarget as HTMLElement).classList.remove("is-over");
  }

  put(event: DragEvent): void {
    event.preventDefault();
    const select = (event.currentTarget as HTMLElement).querySelector("select");
    const place = event.dataTransfer?.getData("text/plain") ?? "";
    this.drop();
    if (!select || !place) return;
    select.value = place;
    this.settle(select);
  }

  changed(event: Event): void {
    this.settle(event.currentTarget as HTMLSelectElement);
  }

  saved(event: Event): void {
    const select = event.currentTarget as HTMLSelectElement;
    const link = document.createElement("a");
    link.href = `${select.dataset["url"] ?? ""}?saved=${encodeURIComponent(select.value)}`;
    this.element.append(link);
    link.click();
    link.remove();
  }

  // A column serves one field: chosen anew, it leaves the one it served before.
  private settle(chosen: HTMLSelectElement): void {
    for (const other of this.selectTargets) if (other !== chosen && other.value === chosen.value) other.value = "";
    this.mark();
  }

  private mark(): void {
    const used = new Set(this.selectTargets.map((select) => select.value).filter(Boolean));
    for (const column of this.columnTargets)
      column.classList.toggle("is-used", used.has(column.dataset["place"] ?? ""));
    for (const field of this.fieldTargets)
      field.classList.toggle("is-filled", Boolean(field.querySelector("select")?.value));
  }
}
