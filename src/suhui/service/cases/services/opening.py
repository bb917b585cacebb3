"""How a case comes to be, whatever the channel: number, line, checklist, priority, clocks, owner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from suhui.engines.rules import selectors as rule_rows
from suhui.platform.core import numbers, settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.files.models import StoredFile
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import holders
from suhui.platform.privacy import masks
from suhui.records.customers.models import Customer
from suhui.records.shipments.models import Waybill
from suhui.service.cases import events, fields, states
from suhui.service.cases.choices import CaseChannel, CaseKind, EntryKind, Severity
from suhui.service.cases.models import Case, CaseEntry, CaseWaybill, Category, Check, ChecklistTemplate
from suhui.service.cases.services import clocks, contacting, prioritising
from suhui.service.cases.services.writing import tell, write_entry

ROUTING = "case.routing"
TALKED = frozenset({CaseChannel.PHONE, CaseChannel.VISIT})
"""Channels on which the customer has an answer before the case is written down."""
MOST_SUBJECT = 120


DECIDED = ("priority", "priority_decision", "owner", "policy", "next_due_at", "next_warn_at", "next_due_kind")
"""What rules and clocks say about a new case, once its row is there to speak of."""


_points = settled.Kept("cases", lambda: list(ChecklistTemplate.objects.filter(active=True)))


@dataclass(frozen=True)
class Opening:
    """Everything a new case begins with. `subject` may be empty: the text's first line serves."""

    kind: str
    channel: str
    text: str
    branch: Branch
    subject: str = ""
    customer: Customer | None = None
    contact_name: str = ""
    contact_phone: str = ""
    waybills: Sequence[Waybill] = ()
    category: Category | None = None
    severity: int | None = None
    remedy: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    demand_fields: bool = False
    responsible_branch: Branch | None = None
    owner: User | None = None
    files: Sequence[StoredFile] = ()
    source: str = ""


@settled.steady()
def open_case(opening: Opening, *, by: Actor, at: datetime) -> tuple[Case, CaseEntry]:
    """Open it, in the caller's transaction; the case and its first line. Raises BadInput for an unknown kind, no words
    at all, or bad fields."""
    _demand_sound(opening)
    case = Case.objects.create(
        number=numbers.next_number("T", at),
        kind=opening.kind,
        channel=opening.channel,
        subject=subject_of(opening.subject, opening.text),
        text=opening.text.strip(),
        remedy=opening.remedy.strip()[:300],
        fields=fields.clean(opening.kind, opening.fields, demand_required=opening.demand_fields),
        category=opening.category,
        severity=opening.severity or (opening.category.severity if opening.category else Severity.NORMAL),
        customer=opening.customer,
        contact_name=opening.contact_name[:80],
        contact_phone=opening.contact_phone,
        branch=opening.branch,
        responsible_branch=opening.responsible_branch,
        owner=opening.owner,
        source=opening.source,
        opened_at=at,
        last_entry_at=at,
        contacted_at=at if opening.channel in TALKED else None,
        awaits_reply_since=None if opening.channel in TALKED | {CaseChannel.EXCEPTION} else at,
    )
    return case, _equip(case, opening, by, at)


def _equip(case: Case, opening: Opening, by: Actor, at: datetime) -> CaseEntry:
    waybills = list({waybill.pk: waybill for waybill in opening.waybills}.values())
    if waybills:
        CaseWaybill.objects.bulk_create([CaseWaybill(case=case, waybill=waybill, linked_at=at) for waybill in waybills])
    points = [point for point in _points.get() if point.kind in {case.kind, ""}]
    Check.objects.bulk_create([Check(case=case, text=point.label, order=point.order) for point in points])
    entry = write_entry(
        case=case,
        kind=EntryKind.OPENED,
        by=by,
        at=at,
        text=case.text,
        internal=case.channel == CaseChannel.EXCEPTION or by.kind == "staff",
        channel=case.channel,
        files=opening.files,
        touch=False,
    )
    prioritising.weigh(case=case, by=by)
    if case.owner is None:
        case.owner = owner_by_rule(case)
    clocks.begin(case=case, at=at, by=by)
    if case.channel in TALKED:
        clocks.answer(case=case, at=at, by=by)
    case.save(update_fields=DECIDED)
    contacting.ask_for_contact(case=case, by=by, at=at)
    tell(
        events.CaseOpened,
        case,
        by=by,
        case_kind=case.kind,
        channel=case.channel,
        customer_id=case.customer_id,
        waybill_ids=[waybill.pk for waybill in waybills],
    )
    return entry


def _demand_sound(opening: Opening) -> None:
    if opening.kind not in CaseKind.values:
        raise BadInput(_("Choose what kind of case it is."), {"kind": _("Choose what kind of case it is.")})
    if opening.channel not in CaseChannel.values:
        raise BadInput(_("Choose how the customer reached us."), {"channel": _("Choose how the customer reached us.")})
    if not (opening.text.strip() or opening.subject.strip()):
        raise BadInput(_("Write what it is about."), {"text": _("Write what it is about.")})
    if len(opening.text) > 10_000:
        raise BadInput(_("This is too long."), {"text": _("At most 10,000 characters.")})


def subject_of(subject: str, text: str) -> str:
    """One line that names the matter: as given, else the beginning of the text's first line.

    It stands in lists, notices and titles, so phones and e-mails in it are masked, before it is cut: half a number
    could not be recognised any more.
    """
    lines = [line.strip() for line in (subject or text).splitlines() if line.strip()]
    first = masks.mask_text(lines[0]) if lines else ""
    return first[:MOST_SUBJECT] if len(first) <= 60 or subject else f"{first[:59]}…"


def owner_by_rule(case: Case) -> User | None:
    """Who gets it at once, by the table "case.routing": nobody (the branch's queue) or whoever has least to do.

    Least loaded counts open cases among the available colleagues of the branch who work on cases.
    """
    inputs = {"kind": case.kind, "channel": case.channel, "priority": case.priority, "severity": case.severity}
    if rule_rows.peek(ROUTING, inputs).outputs.get("to") != "least_loaded":
        return None
    here = Q(presence__state__in=[PresenceState.IDLE, PresenceState.BUSY, PresenceState.AFTER_CALL])
    return (
        holders(Perm.CASE_EDIT, case.branch)
        .filter(here, branch_id=case.branch_id)
        .annotate(load=Count("cases", filter=Q(cases__state__in=states.OPEN)))
        .order_by("load", "id")
        .first()
    )
