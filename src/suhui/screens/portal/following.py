"""A case as its customer sees it: public words only, nothing personal, what we promised and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.engines.sla import selectors as clocks
from suhui.engines.sla.choices import ClockKind
from suhui.engines.tasks import selectors as tasks
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.files import services as storing
from suhui.platform.files.models import StoredFile
from suhui.platform.privacy import masks
from suhui.screens.portal import asking, limits
from suhui.screens.portal.choices import Metered
from suhui.service.cases import services as cases
from suhui.service.cases import states
from suhui.service.cases.choices import CaseChannel, CaseState, EntryKind, ProposalState
from suhui.service.cases.models import Case, CaseEntry, Proposal
from suhui.service.cases.selectors import public_story

LINK_MINUTES = 60
"""How long a photo on the page can be opened."""
STATE_WORDS: dict[str, Any] = {
    CaseState.NEW: gettext_lazy("We have received it"),
    CaseState.IN_PROGRESS: gettext_lazy("We are working on it"),
    CaseState.WAITING_CUSTOMER: gettext_lazy("We wait for your answer"),
    CaseState.WAITING_DEPARTMENT: gettext_lazy("We are finding out what happened"),
    CaseState.PROPOSED: gettext_lazy("Please answer our proposal"),
    CaseState.EXECUTING: gettext_lazy("We are doing what we agreed"),
    CaseState.RESOLVED: gettext_lazy("Settled"),
    CaseState.CLOSED: gettext_lazy("Closed"),
    CaseState.REOPENED: gettext_lazy("Taken up again"),
    CaseState.MERGED: gettext_lazy("We have received it"),
}
BEGUN: dict[str, Any] = {
    CaseChannel.PHONE: gettext_lazy("You called us"),
    CaseChannel.VISIT: gettext_lazy("You came to us"),
    CaseChannel.EXCEPTION: gettext_lazy("We noticed trouble with your parcel and took it up"),
}
"""How it began when a colleague wrote it down: what they wrote is the desk's own record and stays there."""
_OWN = {EntryKind.MESSAGE_IN, EntryKind.OPENED, EntryKind.ANSWER, EntryKind.RATING}
_TITLES: dict[str, Any] = {
    EntryKind.OPENED: gettext_lazy("You told us"),
    EntryKind.MESSAGE_IN: gettext_lazy("You wrote"),
    EntryKind.MESSAGE_OUT: gettext_lazy("We wrote"),
    EntryKind.PROMISE: gettext_lazy("We promised"),
    EntryKind.RATING: gettext_lazy("You rated us"),
    EntryKind.CONTACT: gettext_lazy("We spoke"),
}


@dataclass(frozen=True)
class Line:
    """One line of the public story. `own`: the customer's. `photos` are (small, whole) addresses for an hour."""

    at: datetime
    title: str
    text: str
    own: bool
    stars: int
    photos: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Due:
    """Something we said we would do, and by when."""

    text: str
    at: datetime


def story(case: Case, at: datetime) -> list[Line]:
    """The public story, the newest on top."""
    entries = public_story(case, at)
    lines = [_line(entry) for entry in entries]
    if not any(entry.kind == EntryKind.OPENED for entry in entries):
        title = str(BEGUN.get(case.channel, _("You told us")))
        lines.insert(0, Line(at=case.opened_at, title=title, text="", own=False, stars=0, photos=[]))
    # By when the customer could read it: of two replies the later written one may have gone out first.
    lines.sort(key=lambda line: line.at)
    return [line for line in reversed(lines) if line.text or line.title]


def _line(entry: CaseEntry) -> Line:
    data = entry.data or {}
    own = entry.kind in _OWN and entry.actor_kind != "system"
    recorded = own and entry.actor_kind == "staff"
    return Line(
        at=entry.published_at or entry.send_at or entry.at,
        title=_title(entry, data),
        text="" if recorded else masks.mask_text(entry.text),
        own=own,
        stars=int(data.get("stars") or 0),
        photos=[_photo(file) for file in entry.files.all()],
    )


