"""Whose case it is and what is known of it: take, assign, release, change particulars, watch, tick."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.events import hint
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.shipments.models import Waybill
from suhui.service.cases import events, fields
from suhui.service.cases.choices import EntryKind
from suhui.service.cases.models import Case, CaseWaybill, Category, Check, Watch
from suhui.service.cases.services import clocks, contacting, informing, prioritising
from suhui.service.cases.services.moving import begin_work, demand_open
from suhui.service.cases.services.talking import tell_people
from suhui.service.cases.services.writing import change, tell, write_entry


@dataclass(frozen=True)
class Assigned:
    """`undo` is a way back for 24 hours, when a person of the staff moved the case from one colleague to another."""

    case: Case
    undo: UndoOffer | None = None


@transaction.atomic
def take(*, case: Case, user: User, by: Actor, at: datetime | None = None) -> Case:
    """Make a case without owner one's own, again if need be. Raises Conflict when a colleague was faster."""
    demand_open(case)
    if case.owner_id == user.pk:
        return case
    if case.owner_id is not None:
        raise Conflict(_("%(name)s has this case already.") % {"name": case.owner})
    _give(case, user, by, at or now())
    return begin_work(case=case, by=by, at=at or now())


@transaction.atomic
def assign(*, case: Case, owner: User, by: Actor, words: str = "", at: datetime | None = None) -> Assigned:
    """Give the case to a colleague (转派). They are told; the giver can take it back for 24 hours."""
    demand_open(case)
    if case.owner_id == owner.pk:
        return Assigned(case)
    demand_can_own(owner)
    before = case.owner
    moment = at or now()
    _give(case, owner, by, moment, words)
    if owner.pk != by.user_id:
        tell_people(case, gettext_noop("Case %(number)s is yours now"), f"owner:{case.version}", besides=by.user_id)
    giver = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    if giver is None:
        return Assigned(case)
    offer = undo.offer(
        kind="cases.assign",
        payload={"case": case.pk, "owner": owner.pk, "before": before.pk if before else None},
        text=_("%(number)s assigned to %(name)s") % {"number": case.number, "name": owner},
        user=giver,
        within=undo.LONG,
    )
    return Assigned(case, offer)


@undo.undoes("cases.assign")
def unassign(payload: dict[str, Any], by: Actor) -> None:
    """Give the case back to whom it was taken from, if it is still with the one it was given to."""
    case = Case.objects.select_related("branch", "responsible_branch", "owner").get(pk=payload["case"])
    if case.owner_id != payload["owner"] or not case.is_open:
        raise Refused(_("This case has moved on since; it cannot be taken back."))
    before = User.objects.filter(pk=payload["before"]).first() if payload["before"] else None
    _give(case, before, by, now(), _("Assignment taken back"))


@transaction.atomic
def release(*, case: Case, by: Actor, words: str = "", at: datetime | None = None) -> Case:
    """Put the case back into the queue of its branch."""
    demand_open(case)
    if case.owner_id is not None:
        _give(case, None, by, at or now(), words)
    return case


def demand_can_own(owner: User) -> None:
    """Raises BadInput for somebody who may not work on cases or has left."""
    if not owner.is_active or not owner.may(Perm.CASE_EDIT):
        raise BadInput(
            _("%(name)s does not work on cases.") % {"name": owner},
            {"owner": _("Choose a colleague who works on cases.")},
        )


def _give(case: Case, owner: User | None, by: Actor, at: datetime, words: str = "") -> None:
    before_id, before_name = case.owner_id, str(case.owner) if case.owner else ""
    change(case, owner=owner)
    write_entry(
        case=case,
        kind=EntryKind.ASSIGNMENT,
        by=by,
        at=at,
        text=words.strip(),
        data={"before": before_name, "owner": str(owner) if owner else ""},
    )
    clocks.hand_to(case=case, by=by)
    contacting.ask_for_contact(case=case, by=by, at=at)
    informing.ask_owner_to_tell(case=case, by=by, at=at)
    tell(events.CaseAssigned, case, by=by, before_id=before_id, owner_id=case.owner_id)
    if before_id:
        hint([f"desk:{before_id}"])


@transaction.atomic
def change_particulars(*, case: Case, by: Actor, at: datetime | None = None, **values: Any) -> Case:
    """Change subject, text, remedy, kind, category, severity, responsible branch, tags or the kind's own fields.

    Only what differs is written, in one line that names it. Severity and category have the priority decided anew,
    unless a person had set it. Raises BadInput for values the kind does not know.
    """
    demand_open(case)
    wanted = _checked(case, values)
    changed = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    if not changed:
        return case
    moment = at or now()
    shown = [{"field": name, "before": _shown(case, name), "after": _plain(value)} for name, value in changed.items()]
    change(case, **changed)
    write_entry(case=case, kind=EntryKind.CHANGE, by=by, at=moment, data={"changes": shown})
    if {"kind", "category", "severity"} & changed.keys():
        prioritising.decide(case=case, by=by)
    tell(events.CaseChanged, case, by=by, fields=sorted(changed))
    return case


