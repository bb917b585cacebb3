"""What a new installation starts with: three calendars, and the national days chinesecalendar knows."""

from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants

from suhui.platform.calendars.arithmetic import Span, Spans
from suhui.platform.calendars.choices import DayKind


@dataclass(frozen=True)
class ShippedCalendar:
    code: str
    name: str
    english_name: str
    week: tuple[Spans, ...]
    keeps_holidays: bool
    is_default: bool = False


_OFFICE: Spans = (Span(9 * 60, 12 * 60), Span(13 * 60 + 30, 18 * 60))
_DESK: Spans = (Span(8 * 60, 20 * 60),)

SHIPPED = [
    ShippedCalendar("standard", "标准工作日历", "Standard working week", (_OFFICE,) * 5 + ((),) * 2, True, True),
    ShippedCalendar("every-day", "客服每日班", "Service desk, every day", (_DESK,) * 7, False),
    ShippedCalendar("always", "全天候", "Day and night", ((Span(0, 1440),),) * 7, False),
]

SOURCE = "chinesecalendar"
YEARS = (2025, 2026)
"""Shipped years. The library knows no later one: the State Council announces 调休 each November."""


def national_days(year: int) -> dict[date, tuple[DayKind, str]]:
    """Holidays and make-up days of `year` as chinesecalendar has them; empty for a year it does not know."""
    found = {day: (DayKind.HOLIDAY, name) for day, name in constants.holidays.items() if day.year == year}
    found |= {day: (DayKind.MAKE_UP, name) for day, name in constants.workdays.items() if day.year == year}
    return dict(sorted(found.items()))


def years() -> list[int]:
    """The years chinesecalendar knows, from 2024 on."""
    return sorted({day.year for day in constants.holidays if day.year >= 2024})
