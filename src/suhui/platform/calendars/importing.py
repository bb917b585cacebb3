"""Reading a list of public holidays that somebody gives us: CSV, JSON (the common holiday-cn shape) or ICS."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from suhui.platform.calendars.choices import DayKind, holiday_key

MAX_ROWS = 2000
_MAKE_UP = {
    "makeup",
    "make_up",
    "make-up",
    "workday",
    "work",
    "班",
    "补班",
    "调休上班",
    "上班",
    "调休",
    "工作日",
    "false",
    "0",
}
_HOLIDAY = {"holiday", "off", "休", "假", "放假", "休息", "节假日", "法定节假日", "假期", "true", "1"}
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")


@dataclass(frozen=True)
class RowError:
    """`row` counts from 1 as the person sees it; `text` is what stood there; `reason` what to do about it."""

    row: int
    text: str
    reason: str


@dataclass
class HolidayList:
    """What a file holds: days with kind and name, and the rows that could not be read."""

    days: dict[date, tuple[DayKind, str]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def put(self, row: int, text: str, day: date, kind: DayKind, name: str) -> None:
        if day in self.days and self.days[day][0] != kind:
            self.errors.append(RowError(row, text, _("This date stands in the list twice, once as a holiday.")))
            return
        self.days[day] = (kind, holiday_key(name))


def read(text: str, filename: str = "") -> HolidayList:
    """The list in `text`, whichever of the three forms it has. Never raises: what cannot be read is an error row."""
    bare = text.lstrip("\ufeff").strip()
    found = HolidayList()
    if not bare:
        found.errors.append(RowError(1, "", _("The file is empty.")))
    elif bare.startswith("BEGIN:VCALENDAR"):
        _read_ics(bare, found)
    elif bare[0] in "{[":
        _read_json(bare, found)
    else:
        _read_csv(bare, found)
    if not found.days and not found.errors:
        found.errors.append(RowError(1, filename, _("There is no date in this file.")))
    return found


def _read_csv(text: str, found: HolidayList) -> None:
    """Columns date, kind, name, in this order or under a heading; comma, semicolon or tab."""
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    for row, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        bare = [cell.strip() for cell in cells]
        if not any(bare) or bare[0].startswith("#"):
            continue
        if row == 1 and _date(bare[0]) is None:
            continue
        if row > MAX_ROWS:
            found.errors.append(
                RowError(row, "", _("The list is too long for public holidays; the rest was not read."))
            )
            return
        _put(found, row, delimiter.join(cells), bare[0], bare[1] if len(bare) > 1 else "", " ".join(bare[2:3]))


def _read_json(text: str, found: HolidayList) -> None:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        found.errors.append(RowError(error.lineno, "", _("This is not valid JSON.")))
        return
    for row, entry in enumerate(_json_days(data), start=1):
        if row > MAX_ROWS or not isinstance(entry, dict):
            found.errors.append(RowError(row, str(entry)[:80], _("A day needs its date and whether it is off.")))
            return
        off = next((entry[key] for key in ("isOffDay", "holiday", "kind", "type") if key in entry), "")
        _put(found, row, json.dumps(entry, ensure_ascii=False), entry.get("date", ""), off, entry.get("name", ""))


def _json_days(data: Any) -> list[Any]:
    if isinstance(data, dict):
        data = data.get("days", data.get("holiday", data))
    if isinstance(data, dict):
        return [value for value in data.values() if isinstance(value, dict)]
    return data if isinstance(data, list) else []


def _read_ics(text: str, found: HolidayList) -> None:
    """All-day events; the title says which kind: 班 or 补班 is a make-up day, anything else with 休 or 假 a holiday."""
    for row, event in _ics_events(text):
        first, title = _date(event.get("DTSTART", "")[:8]), event.get("SUMMARY", "")
        if first is None:
            found.errors.append(RowError(row, title, _("This event has no start date.")))
            continue
        after = _date(event.get("DTEND", "")[:8]) or first + timedelta(days=1)
        kind = DayKind.MAKE_UP if "班" in title or "workday" in title.lower() else DayKind.HOLIDAY
        name = re.sub(r"[(（].*?[)）]|补班|放假|调休|第\s*\d+\s*天.*", "", title).strip(" ·-")
        for number in range(min(max((after - first).days, 1), 31)):
            found.put(row, title, first + timedelta(days=number), kind, name or title)


def _ics_events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    lines: list[tuple[int, str]] = []
    for row, line in enumerate(text.splitlines(), start=1):
        if line[:1] in " \t" and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + line[1:])
        else:
            lines.append((row, line))
    event: dict[str, str] | None = None
    began = 0
    for row, line in lines:
        key, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event, began = {}, row
        elif line == "END:VEVENT" and event is not None:
            yield began, event
            event = None
        elif event is not None:
            event[key.split(";")[0].upper()] = value.strip()


def _put(found: HolidayList, row: int, text: str, when: Any, kind: Any, name: Any) -> None:
    day, word = _date(str(when).strip()), str(kind).strip().lower()
    if day is None:
        found.errors.append(RowError(row, text[:80], _("This is not a date. Write it as 2027-01-01.")))
    elif word in _MAKE_UP:
        found.put(row, text[:80], day, DayKind.MAKE_UP, str(name))
    elif word in _HOLIDAY:
        found.put(row, text[:80], day, DayKind.HOLIDAY, str(name))
    else:
        reason = _("Say whether it is a holiday or a make-up working day: 休 or 班, holiday or workday.")
        found.errors.append(RowError(row, text[:80], reason))


def _date(text: str) -> date | None:
    match = _DATE.match(text)
    if not match:
        return None
    try:
        found = date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
