"""What is said on a case: notes, replies that can be taken back for ten seconds, contacts, the customer's own words."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.contact.conversations import services as conversations
from suhui.contact.conversations.choices import Direction
from suhui.contact.conversations.models import Contact
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.events import hint
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.files.models import StoredFile
from suhui.platform.notifications import services as notices
from suhui.platform.people.models import User
from suhui.service.cases import access, events, states, topics
from suhui.service.cases.choices import CaseState, EntryKind
from suhui.service.cases.models import Case, CaseEntry, Watch
from suhui.service.cases.services import clocks, contacting
from suhui.service.cases.services.moving import begin_work, demand_open, move
from suhui.service.cases.services.writing import tell, write_entry

SEND_AFTER = undo.SHORT
"""A reply takes effect after this, so that it can be taken back (the house's undo time)."""

MENTION = re.compile(r"@([^\s@，。,.;；:：!！?？]{1,60})")


@transaction.atomic
def note(
    *, case: Case, text: str, by: Actor, at: datetime | None = None, files: Iterable[StoredFile] = (), source: str = ""
) -> CaseEntry:
    """An internal line. Every `@name` or `@user-name` in it of a colleague who sees the case is told and watches it."""
    words = _demand_words(text)
    entry = write_entry(case=case, kind=EntryKind.NOTE, by=by, at=at or now(), text=words, files=files, source=source)
    tell(events.CaseNoted, case, by=by, entry_id=entry.pk)
    _tell_mentioned(case, entry, by)
    return entry


@transaction.atomic
def reply(
    *,
    case: Case,
    text: str,
    by: Actor,
    at: datetime | None = None,
    channel: str = "",
    files: Iterable[StoredFile] = (),
    then: str = "",
    source: str = "",
) -> CaseEntry:
    """Write to the customer. It takes effect after ten seconds and can be taken back until then (`unsend`).

    `then` moves the case on with the message: "waiting_customer" or "resolved", or nothing. A closed case is not
    written on. Repeating with the same `source` sends once.
    """
    words = _demand_words(text)
    demand_open(case)
    moment = at or now()
    entry = write_entry(
        case=case,
        kind=EntryKind.MESSAGE_OUT,
        by=by,
        at=moment,
        text=words,
        internal=False,
        channel=channel or case.channel,
        send_at=moment + SEND_AFTER,
        files=files,
        source=source or f"reply:{uuid4().hex}",
        data={"then": then} if then else {},
    )
    begin_work(case=case, by=by, at=moment)
    hint([case.key, *topics.of(case)])
    return entry


@transaction.atomic
def unsend(*, entry: CaseEntry, by: Actor, at: datetime | None = None) -> CaseEntry:
    """Take back a reply that has not taken effect. Raises Refused when it has; taking back twice is harmless."""
    moment = at or now()
    taken = CaseEntry.objects.filter(pk=entry.pk, published_at=None, taken_back_at=None, send_at__gt=moment).update(
        taken_back_at=moment
    )
    entry.refresh_from_db()
    if not taken and entry.taken_back_at is None:
        raise Refused(_("It is too late: the message has been sent."))
    hint([entry.case.key, *topics.of(entry.case)])
    return entry


@transaction.atomic
def offer_unsend(*, entry: CaseEntry, user: User) -> UndoOffer:
    """The ten seconds in which the message can be taken back, as an offer for a toast."""
    return undo.offer(
        kind="cases.reply",
        payload={"entry": entry.pk},
        text=_("The message goes out in ten seconds."),
        user=user,
        within=SEND_AFTER,
    )


@undo.undoes("cases.reply")
def _take_back(payload: dict[str, Any], by: Actor) -> None:
    unsend(entry=CaseEntry.objects.select_related("case__branch").get(pk=payload["entry"]), by=by)


def publish_due(at: datetime, *, limit: int = 200) -> int:
    """Let every reply whose ten seconds are over take effect; how many did. Safe to run twice at once."""
    due = CaseEntry.objects.filter(published_at=None, taken_back_at=None, send_at__lte=at).order_by("send_at")
    done = 0
    for entry_id in list(due.values_list("pk", flat=True)[:limit]):
        done += _publish(entry_id, at)
    return done


@transaction.atomic
def _publish(entry_id: int, at: datetime) -> int:
    sent = CaseEntry.objects.filter(pk=entry_id, published_at=None, taken_back_at=None, send_at__lte=at).update(
        published_at=at
    )
    if not sent:
        return 0
    entry = CaseEntry.objects.select_related("case__branch", "case__responsible_branch", "case__owner").get(pk=entry_id)
    case = entry.case
    by = Actor(entry.actor_kind, entry.actor_label, entry.actor_id)  # type: ignore[arg-type]
    Case.objects.filter(pk=case.pk).update(awaits_reply_since=None)
    tell(events.ReplySent, case, by=by, entry_id=entry.pk)
    if case.is_open:
        clocks.heard_from_us(case=case, at=entry.send_at or at, by=by)
        contacting.contacted(case=case, by=by, at=entry.send_at or at)
        _move_after_reply(case, str(entry.data.get("then", "")), by, at)
    return 1


def _move_after_reply(case: Case, to: str, by: Actor, at: datetime) -> None:
    """The state a reply asked for, if the case can still go there: meanwhile someone may have moved it."""
    if to and to in states.choices_from(case.state, case.kind):
        extra: dict[str, Any] = {"resolved_at": at} if to == CaseState.RESOLVED else {}
        move(case=case, to=to, by=by, at=at, **extra)


@transaction.atomic
def tell_progress(*, case: Case, text: str, by: Actor, at: datetime, source: str) -> CaseEntry:
    """A public line the system writes by itself: "we have asked the branch" (progress told at every step, CAS-3)."""
    return write_entry(
        case=case,
        kind=EntryKind.MESSAGE_OUT,
        by=by,
        at=at,
        text=text,
        internal=False,
        data={"progress": True},
        source=source,
    )


@transaction.atomic
def hear(
    *,
    case: Case,
    text: str,
    by: Actor,
    channel: str,
    at: datetime | None = None,
    files: Iterable[StoredFile] = (),
    source: str = "",
) -> CaseEntry:
    """Word from the customer on this case. It wakes a waiting case; one that had ended within the rules is reopened.

    What a colleague wrote down of it (a call) is the desk's own record: the customer does not read it on the portal.
    """
    moment = at or now()
    if source and (there := CaseEntry.objects.of(case).filter(source=source).first()) is not None:
        return there
    entry = write_entry(
        case=case,
        kind=EntryKind.MESSAGE_IN,
        by=by,
        at=moment,
        text=text.strip(),
        internal=by.kind == "staff",
        channel=channel,
        files=files,
        source=source,
    )
    Case.objects.filter(pk=case.pk, awaits_reply_since=None).update(awaits_reply_since=moment)
    if case.state == CaseState.WAITING_CUSTOMER:
        move(case=case, to=CaseState.IN_PROGRESS, by=by, at=moment)
    elif case.state in {CaseState.RESOLVED, CaseState.CLOSED}:
        _wake(case, by, moment)
    tell(events.CaseAppended, case, by=by, entry_id=entry.pk, channel=channel)
    tell_people(case, gettext_noop("The customer wrote on case %(number)s"), f"heard:{entry.pk}", besides=by.user_id)
    return entry


def _wake(case: Case, by: Actor, at: datetime) -> None:
    from suhui.service.cases.services.closing import may_reopen, reopen

    if may_reopen(case, at):
        reopen(case=case, reason=_("The customer wrote again."), by=by, at=at)


@transaction.atomic
def log_contact(
    *,
    case: Case,
    text: str,
    by: Actor,
    channel: str,
    incoming: bool,
    reached: bool = True,
    seconds: int = 0,
    at: datetime | None = None,
) -> CaseEntry:
    """A talk with the customer about this case, logged by hand. Reaching them counts as telling them.

    It is written into the register of contacts too. `seconds` is how long a call took.
    """
    moment = at or now()
    contact = conversations.log_contact(
        channel=channel,
        direction=Direction.IN if incoming else Direction.OUT,
        branch=case.branch,
        by=by,
        text=text,
        customer=case.customer,
        phone=case.contact_phone,
        agent=User.objects.filter(pk=by.user_id).first() if by.user_id else None,
        seconds=seconds,
        case=case.key,
        at=moment,
    )
    return write_contact(case=case, contact=contact, by=by, reached=reached)


def write_contact(*, case: Case, contact: Contact, by: Actor, reached: bool = True) -> CaseEntry:
    """A contact of the register as a line of the case's story, once. Runs in the caller's transaction."""
    before = CaseEntry.objects.of(case).filter(source=f"contact:{contact.pk}").first()
    if before is not None:
        return before
    entry = write_entry(
        case=case,
        kind=EntryKind.CONTACT,
        by=by,
        at=contact.at,
        text=contact.text,
        channel=contact.channel,
        data={"incoming": contact.direction == Direction.IN, "reached": reached, "seconds": contact.seconds},
        source=f"contact:{contact.pk}",
    )
    tell(events.CaseNoted, case, by=by, entry_id=entry.pk)
    if reached and case.is_open and by.kind == "staff":
        begin_work(case=case, by=by, at=contact.at)
        clocks.heard_from_us(case=case, at=contact.at, by=by)
        contacting.contacted(case=case, by=by, at=contact.at)
        Case.objects.filter(pk=case.pk).update(awaits_reply_since=None)
    return entry


def tell_people(
    case: Case, text: str, key: str, *, besides: int | None = None, level: str = "info", to: Iterable[User] = ()
) -> None:
    """A notice to the owner and the watchers of a case and those in `to`, save the one who did it. `text` is a msgid
    with %(number)s."""
    ids = {user.pk for user in to} | set(Watch.objects.filter(case=case).values_list("user_id", flat=True))
    if case.owner_id:
        ids.add(case.owner_id)
    ids.discard(besides or 0)
    people = User.objects.filter(pk__in=ids, is_active=True)
    if ids:
        notices.notify(
            to=people,
            text=text,
            params={"number": case.number},
            url=clocks.url_of(case),
            key=f"{case.key}:{key}",
            level=level,
        )


def _tell_mentioned(case: Case, entry: CaseEntry, by: Actor) -> None:
    people = [user for user in _named_in(entry.text) if user.pk != by.user_id and access.sees_case(user, case)]
    for user in people:
        Watch.objects.get_or_create(case=case, user=user, defaults={"since": entry.at})
    if people:
        entry.data = {**entry.data, "mentioned": [user.pk for user in people]}
        entry.save(update_fields=["data"])
        notices.notify(
            to=people,
            text=gettext_noop("%(who)s mentioned you on case %(number)s"),
            params={"who": by.label, "number": case.number},
            url=clocks.url_of(case),
            key=f"mention:{entry.pk}",
            level="info",
        )


def _named_in(text: str) -> list[User]:
    """Colleagues written as @name or @user-name; nothing need follow the name (`@陈静请看` is 陈静)."""
    condition = Q(pk__in=[])
    for word in set(MENTION.findall(text)):
        condition |= Q(pk__in=User.objects.annotate(word=Value(word)).filter(word__startswith=F("name")).values("pk"))
        condition |= Q(username__iexact=word)
    return list(User.objects.filter(condition, is_active=True)[:20])


def _demand_words(text: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput(_("Write something first."), {"text": _("Write something first.")})
    if len(words) > 10_000:
        raise BadInput(_("This is too long."), {"text": _("At most 10,000 characters.")})
    return words
