// A decision table as a spreadsheet: arrows move, Enter or typing edits, Delete empties, Alt with arrows moves the row.
import { Controller } from "@hotwired/stimulus";
import { drawing, make } from "../desk/web";
import { editCell } from "./cell_editor";
import { type Cell, type Column, cellText, emptyRow, type Row, type Words } from "./cells";

type Extra = "basis" | "verified" | "note";
const EXTRAS: Extra[] = ["basis", "verified", "note"];

export default class Grid extends Controller<HTMLElement> {
  static override targets = ["table", "field", "editor", "state"];
  static override values = { rows: Array, columns: Array, words: Object, errors: Object };
  declare readonly tableTarget: HTMLTableElement;
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly editorTarget: HTMLElement;
  declare readonly stateTarget: HTMLElement;
  declare readonly rowsValue: Row[];
  declare readonly columnsValue: Column[];
  declare readonly wordsValue: Words;
  declare readonly errorsValue: Record<string, string>;

  private rows: Row[] = [];
  private columns: Column[] = [];
  private before: string[] = [];
  private saved = "";
  private errors: Record<string, string> = {};
  private copied: Cell | undefined;
  private stood: number | undefined;

  override connect(): void {
    this.rows = structuredClone(this.rowsValue);
    this.columns = this.columnsValue;
    this.errors = this.errorsValue;
    this.saved = Object.keys(this.errors).length ? "" : JSON.stringify(this.rows);
    this.tableTarget.addEventListener("keydown", this.pressed);
    this.tableTarget.addEventListener("dblclick", this.opened);
    this.tableTarget.addEventListener("click", this.clicked);
    document.addEventListener("pointerdown", this.left);
    this.draw();
    const wrong = Object.keys(this.errors)[0];
    if (wrong) this.tableTarget.querySelector<HTMLElement>(".is-wrong")?.focus();
  }

  override disconnect(): void {
    this.tableTarget.removeEventListener("keydown", this.pressed);
    this.tableTarget.removeEventListener("dblclick", this.opened);
    this.tableTarget.removeEventListener("click", this.clicked);
    document.removeEventListener("pointerdown", this.left);
  }

  /** Beneath the row one stands in, or stood in before the button was pressed; else at the end. */
  add(): void {
    const place = this.place(document.activeElement)?.[0] ?? this.stood;
    this.change(() => this.rows.splice(place === undefined ? this.rows.length : place + 1, 0, emptyRow()));
    this.focus(place === undefined ? this.rows.length - 1 : place + 1, 1);
  }

  private get width(): number {
    return this.columns.length + EXTRAS.length;
  }

  private draw(): void {
    const words = this.wordsValue;
    const heads = [...this.columns.map((column) => column.label), ...EXTRAS.map((name) => words[name] ?? "")];
    const head = make("tr", {}, make("th", { scope: "col", class: "num" }, words["row"] ?? ""));
    heads.forEach((label, number) => {
      head.append(make("th", { scope: "col", class: this.columns[number]?.side === "then" ? "rule-then" : "" }, label));
    });
    const body = make("tbody");
    this.rows.forEach((row, number) => {
      body.append(this.drawRow(row, number));
    });
    this.tableTarget.replaceChildren(make("thead", {}, head), body);
    this.fieldTarget.value = JSON.stringify(this.rows);
    this.stateTarget.textContent = JSON.stringify(this.rows) === this.saved ? "" : (words["unsaved"] ?? "");
  }

