"""Many cases at once (CAS-9): what can be done is done, what cannot is told, and all of it can be taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, SuhuiError
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import User
from suhui.service.cases import states
from suhui.service.cases.choices import Priority
from suhui.service.cases.models import Case, Category, Watch
from suhui.service.cases.services import handling, moving

MOST = 200
Step = Callable[[Case], Any]


@dataclass
class Bulk:
    """`done` cases changed; `skipped` says which did not and why; `undo` takes all of it back for ten seconds."""

    done: list[Case] = field(default_factory=list)
    skipped: list[tuple[Case, str]] = field(default_factory=list)
    undo: UndoOffer | None = None


def assign_all(*, cases: Iterable[Case], owner: User, user: User) -> Bulk:
    handling.demand_can_own(owner)
    by = Actor.staff(user)
    return _each(cases, user, "owner", lambda case: handling.assign(case=case, owner=owner, by=by))


def move_all(*, cases: Iterable[Case], to: str, user: User) -> Bulk:
    by = Actor.staff(user)
    return _each(cases, user, "state", lambda case: moving.change_state(case=case, to=to, by=by))


def categorise_all(*, cases: Iterable[Case], category: Category, user: User) -> Bulk:
    by = Actor.staff(user)
    return _each(cases, user, "category", lambda case: handling.change_particulars(case=case, by=by, category=category))


def prioritise_all(*, cases: Iterable[Case], priority: int, user: User) -> Bulk:
    if priority not in Priority.values:
        raise BadInput(_("Choose a priority."))
    by = Actor.staff(user)
    return _each(cases, user, "priority", lambda case: handling.set_priority(case=case, priority=priority, by=by))


def tag_all(*, cases: Iterable[Case], tag: str, user: User, away: bool = False) -> Bulk:
    """Put a tag on all of them, or take it away."""
    [name] = handling.clean_tags([tag]) or [""]
    if not name:
        raise BadInput(_("Write a tag."), {"tag": _("Write a tag.")})
    by = Actor.staff(user)

    def step(case: Case) -> None:
        kept = [one for one in case.tags if one != name]
        handling.change_particulars(case=case, by=by, tags=kept if away else [*kept, name])

    return _each(cases, user, "tags", step)


@transaction.atomic
def watch_all(*, cases: Iterable[Case], user: User, on: bool) -> Bulk:
    """Watch all of them, or stop; taken back alike."""
    chosen = list(cases)[:MOST]
    watched = set(Watch.objects.filter(user=user, case__in=chosen).values_list("case_id", flat=True))
    result = Bulk(done=[case for case in chosen if (case.pk in watched) != on])
    for case in result.done:
        handling.watch(case=case, user=user, on=on)
    if result.done:
        said = ngettext("You watch %(count)s case more", "You watch %(count)s cases more", len(result.done))
        gone = ngettext("You watch %(count)s case less", "You watch %(count)s cases less", len(result.done))
        payload = {"cases": [case.pk for case in result.done], "on": on}
        text = (said if on else gone) % {"count": len(result.done)}
        result.undo = undo.offer(kind="cases.watch_all", payload=payload, text=text, user=user, within=undo.SHORT)
    return result


@undo.undoes("cases.watch_all")
def unwatch_all(payload: dict[str, Any], by: Actor) -> None:
    user = User.objects.get(pk=by.user_id or 0)
    for case in Case.objects.filter(pk__in=payload["cases"]):
        handling.watch(case=case, user=user, on=not payload["on"])


_BEFORE: dict[str, Callable[[Case], Any]] = {
    "owner": lambda case: case.owner_id,
    "state": lambda case: case.state,
    "category": lambda case: case.category_id,
    "priority": lambda case: case.priority,
    "tags": lambda case: list(case.tags),
}


@transaction.atomic
def _each(cases: Iterable[Case], user: User, what: str, step: Step) -> Bulk:
    result, before = Bulk(), {}
    for case in list(cases)[:MOST]:
        old, version = _BEFORE[what](case), case.version
        try:
            with transaction.atomic():
                step(case)
        except SuhuiError as error:
            result.skipped.append((case, str(error.message)))
            continue
        if case.version != version:
            result.done.append(case)
            before[str(case.pk)] = [old, case.version]
    if before:
        text = ngettext("%(count)s case changed", "%(count)s cases changed", len(before)) % {"count": len(before)}
        result.undo = undo.offer(
            kind="cases.bulk", payload={"what": what, "before": before}, text=text, user=user, within=undo.SHORT
        )
    return result


@undo.undoes("cases.bulk")
def unbulk(payload: dict[str, Any], by: Actor) -> None:
    """Put back every case that nobody has touched since; the others keep what was done to them after."""
    before: dict[str, list[Any]] = payload["before"]
    rows = Case.objects.select_related("branch", "responsible_branch", "owner", "category", "customer")
    for case in rows.filter(pk__in=[int(pk) for pk in before]).order_by("pk"):
        old, version = before[str(case.pk)]
        if case.version == version:
            _put_back(case, payload["what"], old, by)


def _put_back(case: Case, what: str, old: Any, by: Actor) -> None:
    if what == "owner":
        owner = User.objects.filter(pk=old).first()
        if owner is None:
            handling.release(case=case, by=by, words=_("Taken back"))
        else:
            handling.assign(case=case, owner=owner, by=by, words=_("Taken back"))
    elif what == "state":
        _return_to(case, old, by)
    elif what == "category":
        handling.change_particulars(case=case, by=by, category=Category.objects.filter(pk=old).first())
    elif what == "tags":
        handling.change_particulars(case=case, by=by, tags=old)
    else:
        handling.set_priority(case=case, priority=old, by=by)


def _return_to(case: Case, old: str, by: Actor) -> None:
    """Undoing goes back against the table too: the move is treated as if it had not been."""
    from suhui.service.cases.choices import EntryKind
    from suhui.service.cases.services import clocks
    from suhui.service.cases.services.writing import change, write_entry

    before = case.state
    extra = {"resolved_at": None} if before in states.ENDED and old not in states.ENDED else {}
    change(case, state=old, **extra)
    write_entry(
        case=case,
        kind=EntryKind.STATE,
        by=by,
        at=now(),
        text=_("Taken back"),
        data={"before": before, "state": old},
    )
    clocks.follow_state(case=case, before=before, at=now(), by=by)
