"""A decision table as an XLSX sheet: one row a rule, one column a condition or result, written as people write.

Conditions: `48`, `>= 48`, `> 3`, `<= 3`, `< 3`, `<> 3`, `3..8`, `甲、乙`, `<> 甲、乙`, `*甲*` (contains),
`甲*` (begins with), `?` (not known), `!` (known), `zen: expression`. Empty fits
anything. Choices are written by their label or value.
"""

from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException

from suhui.engines.rules.choices import Op
from suhui.engines.rules.registry import Cell, Column, TableSpec, cell
from suhui.platform.core.errors import BadInput

MAX_ROWS = 500
_SIGNS = {">=": Op.AT_LEAST, "<=": Op.AT_MOST, "<>": Op.IS_NOT, ">": Op.MORE_THAN, "<": Op.LESS_THAN}
_WRITTEN = {op: sign for sign, op in _SIGNS.items()}
_COMMA = "、"


def write(spec: TableSpec, rows: list[dict[str, Any]]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = str(spec.title)[:31]
    columns = [*spec.inputs, *spec.outputs]
    sheet.append([str(column.label) for column in columns] + [_("Basis"), _("Verified"), _("Note")])
    for row in rows:
        when = [_text(column, row["when"].get(column.name)) for column in spec.inputs]
        then = [_text(column, row["then"].get(column.name)) for column in spec.outputs]
        sheet.append([*when, *then, row["basis"], _("yes") if row["verified"] else _("no"), row["note"]])
    for line in sheet.iter_rows():
        for one in line:
            if isinstance(one.value, str):
                one.data_type = "s"
    for number, head in enumerate(sheet[1]):
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        head.fill = PatternFill("solid", fgColor="E3F4F2" if number < len(spec.inputs) else "FDF3E0")
        sheet.column_dimensions[head.column_letter].width = 20
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _text(column: Column, found: Cell | None) -> str | int | float | None:
    if found is None:
        return None
    op, value = Op(found["op"]), found["value"]
    fixed = {Op.UNKNOWN: "?", Op.KNOWN: "!"}
    if op in fixed:
        return fixed[op]
    if op == Op.ZEN:
        return f"zen: {value}"
    if op == Op.BETWEEN:
        return f"{value[0]}..{value[1]}"
    if op in (Op.ANY_OF, Op.NONE_OF):
        joined = _COMMA.join(_label(column, one) for one in value)
        return joined if op == Op.ANY_OF else f"<> {joined}"
    if op in (Op.CONTAINS, Op.STARTS_WITH):
        return f"*{value}*" if op == Op.CONTAINS else f"{value}*"
    if op == Op.IS:
        return value if column.type == "number" else _label(column, value)
    return f"{_WRITTEN[op]} {_label(column, value)}"


def _label(column: Column, value: Any) -> str:
    if column.type == "flag":
        return _("yes") if value else _("no")
    return str(dict(column.options()).get(value, value)) if column.type == "enum" else str(value)


def read(spec: TableSpec, raw: bytes) -> list[dict[str, Any]]:
    """The rows of a sheet. Raises BadInput naming the cells that cannot be read ("B7")."""
    try:
        sheet: Any = load_workbook(BytesIO(raw), read_only=True, data_only=True).active
        table = [list(row) for row in sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 2)]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, AttributeError) as error:
        raise BadInput(_("This is not an XLSX sheet."), {"sheet": _("This is not an XLSX sheet.")}) from error
    columns = [*spec.inputs, *spec.outputs]
    heads = [str(value or "").strip() for value in (table[0] if table else [])]
    if heads[: len(columns)] != [str(column.label) for column in columns]:
        raise BadInput(_("The sheet's columns are not this table's. Start from an exported sheet."))
    if len(table) > MAX_ROWS + 1:
        raise BadInput(_("A table holds at most %(count)s rows.") % {"count": MAX_ROWS})
    problems: dict[str, str] = {}
    rows = [_row(spec, number, values, problems) for number, values in enumerate(table[1:], start=2) if any(values)]
    if problems:
        told = "；".join(f"{place} {words}" for place, words in list(problems.items())[:8])
        raise BadInput(_("The sheet was not taken over: %(problems)s") % {"problems": told}, problems)
    return rows


def _row(spec: TableSpec, number: int, values: list[Any], problems: dict[str, str]) -> dict[str, Any]:
    columns = [*spec.inputs, *spec.outputs]
    padded = [*values, *[None] * (len(columns) + 3 - len(values))]
    cells: dict[str, Cell] = {}
    for place, column in enumerate(columns):
        raw = padded[place]
        if raw is None or str(raw).strip() == "":
            continue
        try:
            cells[column.name] = _cell(column, raw)
        except ValueError as error:
            problems[f"{chr(65 + place % 26)}{number}"] = str(error)
    basis, verified, note = padded[len(columns) : len(columns) + 3]
    return {
        "when": {column.name: cells[column.name] for column in spec.inputs if column.name in cells},
        "then": {column.name: cells[column.name] for column in spec.outputs if column.name in cells},
        "basis": str(basis or ""),
        "verified": str(verified or "").strip() not in (_("no"), "no", "0", "False"),
        "note": str(note or ""),
    }


def _cell(column: Column, raw: Any) -> Cell:
    text = str(raw).strip()
    if text in ("?", "!"):
        return cell(Op.UNKNOWN if text == "?" else Op.KNOWN)
    if text.lower().startswith("zen:"):
        return cell(Op.ZEN, text[4:].strip())
    if column.type == "text" and len(text) > 1 and text.endswith("*"):
        return cell(Op.CONTAINS, text[1:-1]) if text.startswith("*") else cell(Op.STARTS_WITH, text[:-1])
    for sign, op in _SIGNS.items():
        if text.startswith(sign):
            return _signed(column, op, text[len(sign) :].strip())
    if column.type == "number" and ".." in text:
        return cell(Op.BETWEEN, [_value(column, part) for part in text.split("..", 1)])
    return _listed(column, text, Op.IS, Op.ANY_OF)


def _signed(column: Column, op: Op, text: str) -> Cell:
    return _listed(column, text, op, Op.NONE_OF) if op == Op.IS_NOT else cell(op, _value(column, text))


def _listed(column: Column, text: str, one: Op, many: Op) -> Cell:
    parts = text.split(_COMMA) if column.type == "enum" else [text]
    values = [_value(column, part) for part in parts]
    return cell(one, values[0]) if len(values) == 1 else cell(many, values)


def _value(column: Column, raw: str) -> Any:
    text = raw.strip()
    if column.type == "number":
        try:
            number = float(text)
        except ValueError as error:
            raise ValueError(_("this is not a number")) from error
        return int(number) if number.is_integer() else number
    if column.type == "flag":
        known = {_("yes"): True, _("no"): False, "yes": True, "no": False, "True": True, "False": False}
        if text not in known:
            raise ValueError(_("this is neither yes nor no"))
        return known[text]
    if column.type == "enum":
        for value, label in column.options():
            if text in (str(value), label):
                return value
        raise ValueError(_("“%(value)s” is not one of the choices") % {"value": text})
    return text
