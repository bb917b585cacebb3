// The small form in which one cell is edited: how it compares, and with what.
import { make } from "../desk/web";
import type { Cell, Column, Words } from "./cells";

type Done = (cell: Cell | undefined, move: "down" | "right" | "stay") => void;

/** Fill `box` with the editor of one cell, beside `anchor`; `typed` is the key that began it. */
export function editCell(
  box: HTMLElement,
  anchor: HTMLElement,
  column: Column,
  cell: Cell | undefined,
  typed: string,
  words: Words,
  done: Done,
): void {
  const how = make("select", { class: "input", "aria-label": words["how"] ?? "" });
  for (const [op, label] of column.ops) how.append(new Option(label, op));
  how.value = cell?.op ?? "is";
  const fields = make("div", { class: "stack tight" });
  const take = make("button", { type: "button", class: "button primary small" }, words["take"] ?? "");
  const clear = make("button", { type: "button", class: "button small" }, words["clear"] ?? "");
  box.replaceChildren(
    make("div", { class: "strong small" }, column.label),
    ...(column.help ? [make("div", { class: "soft small" }, column.help)] : []),
    how,
    fields,
    make("div", { class: "actions" }, take, clear),
  );
  const show = (value: unknown): void => fields.replaceChildren(...fieldsFor(column, how.value, value, words));
  show(typed ? typed : cell?.value);
  how.addEventListener("change", () => {
    show(undefined);
    focusFirst(fields);
  });
  take.addEventListener("click", () => done(readCell(column, how.value, fields), "stay"));
  clear.addEventListener("click", () => done(undefined, "stay"));
  box.onkeydown = (event): void => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      done(cell, "stay");
    } else if ((event.key === "Enter" && event.target !== clear) || event.key === "Tab") {
      if (event.key === "Tab" && event.shiftKey) return;
      if (event.key === "Tab" && event.target === how) return;
      event.preventDefault();
      done(readCell(column, how.value, fields), event.key === "Tab" ? "right" : "down");
    }
  };
  place(box, anchor);
  focusFirst(typed || cell ? fields : column.ops.length > 2 && column.type === "number" ? box : fields);
}

function place(box: HTMLElement, anchor: HTMLElement): void {
  box.hidden = false;
  const at = anchor.getBoundingClientRect();
  const below = at.bottom + box.offsetHeight + 8 < innerHeight;
  box.style.top = `${Math.max(8, below ? at.bottom + 2 : at.top - box.offsetHeight - 2)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
}

function focusFirst(within: HTMLElement): void {
  const field = within.querySelector<HTMLElement>("input, select, textarea");
  field?.focus();
  if (field instanceof HTMLInputElement && field.type !== "checkbox") field.setSelectionRange?.(99, 99);
}

function fieldsFor(column: Column, op: string, value: unknown, words: Words): HTMLElement[] {
  if (op === "unknown" || op === "known") return [];
  if (op === "zen") {
    const text = typeof value === "string" ? value : "";
    return [
      input("text", text, words["expression"] ?? ""),
      make("div", { class: "soft small" }, words["expression"] ?? ""),
    ];
  }
  if (op === "any_of" || op === "none_of") return [choices(column, Array.isArray(value) ? value : [value])];
  if (op === "between") {
    const [low, high] = Array.isArray(value) ? value : [value, ""];
    return [numberInput(low, words["from"] ?? ""), numberInput(high, words["to"] ?? "")];
  }
  if (column.type === "enum") return [picker(column.options, value, words)];
  if (column.type === "flag") {
    const flags: [unknown, string][] = [
      [true, words["yes"] ?? ""],
      [false, words["no"] ?? ""],
    ];
    return [picker(flags, value ?? true, words)];
  }
  if (column.type === "number") return [numberInput(value, words["value"] ?? "")];
  return [input("text", String(value ?? ""), words["value"] ?? "")];
}

function input(type: string, value: string, label: string): HTMLInputElement {
  const field = make("input", { type, class: "input", "aria-label": label, autocomplete: "off" });
  field.value = value;
  return field;
}

function numberInput(value: unknown, label: string): HTMLInputElement {
  const field = input("text", value === undefined || value === null ? "" : String(value), label);
  field.inputMode = "decimal";
  field.dataset["number"] = "";
  return field;
}

function picker(options: [unknown, string][], value: unknown, words: Words): HTMLSelectElement {
  const field = make("select", { class: "input", "aria-label": words["value"] ?? "" });
  for (const [option, label] of options) field.append(new Option(label, JSON.stringify(option)));
  if (typeof value === "string" && value.length === 1 && !options.some(([option]) => option === value)) {
    value = options.find(([, label]) => label.startsWith(value as string))?.[0];
  }
  if (value !== undefined) field.value = JSON.stringify(value);
  if (field.selectedIndex < 0) field.selectedIndex = 0;
  return field;
}

function choices(column: Column, picked: unknown[]): HTMLElement {
  const list = make("div", { class: "choices" });
  for (const [option, label] of column.options) {
    const box = make("input", { type: "checkbox", value: JSON.stringify(option) });
    box.checked = picked.includes(option);
    list.append(make("label", { class: "check" }, box, make("span", {}, label)));
  }
  return list;
}

function readCell(column: Column, op: string, fields: HTMLElement): Cell | undefined {
  if (op === "unknown" || op === "known") return { op, value: null };
  if (op === "any_of" || op === "none_of") {
    const picked = [...fields.querySelectorAll<HTMLInputElement>("input:checked")].map((box) => JSON.parse(box.value));
    return picked.length ? { op, value: picked } : undefined;
  }
  const values = [...fields.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")].map((field) =>
    field instanceof HTMLSelectElement ? JSON.parse(field.value) : read(field),
  );
  if (op === "between") return { op, value: values };
  if (values[0] === "" && column.type !== "text") return undefined;
  if (values[0] === "" && (op === "is" || op === "zen")) return undefined;
  return { op, value: values[0] };
}

function read(field: HTMLInputElement): unknown {
  if (!("number" in field.dataset)) return field.value;
  const text = field.value.trim().replace("，", ".").replace(",", ".");
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? text : number;
}
