"""Cases as a spreadsheet: the columns of the work list, personal data masked as on the screen."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from suhui.platform.core.clock import local
from suhui.platform.people.models import User
from suhui.platform.privacy import masks
from suhui.service.cases.models import Case, CaseWaybill

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}


def workbook(cases: Sequence[Case], user: User) -> bytes:
    """The XLSX file of these cases, in their order. Text is never read as a formula. Two queries."""
    parcels: dict[int, list[str]] = {}
    for case_id, number in CaseWaybill.objects.filter(case__in=cases).values_list("case_id", "waybill__number"):
        parcels.setdefault(case_id, []).append(number)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": _("Cases"), "author": user.name})
        sheet = book.add_worksheet(_("Cases"))
        head = book.add_format({"bold": True, "bg_color": "#E3F4F2", "bottom": 1})
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        columns = _columns()
        for column, (label, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, label, head)
        for row, case in enumerate(cases, start=1):
            _write(sheet, row, _values(case, parcels.get(case.pk, [])), clock)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(cases)), len(columns) - 1)
    return buffer.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Number"), 16),
        (_("Subject"), 40),
        (_("Kind"), 10),
        (_("Category"), 18),
        (_("State"), 14),
        (_("Priority"), 8),
        (_("Customer"), 10),
        (_("Phone"), 14),
        (_("Parcels"), 20),
        (_("Owner"), 12),
        (_("Branch"), 20),
        (_("Tags"), 20),
        (_("Opened"), 18),
        (_("Due"), 18),
        (_("Closed"), 18),
    ]


def _values(case: Case, numbers: list[str]) -> list[Any]:
    return [
        case.number,
        case.subject,
        str(case.get_kind_display()),
        case.category.full_label if case.category else "",
        str(case.get_state_display()),
        str(case.get_priority_display()),
        masks.mask_name(case.contact_name),
        masks.mask_phone(case.contact_phone) if case.contact_phone else "",
        " ".join(numbers),
        case.owner.name if case.owner else "",
        case.branch.name,
        " ".join(case.tags),
        case.opened_at,
        case.next_due_at,
        case.closed_at,
    ]


def _write(sheet: Any, row: int, values: list[Any], clock: Any) -> None:
    for column, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(row, column, value)
        elif value is not None:
            sheet.write_datetime(row, column, local(value).replace(tzinfo=None), clock)