def _title(entry: CaseEntry, data: dict[str, Any]) -> str:
    if entry.kind == EntryKind.PROPOSAL:
        return _("We took our proposal back") if data.get("withdrawn") else _("We proposed")
    if entry.kind == EntryKind.ANSWER:
        return _("You agreed") if data.get("accepted") else _("You did not agree")
    if entry.kind == EntryKind.STATE:
        return str(STATE_WORDS.get(data.get("to", ""), _("News")))
    return str(_TITLES.get(entry.kind, _("News")))


def _photo(file: StoredFile) -> tuple[str, str, str]:
    small = storing.signed_link(file, LINK_MINUTES, thumb=True) if file.has_thumb else ""
    return small, storing.signed_link(file, LINK_MINUTES), file.name


def promised(case: Case) -> list[Due]:
    """What we owe the customer, the nearest first: promises, and by when we answer."""
    if not case.is_open:
        return []
    found = [
        Due(masks.mask_text(task.title), task.due_at)
        for task in tasks.tasks_of(case.key)
        if task.is_promise and task.is_waiting and task.due_at
    ]
    words = {ClockKind.FIRST_RESPONSE: _("We answer you"), ClockKind.RESOLUTION: _("We settle the matter")}
    live = [clock for clock in clocks.clocks_of(case.key) if clock.is_live and clock.kind in words and clock.due_at]
    found += [Due(words[ClockKind(clock.kind)], clock.due_at) for clock in live]
    return sorted(found, key=lambda due: due.at)


def offered(case: Case) -> Proposal | None:
    """The proposal that waits for the customer's answer."""
    return case.proposals.filter(state=ProposalState.OFFERED).first()


def may_rate(case: Case) -> bool:
    return case.state in states.ENDED or case.state == CaseState.EXECUTING


@transaction.atomic
def answer(*, case: Case, proposal_id: int, accepted: bool, words: str, at: datetime) -> Proposal:
    """Agree, or say why not. Raises Conflict when it was withdrawn or answered otherwise, BadInput without a why."""
    proposal = case.proposals.select_related("case__branch").filter(pk=proposal_id).first()
    if proposal is None:
        raise BadInput(_("There is no proposal to answer."))
    return cases.record_answer(
        proposal=proposal,
        accepted=accepted,
        words=words.strip()[: asking.LONGEST],
        by=Actor.customer(masks.mask_name(case.contact_name)),
        channel=CaseChannel.PORTAL,
        at=at,
    )


@transaction.atomic
def rate(*, case: Case, stars: str, words: str, at: datetime) -> Case:
    """One to five stars and words, as often as the customer changes their mind."""
    sentence = _("Please choose one to five stars.")
    if stars not in {"1", "2", "3", "4", "5"}:
        raise BadInput(sentence, {"stars": sentence})
    limits.spend(Metered.MESSAGES, case.key, at=at)
    return cases.rate(
        case=case,
        stars=int(stars),
        words=words.strip()[:500],
        by=Actor.customer(masks.mask_name(case.contact_name)),
        channel=CaseChannel.PORTAL,
        at=at,
    )


def say(*, case: Case, text: str, uploads: Sequence[asking.Photo], address: str, at: datetime) -> None:
    """Add words and photos to the case. Raises BadInput for nothing or too much, Refused over the limits."""
    text = text.strip()
    if not text and not uploads:
        raise BadInput(_("Write something, or add a photo."), {"text": _("Write something, or add a photo.")})
    if len(text) > asking.LONGEST:
        raise BadInput(
            _("Please keep it under 2,000 characters."), {"text": _("Please keep it under 2,000 characters.")}
        )
    limits.spend(Metered.MESSAGES, case.key, at=at)
    files = asking.store_photos(uploads=uploads, owner_key=case.key, there=0, address=address, at=at)
    cases.hear(
        case=case,
        text=text or _("Photos"),
        by=Actor.customer(masks.mask_name(case.contact_name)),
        channel=CaseChannel.PORTAL,
        files=files,
        at=at,
    )