CHANGEABLE = frozenset(
    {"subject", "text", "remedy", "kind", "category", "severity", "responsible_branch", "fields", "tags"}
)
MOST_TAGS = 10
LONGEST_TAG = 20


def _checked(case: Case, values: dict[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise BadInput(_("These cannot be changed: %(names)s") % {"names": ", ".join(sorted(unknown))})
    if "subject" in values and not str(values["subject"]).strip():
        raise BadInput(_("A case needs a subject."), {"subject": _("Write what it is about.")})
    if "subject" in values:
        values["subject"] = masks.mask_text(str(values["subject"]).strip())[:120]
    if "tags" in values:
        values["tags"] = clean_tags(values["tags"])
    if "fields" in values or "kind" in values:
        kind = values.get("kind", case.kind)
        values["fields"] = fields.clean(kind, values.get("fields", case.fields), demand_required=False)
    return values


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: without hash and blanks around them, each once, in the order given. Raises BadInput for
    too many or one that is too long."""
    clean = list(dict.fromkeys(tag.strip().lstrip("#＃").strip() for tag in tags))
    clean = [tag for tag in clean if tag]
    if len(clean) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in clean):
        said = _("At most ten tags of at most twenty characters.")
        raise BadInput(said, {"tags": said})
    return clean


def _shown(case: Case, name: str) -> Any:
    return _plain(getattr(case, name))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (Category, Branch)) else value


@transaction.atomic
def set_priority(*, case: Case, priority: int, by: Actor, at: datetime | None = None) -> Case:
    """A person overrules the rule; the case keeps that until its kind, category or severity is set again by hand."""
    demand_open(case)
    if case.priority == priority:
        return case
    before = case.priority
    change(case, priority=priority, priority_by_hand=True)
    write_entry(
        case=case,
        kind=EntryKind.CHANGE,
        by=by,
        at=at or now(),
        data={"changes": [{"field": "priority", "before": before, "after": priority}]},
    )
    tell(events.CaseChanged, case, by=by, fields=["priority"])
    return case


@transaction.atomic
def link_waybills(*, case: Case, waybills: Iterable[Waybill], by: Actor, at: datetime | None = None) -> list[Waybill]:
    """Say that the case is about these parcels too; those it did not have yet are returned."""
    moment = at or now()
    there = set(case.waybill_links.values_list("waybill_id", flat=True))
    new = list({w.pk: w for w in waybills if w.pk not in there}.values())
    if not new:
        return []
    CaseWaybill.objects.bulk_create(
        [CaseWaybill(case=case, waybill=waybill, linked_at=moment) for waybill in new], ignore_conflicts=True
    )
    write_entry(
        case=case, kind=EntryKind.PARCEL, by=by, at=moment, data={"linked": [waybill.number for waybill in new]}
    )
    tell(events.CaseChanged, case, by=by, fields=["waybills"])
    hint(f"waybill:{waybill.pk}" for waybill in new)
    return new


@transaction.atomic
def unlink_waybill(*, case: Case, waybill: Waybill, by: Actor, at: datetime | None = None) -> None:
    """The case is not about this parcel after all. Repeating it is harmless."""
    gone, _rows = CaseWaybill.objects.filter(case=case, waybill=waybill).delete()
    if gone:
        write_entry(case=case, kind=EntryKind.PARCEL, by=by, at=at or now(), data={"unlinked": [waybill.number]})
        tell(events.CaseChanged, case, by=by, fields=["waybills"])


@transaction.atomic
def watch(*, case: Case, user: User, on: bool, at: datetime | None = None) -> None:
    """Follow a case without owning it, or stop."""
    if on:
        Watch.objects.get_or_create(case=case, user=user, defaults={"since": at or now()})
    else:
        Watch.objects.filter(case=case, user=user).delete()


@transaction.atomic
def tick(*, check: Check, done: bool, by: Actor, at: datetime | None = None) -> None:
    """Tick a point of the checklist, or untick it."""
    Check.objects.filter(pk=check.pk, done_at__isnull=done).update(
        done_at=(at or now()) if done else None, done_by_id=by.user_id if done else None
    )
    hint([f"case:{check.case_id}"])