  private drawRow(row: Row, number: number): HTMLTableRowElement {
    const line = make("tr", {}, this.drawHandle(number));
    this.columns.forEach((column, place) => {
      const cell = row[column.side][column.name];
      const text = cellText(column, cell, this.wordsValue);
      const error = this.errors[`${number}.${column.side}.${column.name}`];
      const classes = [
        column.side === "then" ? "rule-then" : "",
        cell?.op === "zen" ? "is-expert" : "",
        error ? "is-wrong" : "",
      ];
      const field = this.drawCell(number, place, text, classes.join(" ").trim());
      if (!text)
        field.append(make("span", { class: "muted" }, column.side === "when" ? (this.wordsValue["any"] ?? "") : "—"));
      if (error) {
        field.setAttribute("aria-invalid", "true");
        field.append(make("span", { class: "rule-wrong" }, error));
      }
      line.append(field);
    });
    EXTRAS.forEach((name, place) => {
      const text = name === "verified" ? (row.verified ? "✓" : "✗") : row[name];
      line.append(this.drawCell(number, this.columns.length + place, text, "text"));
    });
    return line;
  }

  private drawCell(row: number, column: number, text: string, classes: string): HTMLTableCellElement {
    const attributes = { role: "gridcell", tabindex: row || column ? "-1" : "0", class: classes };
    return make("td", { ...attributes, "data-row": String(row), "data-column": String(column) }, text);
  }

  private drawHandle(number: number): HTMLTableCellElement {
    const tools = make("span", { class: "rule-tools" });
    for (const [action, icon] of [
      ["up", "chevron-up"],
      ["down", "chevron-down"],
      ["remove", "x"],
    ] as const) {
      const label = this.wordsValue[action] ?? "";
      const button = make("button", {
        type: "button",
        class: "button small quiet only-icon",
        "aria-label": label,
        title: label,
      });
      button.tabIndex = -1;
      const drawn = drawing(icon);
      button.append(
        drawn.textContent || drawn.nodeName === "svg" ? drawn : { up: "↑", down: "↓", remove: "×" }[action],
      );
      button.addEventListener("click", () => this.tool(action, number));
      tools.append(button);
    }
    return make("td", { class: "handle num" }, String(number + 1), tools);
  }

  private tool(action: "up" | "down" | "remove", row: number): void {
    if (action === "remove") this.change(() => this.rows.splice(row, 1));
    else this.move(row, action === "up" ? -1 : 1, 0);
  }

  private place(target: EventTarget | null): [number, number] | undefined {
    const cell = (target as Element | null)?.closest?.<HTMLElement>("td[data-row]");
    if (!cell || !this.tableTarget.contains(cell)) return undefined;
    return [Number(cell.dataset["row"]), Number(cell.dataset["column"])];
  }

  private at(row: number, column: number): HTMLElement | null {
    return this.tableTarget.querySelector(`td[data-row="${row}"][data-column="${column}"]`);
  }

  private focus(row: number, column: number): void {
    const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
    const cell = this.at(clamp(row, this.rows.length - 1), clamp(column, this.width - 1));
    for (const other of this.tableTarget.querySelectorAll<HTMLElement>('td[tabindex="0"]')) other.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
    cell?.focus();
    this.stood = clamp(row, this.rows.length - 1);
  }

  private change(what: () => void): void {
    this.before.push(JSON.stringify(this.rows));
    if (this.before.length > 100) this.before.shift();
    what();
    this.errors = {};
    this.draw();
  }

  private move(row: number, by: number, column: number): void {
    const to = row + by;
    if (to < 0 || to >= this.rows.length) return;
    this.change(() => this.rows.splice(to, 0, ...this.rows.splice(row, 1)));
    this.focus(to, column);
  }

  private clicked = (event: MouseEvent): void => {
    const place = this.place(event.target);
    if (!place) return;
    this.focus(...place);
    if (EXTRAS[place[1] - this.columns.length] === "verified") this.edit(place[0], place[1], "");
  };

  private opened = (event: MouseEvent): void => {
    const place = this.place(event.target);
    if (place && EXTRAS[place[1] - this.columns.length] !== "verified") this.edit(...place, "");
  };

  private left = (event: PointerEvent): void => {
    if (!this.editorTarget.hidden && !this.editorTarget.contains(event.target as Node)) this.editorTarget.hidden = true;
  };

