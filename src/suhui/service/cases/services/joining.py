"""Cases that are one (merge, reversible for 24 hours), one that is two (split), cases that belong together (link)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.sla import services as sla
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.events import hint
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User
from suhui.service.cases import events
from suhui.service.cases.choices import CaseState, EntryKind, LinkKind
from suhui.service.cases.models import Case, CaseEntry, CaseLink, CaseWaybill
from suhui.service.cases.services import clocks
from suhui.service.cases.services.moving import demand_open
from suhui.service.cases.services.opening import Opening, open_case
from suhui.service.cases.services.writing import change, line_of, tell, write_entry


@transaction.atomic
def merge(*, case: Case, into: Case, user: User, at: datetime | None = None) -> UndoOffer | None:
    """Make `case` a part of `into`: its story, parcels and requests show there, and its clocks stand still.

    Both must be open; merging the same pair again is harmless. Two people merging them both ways at once: one gets
    Conflict. The way back is open for 24 hours.
    """
    if case.state == CaseState.MERGED and case.merged_into_id == into.pk:
        return None
    if case.pk == into.pk:
        raise BadInput(_("A case cannot be merged into itself."))
    demand_open(case)
    demand_open(into)
    by, moment, before = Actor.staff(user), at or now(), case.state
    for one in sorted((case, into), key=lambda each: each.pk):
        if one is case:
            change(case, state=CaseState.MERGED, state_before_merge=before, merged_into=into)
        else:
            change(into)
    brought = _bring_waybills(case, into, moment)
    sla.pause(subject=case.key, at=moment, reason=_("Merged into %(number)s") % {"number": into.number}, by=by)
    clocks.refresh(case)
    write_entry(case=case, kind=EntryKind.MERGE, by=by, at=moment, data={"into": into.pk, "number": into.number})
    write_entry(case=into, kind=EntryKind.MERGE, by=by, at=moment, data={"from": case.pk, "number": case.number})
    tell(events.CasesMerged, case, by=by, into_id=into.pk)
    hint([into.key])
    return undo.offer(
        kind="cases.merge",
        payload={"case": case.pk, "into": into.pk, "waybills": brought},
        text=_("%(number)s merged into %(into)s") % {"number": case.number, "into": into.number},
        user=user,
        within=undo.LONG,
    )


def _bring_waybills(case: Case, into: Case, at: datetime) -> list[int]:
    there = set(into.waybill_links.values_list("waybill_id", flat=True))
    new = [pk for pk in case.waybill_links.values_list("waybill_id", flat=True) if pk not in there]
    CaseWaybill.objects.bulk_create(
        [CaseWaybill(case=into, waybill_id=pk, linked_at=at) for pk in new], ignore_conflicts=True
    )
    return new


@undo.undoes("cases.merge")
def unmerge(payload: dict[str, Any], by: Actor) -> None:
    """Make two of one again: the merged case gets its state and its clocks back."""
    rows = Case.objects.select_related("branch", "responsible_branch", "owner")
    case, into = rows.get(pk=payload["case"]), rows.get(pk=payload["into"])
    if case.state != CaseState.MERGED or case.merged_into_id != into.pk:
        raise Refused(_("These cases are no longer merged."))
    at = now()
    change(case, state=case.state_before_merge, state_before_merge="", merged_into=None)
    CaseWaybill.objects.filter(case=into, waybill_id__in=payload["waybills"]).delete()
    sla.resume(subject=case.key, at=at, by=by)
    if case.state in {CaseState.WAITING_CUSTOMER, CaseState.PROPOSED}:
        clocks.follow_state(case=case, before=CaseState.IN_PROGRESS, at=at, by=by)
    clocks.refresh(case)
    write_entry(case=case, kind=EntryKind.MERGE, by=by, at=at, data={"undone": True, "number": into.number})
    write_entry(case=into, kind=EntryKind.MERGE, by=by, at=at, data={"undone": True, "number": case.number})
    tell(events.CasesUnmerged, case, by=by, into_id=into.pk)
    hint([into.key])


@transaction.atomic
def split(
    *,
    case: Case,
    subject: str,
    by: Actor,
    kind: str = "",
    entry_ids: Iterable[int] = (),
    waybill_ids: Iterable[int] = (),
    owner: User | None = None,
    at: datetime | None = None,
) -> Case:
    """Open a second case for the other matter in this one: with the chosen lines' words and the chosen parcels.

    The new case is part of the old one by a link; nothing leaves the old one.
    """
    demand_open(case)
    if not subject.strip():
        raise BadInput(_("A case needs a subject."), {"subject": _("Write what it is about.")})
    lines = CaseEntry.objects.of(case).filter(pk__in=list(entry_ids), taken_back_at=None)
    text = "\n\n".join(entry.text for entry in lines if entry.text) or case.text
    links = case.waybill_links.filter(waybill_id__in=list(waybill_ids)).select_related("waybill")
    new, _line = open_case(
        Opening(
            kind=kind or case.kind,
            channel=case.channel,
            subject=subject,
            text=text,
            branch=case.branch,
            customer=case.customer,
            contact_name=case.contact_name,
            contact_phone=case.contact_phone,
            waybills=[row.waybill for row in links],
            owner=owner or case.owner,
            severity=case.severity,
        ),
        by=by,
        at=at or now(),
    )
    link(case=new, other=case, kind=LinkKind.PARENT, by=by, at=at)
    return new


@transaction.atomic
def link(*, case: Case, other: Case, kind: str, by: Actor, at: datetime | None = None) -> CaseLink:
    """Say how two cases belong together. Saying it again changes the kind and no more."""
    if case.pk == other.pk:
        raise BadInput(_("A case cannot be linked to itself."))
    if kind not in LinkKind.values:
        raise BadInput(_("Choose how the cases belong together."))
    moment = at or now()
    made, new = CaseLink.objects.update_or_create(
        case=case, other=other, defaults={"kind": kind}, create_defaults={"kind": kind, "made_at": moment}
    )
    if new:
        write_entry(
            case=case,
            kind=EntryKind.LINK,
            by=by,
            at=moment,
            data={"other": other.pk, "number": other.number, "kind": kind},
        )
        write_entry(
            case=other,
            kind=EntryKind.LINK,
            by=by,
            at=moment,
            data={"other": case.pk, "number": case.number, "back": kind},
        )
        tell(events.CaseChanged, case, by=by, fields=["links"])
        hint([other.key])
    return made


@transaction.atomic
def unlink(*, made: CaseLink, by: Actor, at: datetime | None = None) -> None:
    """The two have nothing to do with each other after all."""
    case, other = made.case, made.other
    made.delete()
    write_entry(case=case, kind=EntryKind.LINK, by=by, at=at or now(), data={"number": other.number, "gone": True})
    tell(events.CaseChanged, case, by=by, fields=["links"])
    hint([other.key])


@transaction.atomic(savepoint=False)
def link_new(*, case: Case, others: Sequence[Case], by: Actor, at: datetime) -> None:
    """Relate a case that was opened this moment to others, each of which learns of it; as cheap for many as for one."""
    if not others:
        return
    CaseLink.objects.bulk_create(
        [CaseLink(case=case, other=other, kind=LinkKind.RELATED, made_at=at) for other in others]
    )
    lines = []
    for other in others:
        here = {"other": other.pk, "number": other.number, "kind": LinkKind.RELATED}
        there = {"other": case.pk, "number": case.number, "back": LinkKind.RELATED}
        lines.append(line_of(case=case, kind=EntryKind.LINK, by=by, at=at, data=here))
        lines.append(line_of(case=other, kind=EntryKind.LINK, by=by, at=at, data=there))
    CaseEntry.objects.bulk_create(lines)
    Case.objects.filter(pk__in=[other.pk for other in others]).update(last_entry_at=at, updated_at=now())
    tell(events.CaseChanged, case, by=by, fields=["links"])
