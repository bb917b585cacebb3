// What a decision table's cell is, and how it reads. Words come from the page.

export interface Cell {
  op: string;
  value: unknown;
}

export interface Row {
  key: string;
  when: Record<string, Cell>;
  then: Record<string, Cell>;
  basis: string;
  verified: boolean;
  note: string;
}

export type Side = "when" | "then";

export interface Column {
  name: string;
  label: string;
  side: Side;
  type: "enum" | "number" | "text" | "flag";
  unit: string;
  help: string;
  options: [unknown, string][];
  ops: [string, string][];
}

export type Words = Record<string, string>;

function valueText(column: Column, value: unknown, words: Words): string {
  if (typeof value === "boolean") return (value ? words["yes"] : words["no"]) ?? "";
  if (column.type === "enum") return column.options.find(([option]) => option === value)?.[1] ?? String(value ?? "");
  return column.unit && value !== null ? `${value} ${column.unit}` : String(value ?? "");
}

/** A cell as people read it; empty for one that fits anything. */
export function cellText(column: Column, cell: Cell | undefined, words: Words): string {
  if (!cell) return "";
  const label = column.ops.find(([op]) => op === cell.op)?.[1] ?? cell.op;
  if (cell.op === "zen") return String(cell.value);
  if (cell.op === "unknown" || cell.op === "known") return label;
  if (cell.op === "is") return valueText(column, cell.value, words);
  const list = Array.isArray(cell.value) ? cell.value : [cell.value];
  const texts = list.map((one) => valueText(column, one, words));
  if (cell.op === "between") return `${words["from"]} ${texts[0]} ${words["to"]} ${texts[1]}`;
  if (cell.op === "any_of") return texts.join("、");
  if (cell.op === "none_of") return `${words["none"]} ${texts.join("、")}`;
  return `${label} ${texts.join("、")}`;
}

export function emptyRow(): Row {
  const key = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0"));
  // biome-ignore lint/suspicious/noThenProperty: the stored form of a rule has conditions and results
  return { key: key.join(""), when: {}, then: {}, basis: "", verified: true, note: "" };
}