  private pressed = (event: KeyboardEvent): void => {
    const place = this.place(event.target);
    if (!place) return;
    if (this.command(event, place) || this.walk(event, place)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  /** Editing, copying, taking back. True when the key was meant for the grid. */
  private command(event: KeyboardEvent, [row, column]: [number, number]): boolean {
    const control = event.ctrlKey || event.metaKey;
    const key = event.key;
    if (control && key === "z") this.takeBack(row, column);
    else if (control && key === "c") this.copied = this.cellAt(row, column);
    else if (control && key === "v") this.put(row, column, this.copied);
    else if (control && key === "d") this.repeat(row, column);
    else if (control || (event.altKey && !key.startsWith("Arrow"))) return false;
    else if (key === "Enter" || key === "F2") this.edit(row, column, "");
    else if (key === "Delete" || key === "Backspace") this.put(row, column, undefined);
    else if (key === "Insert") this.add();
    else if (key.length === 1 && key !== " ") this.edit(row, column, key);
    else if (key === " ") this.edit(row, column, "");
    else return false;
    return true;
  }

  private walk(event: KeyboardEvent, [row, column]: [number, number]): boolean {
    const steps: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -this.width],
      End: [0, this.width],
    };
    const step = steps[event.key];
    if (!step) return false;
    if (event.altKey) this.move(row, step[0], column);
    else this.focus(row + step[0], column + step[1]);
    return true;
  }

  private takeBack(row: number, column: number): void {
    const last = this.before.pop();
    if (!last) return;
    this.rows = JSON.parse(last) as Row[];
    this.draw();
    this.focus(row, column);
  }

  /** A copy of this row beneath it. */
  private repeat(row: number, column: number): void {
    const copy = structuredClone(this.rows[row]!);
    copy.key = emptyRow().key;
    this.change(() => this.rows.splice(row + 1, 0, copy));
    this.focus(row + 1, column);
  }

  private cellAt(row: number, place: number): Cell | undefined {
    const column = this.columns[place];
    return column && structuredClone(this.rows[row]?.[column.side][column.name]);
  }

  private put(row: number, place: number, cell: Cell | undefined): void {
    const column = this.columns[place];
    const extra = EXTRAS[place - this.columns.length];
    if (column && cell && !column.ops.some(([op]) => op === cell.op)) return;
    this.change(() => {
      const held = this.rows[row]!;
      if (extra === "verified") held.verified = !held.verified;
      else if (extra) held[extra] = "";
      else if (column && cell) held[column.side][column.name] = structuredClone(cell);
      else if (column) delete held[column.side][column.name];
    });
    this.focus(row, place);
  }

  private edit(row: number, place: number, typed: string): void {
    const anchor = this.at(row, place);
    const column = this.columns[place];
    if (!anchor) return;
    if (column) {
      const cell = this.rows[row]![column.side][column.name];
      editCell(this.editorTarget, anchor, column, cell, typed, this.wordsValue, (next, move) => {
        this.editorTarget.hidden = true;
        if (JSON.stringify(next) === JSON.stringify(cell)) this.focus(row, place);
        else this.put(row, place, next);
        if (move !== "stay") this.focus(row + (move === "down" ? 1 : 0), place + (move === "right" ? 1 : 0));
      });
    } else this.editExtra(row, place, typed);
  }

  private editExtra(row: number, place: number, typed: string): void {
    const name = EXTRAS[place - this.columns.length];
    if (!name) return;
    if (name === "verified") {
      this.put(row, place, undefined);
      return;
    }
    const label = this.wordsValue[name] ?? "";
    const held = this.rows[row]![name];
    const text: Column = {
      name,
      label,
      side: "then",
      type: "text",
      unit: "",
      help: "",
      options: [],
      ops: [["is", label]],
    };
    const anchor = this.at(row, place)!;
    editCell(this.editorTarget, anchor, text, { op: "is", value: held }, typed, this.wordsValue, (next, move) => {
      this.editorTarget.hidden = true;
      this.change(() => {
        this.rows[row]![name] = String(next?.value ?? "");
      });
      this.focus(row + (move === "down" ? 1 : 0), place + (move === "right" ? 1 : 0));
    });
  }
}
