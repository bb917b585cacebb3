"""One door for every channel: what a customer (or a parcel) tells us becomes a case, or a line on the open one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from suhui.contact.conversations import services as conversations
from suhui.contact.conversations.choices import Channel, Direction
from suhui.contact.conversations.models import Contact
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import Branch, User
from suhui.records.customers import phones
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer
from suhui.records.shipments.models import Waybill
from suhui.service.cases.choices import CaseChannel
from suhui.service.cases.models import Case, CaseEntry, Category
from suhui.service.cases.selectors import finding
from suhui.service.cases.services import handling, joining, talking
from suhui.service.cases.services.opening import Opening, open_case

MOST_LINKS = 5
"""Open cases about the same parcel that a new one is related to, the newest ones."""


@dataclass(frozen=True)
class Intake:
    """What became of it: the case, and whether it was opened for this or had been open already."""

    case: Case
    opened: bool
    entry: CaseEntry


@dataclass(frozen=True)
class _Told:
    """What was said, on which channel, about which parcels; `person` is the colleague who took it down."""

    channel: str
    text: str
    waybills: Sequence[Waybill]
    person: User | None


@settled.steady()
@transaction.atomic
def intake(
    *,
    channel: str,
    kind: str,
    text: str,
    by: Actor,
    at: datetime | None = None,
    subject: str = "",
    customer: Customer | None = None,
    phone: str = "",
    name: str = "",
    waybill_numbers: Sequence[str] = (),
    waybills: Sequence[Waybill] = (),
    branch: Branch | None = None,
    responsible_branch: Branch | None = None,
    category: Category | None = None,
    severity: int | None = None,
    remedy: str = "",
    fields: dict[str, Any] | None = None,
    demand_fields: bool = False,
    owner: User | None = None,
    append_to: Case | None = None,
    files: Sequence[StoredFile] = (),
    contact: Contact | None = None,
    source: str = "",
    join: bool = True,
) -> Intake:
    """Take in a matter, from whatever channel.

    Numbers in the text and in `waybill_numbers` that are registered are linked; the customer is found or added by
    `phone`. `append_to` (chosen by an agent who was offered it) puts the words on that case. Without it a portal
    message of the same customer about the same parcel goes on their open case, and a parcel's exception on whatever
    case about it is open; otherwise a case is opened and linked to others about the parcel. The same `source` twice
    is one intake. `join=False` always opens a case: for words of somebody whose phone nobody has proven.
    The contact is put into the register of contacts, unless `contact` is there already. Raises BadInput for what
    cannot be understood; nothing is then kept.
    """
    moment = at or now()
    if source:
        _one_at_a_time(f"source:{source}")
        if (seen := _seen(source)) is not None:
            return seen
    known = list({w.pk: w for w in [*waybills, *finding.waybills_in(text, waybill_numbers)]}.values())
    for waybill in sorted(known, key=lambda each: each.pk):
        _one_at_a_time(f"waybill:{waybill.pk}")
    person = User.objects.select_related("branch").filter(pk=by.user_id).first() if by.user_id is not None else None
    home = branch or (person.branch if person else home_of(by, known))
    who = customer or _customer(phone, name, home, channel, by)
    others = finding.open_cases_for([w.pk for w in known], None) if append_to is None else []
    target = append_to or (_same_matter(channel, who, others) if join else None)
    told = _Told(channel, text, known, person)
    if target is not None:
        appended = _append(target, told, files, source, by, moment)
        _register(appended, contact, told, by, moment)
        return appended
    case, line = open_case(
        Opening(
            kind=kind,
            channel=channel,
            subject=subject,
            text=text,
            branch=home,
            responsible_branch=responsible_branch,
            customer=who,
            contact_name=name or (who.name if who else ""),
            contact_phone=_e164(phone),
            waybills=known,
            category=category,
            severity=severity,
            remedy=remedy,
            fields=fields or {},
            demand_fields=demand_fields,
            owner=owner,
            files=files,
            source=source,
        ),
        by=by,
        at=moment,
    )
    opened = Intake(case, True, line)
    _register(opened, contact, told, by, moment)
    joining.link_new(case=case, others=others[:MOST_LINKS], by=Actor.system("cases"), at=moment)
    return opened


def _register(taken: Intake, contact: Contact | None, told: _Told, by: Actor, at: datetime) -> None:
    """Every contact is in the register of contacts, under its case; the line of the story knows it."""
    case = taken.case
    if contact is not None:
        conversations.link_case(contact=contact, case=case.key, by=by)
    elif told.channel in Channel.values:
        contact = conversations.log_contact(
            channel=told.channel,
            direction=Direction.IN,
            branch=case.branch,
            by=by,
            text=told.text,
            customer=case.customer,
            phone=case.contact_phone,
            agent=told.person,
            waybills=told.waybills,
            read_text=False,
            case=case.key,
            at=at,
        )
    if contact is not None:
        taken.entry.data = {**taken.entry.data, "contact": contact.pk}
        taken.entry.save(update_fields=["data"])


def _append(
    case: Case,
    told: _Told,
    files: Sequence[StoredFile],
    source: str,
    by: Actor,
    at: datetime,
) -> Intake:
    text, channel = told.text, told.channel
    if channel == CaseChannel.EXCEPTION:
        entry = talking.note(case=case, text=text, by=by, at=at, files=files, source=source)
    else:
        entry = talking.hear(case=case, text=text, by=by, channel=channel, at=at, files=files, source=source)
    handling.link_waybills(case=case, waybills=told.waybills, by=by, at=at)
    return Intake(case, False, entry)


def _same_matter(channel: str, customer: Customer | None, about_it: Sequence[Case]) -> Case | None:
    """The open case this belongs to without asking anyone: never another customer's, whose words it would show."""
    if channel == CaseChannel.EXCEPTION:
        return next(iter(about_it), None)
    if channel == CaseChannel.PORTAL and customer is not None:
        return next((case for case in about_it if case.customer_id == customer.pk), None)
    return None


def _seen(source: str) -> Intake | None:
    case = Case.objects.for_list().filter(source=source).first()
    if case is not None:
        return Intake(case, True, CaseEntry.objects.of(case).order_by("id")[0])
    entry = CaseEntry.objects.select_related("case__branch").filter(source=source).first()
    return Intake(entry.case, False, entry) if entry else None


def home_of(by: Actor, waybills: Sequence[Waybill]) -> Branch:
    """Where a case is handled unless somebody says: where the colleague sits, where the parcel goes, headquarters."""
    if by.user_id is not None:
        return Branch.objects.get(people=by.user_id)
    for waybill in waybills:
        if waybill.destination is not None:
            return waybill.destination
    root = Branch.objects.filter(parent=None).first()
    if root is None:
        raise BadInput(_("There is no branch yet. Set up the organisation first."))
    return root


def _customer(phone: str, name: str, branch: Branch, channel: str, by: Actor) -> Customer | None:
    if not phone.strip():
        return None
    source = "portal" if channel == CaseChannel.PORTAL else "phone"
    return customers.find_or_add_by_phone(phone=phone, name=name, branch=branch, source=source, by=by)


def _e164(phone: str) -> str:
    return phones.read(phone).e164 if phone.strip() else ""


def _one_at_a_time(key: str) -> None:
    """Two intakes of one matter at the same moment: the second waits and then finds the first one's case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"cases.intake:{key}"])
