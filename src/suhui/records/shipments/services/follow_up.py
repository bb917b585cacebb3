"""The follow-up table, amendments and notes of a waybill (SHP-4)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.people.models import User
from suhui.records.customers import phones
from suhui.records.shipments import events
from suhui.records.shipments.choices import (
    OPEN_STAGES,
    SETTLED,
    AmendmentKind,
    AmendmentState,
    FollowUpStage,
)
from suhui.records.shipments.models import Amendment, FollowUp, Waybill, WaybillNote
from suhui.records.shipments.services.waybills import Facts, change_facts


@transaction.atomic
def add_follow_up(
    *,
    waybill: Waybill,
    requirement: str,
    by: Actor,
    next_action: str = "",
    owner: User | None = None,
    due_at: datetime | None = None,
) -> FollowUp:
    """Write down what is asked for this parcel, who does the next thing and by when."""
    text = _sentence(requirement, "requirement", _("Say what is asked for."))
    row = FollowUp.objects.create(
        waybill=waybill,
        requirement=text,
        next_action=next_action.strip()[:300],
        owner=owner,
        due_at=due_at,
        added_by=by.label,
    )
    _tell_follow_up(row, by)
    return row


@transaction.atomic
def move_follow_up(
    *,
    follow_up: FollowUp,
    stage: str,
    by: Actor,
    version: int | None = None,
    next_action: str = "",
    owner: User | None = None,
    due_at: datetime | None = None,
    result: str = "",
) -> FollowUp:
    """Move a line on. `version` is the one the person saw: raises Conflict when somebody was faster, Refused when it
    is finished already."""
    if stage not in FollowUpStage.values:
        raise BadInput(_("There is no such stage."), {"stage": _("There is no such stage.")})
    seen = follow_up.version if version is None else version
    moved = FollowUp.objects.filter(pk=follow_up.pk, version=seen, stage__in=OPEN_STAGES).update(
        stage=stage,
        next_action=next_action.strip()[:300] if stage in OPEN_STAGES else "",
        owner=owner or follow_up.owner,
        due_at=due_at if due_at is not None else follow_up.due_at,
        result=result.strip()[:300],
        version=seen + 1,
        updated_at=now(),
    )
    follow_up.refresh_from_db()
    if not moved:
        if follow_up.stage not in OPEN_STAGES:
            raise Refused(_("This line is finished."))
        raise Conflict(_("Somebody changed this line meanwhile. Look again."))
    _tell_follow_up(follow_up, by)
    return follow_up


def _tell_follow_up(row: FollowUp, by: Actor) -> None:
    event = events.FollowUpChanged(
        waybill_id=row.waybill_id, follow_up_id=row.pk, stage=row.stage, owner_id=row.owner_id
    )
    stored.store(event, by=by, topics=[f"user:{row.owner_id}"] if row.owner_id else [])


@transaction.atomic
def amend(
    *, waybill: Waybill, kind: str, by: Actor, after: str = "", before: str = "", asked_by: str = "", reason: str = ""
) -> Amendment:
    """Ask for a change of a parcel on its way. Raises Refused when it has arrived, BadInput when nothing is said."""
    if kind not in AmendmentKind.values:
        raise BadInput(_("There is no such change."), {"kind": _("There is no such change.")})
    if waybill.final:
        raise Refused(_("The parcel is no longer on its way; it cannot be amended."))
    alone = kind in (AmendmentKind.INTERCEPT, AmendmentKind.RETURN, AmendmentKind.URGENT)
    text = after.strip() if alone else _readable(kind, _sentence(after, "after", _("Say what it should become.")))
    row = Amendment.objects.create(
        waybill=waybill,
        kind=kind,
        before=(before.strip() or _present(waybill, kind))[:300],
        after=text[:300],
        asked_by=asked_by.strip()[:80],
        reason=reason.strip()[:300],
        added_by=by.label,
    )
    _tell_amendment(row, by)
    return row


def _present(waybill: Waybill, kind: str) -> str:
    """What the label says now, for the kinds that change a label."""
    field = Amendment(kind=kind).writes_label
    return getattr(waybill, field) if field else ""


def _readable(kind: str, text: str) -> str:
    """A new phone in E.164; the others as they were typed. Raises BadInput for what is no phone number."""
    if kind != AmendmentKind.PHONE:
        return text
    try:
        return phones.read(text).e164
    except BadInput as error:
        raise BadInput(error.message, {"after": error.message}) from error


@transaction.atomic
def settle_amendment(*, amendment: Amendment, state: str, by: Actor, answer: str = "") -> Amendment:
    """Say what became of it: passed on, carried out, not possible, withdrawn. A settled one stays (Refused). A new
    address, phone or recipient that was carried out is what the label says from then on."""
    if state not in AmendmentState.values or state == AmendmentState.ASKED:
        raise BadInput(_("There is no such answer."), {"state": _("There is no such answer.")})
    moved = (
        Amendment.objects.filter(pk=amendment.pk)
        .exclude(state__in=SETTLED)
        .update(
            state=state,
            answer=answer.strip()[:300],
            settled_at=now() if state in SETTLED else None,
            updated_at=now(),
        )
    )
    amendment.refresh_from_db()
    if not moved:
        raise Refused(_("This change has been settled already."))
    if state == AmendmentState.DONE and amendment.writes_label:
        said: dict[str, Any] = {amendment.writes_label: amendment.after}
        facts = Facts(**said)
        change_facts(waybill=amendment.waybill, facts=facts, by=by)
    _tell_amendment(amendment, by)
    return amendment


def _tell_amendment(row: Amendment, by: Actor) -> None:
    stored.store(
        events.AmendmentChanged(waybill_id=row.waybill_id, amendment_id=row.pk, amendment=row.kind, state=row.state),
        by=by,
    )


@transaction.atomic
def note(*, waybill: Waybill, text: str, by: Actor) -> WaybillNote:
    """A remark for colleagues."""
    row = WaybillNote.objects.create(
        waybill=waybill,
        text=_sentence(text, "text", _("Write something first."), most=1000),
        at=now(),
        author_id=by.user_id,
        author_label=by.label[:120],
    )
    stored.store(events.WaybillNoted(waybill_id=waybill.pk, note_id=row.pk), by=by)
    return row


def _sentence(text: str, field: str, otherwise: str, *, most: int = 300) -> str:
    clean = text.strip()
    if not clean:
        raise BadInput(otherwise, {field: otherwise})
    if len(clean) > most:
        sentence = _("This is too long; at most %(most)s characters.") % {"most": most}
        raise BadInput(sentence, {field: sentence})
    return clean
