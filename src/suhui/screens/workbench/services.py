"""What a supervisor does to work of several kinds at once: reassign with a way back, chase, hand over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused, SuhuiError
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.notifications import services as bell
from suhui.platform.people.models import User
from suhui.screens.workbench import team
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case

MOST = 200
"""Pieces of work one action takes."""


@dataclass(frozen=True)
class Done:
    """What a bulk action did: how many, and a sentence for each piece it could not do."""

    count: int
    refused: list[str]
    undo: UndoOffer | None = None


def _find(keys: list[str], user: User) -> list[Case | Task]:
    """The named pieces within what the person supervises; others are not found."""
    ids: dict[str, list[int]] = {"case": [], "task": []}
    for key in dict.fromkeys(keys[:MOST]):
        kind, _colon, number = key.partition(":")
        if kind in ids and number.isdecimal():
            ids[kind].append(int(number))
    found_cases = team.cases_of_team(user).filter(pk__in=ids["case"])
    found_tasks = team.tasks_of_team(user).filter(pk__in=ids["task"])
    related = ("owner", "branch", "responsible_branch", "customer")
    return [*found_cases.select_related(*related), *found_tasks.select_related("assignee", "branch")]


@transaction.atomic
def reassign(*, keys: list[str], to: User, user: User) -> Done:
    """Give these pieces to `to`. Each that cannot go (taken, done, not their work) stays and is told; one undo for all.

    Raises BadInput when nothing was picked.
    """
    found = _find(keys, user)
    if not found:
        raise BadInput(_("Pick at least one line."))
    by = Actor.staff(user)
    moves: list[list[Any]] = []
    refused: list[str] = []
    for piece in found:
        before = _holder(piece)
        try:
            with transaction.atomic():
                _give(piece, to, by)
        except SuhuiError as error:
            refused.append(f"{_name(piece)}：{error.message}")
        else:
            if before != to.pk:
                moves.append([piece.key, before])
    offer = None
    if moves:
        words = ngettext("%(count)s piece of work to %(name)s", "%(count)s pieces of work to %(name)s", len(moves))
        text = words % {"count": len(moves), "name": to.name}
        offer = undo.offer(kind="workbench.reassign", payload={"moves": moves, "to": to.pk}, text=text, user=user)
    return Done(len(moves), refused, offer)


def _holder(piece: Case | Task) -> int | None:
    return piece.owner_id if isinstance(piece, Case) else piece.assignee_id


def _name(piece: Case | Task) -> str:
    return piece.number if isinstance(piece, Case) else piece.title


def _give(piece: Case | Task, to: User, by: Actor) -> None:
    if isinstance(piece, Case):
        cases.assign(case=piece, owner=to, by=by)
    else:
        tasks.delegate(task=piece, to=to, by=by)


@undo.undoes("workbench.reassign")
def take_back(payload: dict[str, Any], by: Actor) -> None:
    """Give everything back that is still with whom it went to. Refused when all of it has moved on."""
    to, back = payload["to"], 0
    for key, before in payload["moves"]:
        kind, _colon, number = key.partition(":")
        owner = User.objects.filter(pk=before, is_active=True).first() if before else None
        if kind == "case":
            back += _case_back(int(number), to, owner, by)
        else:
            back += _task_back(int(number), to, owner, by)
    if not back:
        raise Refused(_("All of it has moved on since; nothing was taken back."))


def _case_back(case_id: int, to: int, owner: User | None, by: Actor) -> int:
    case = Case.objects.open().for_list().select_related("responsible_branch").filter(pk=case_id, owner=to).first()
    if case is None:
        return 0
    if owner is None:
        cases.release(case=case, by=by)
    else:
        cases.assign(case=case, owner=owner, by=by)
    return 1


def _task_back(task_id: int, to: int, owner: User | None, by: Actor) -> int:
    task = Task.objects.waiting().select_related("branch").filter(pk=task_id, assignee=to).first()
    if task is None or (owner is None and task.is_promise):
        return 0
    if owner is None:
        tasks.release(task=task, by=by)
    else:
        tasks.delegate(task=task, to=owner, by=by)
    return 1


@transaction.atomic
def chase(*, keys: list[str], user: User, note: str = "", at: datetime | None = None) -> Done:
    """Press for these pieces (跟催): whoever holds each is told at once, and the piece's own story keeps it."""
    found = _find(keys, user)
    if not found:
        raise BadInput(_("Pick at least one line."))
    by, moment = Actor.staff(user), at or now()
    for piece in found:
        if isinstance(piece, Task):
            tasks.chase(task=piece, note=note, by=by, at=moment)
        else:
            _chase_case(piece, user, by, note.strip(), moment)
    return Done(len(found), [])


def _chase_case(case: Case, user: User, by: Actor, note: str, at: datetime) -> None:
    """A line in the case's story, and its owner's bell."""
    words = _("Chased by %(name)s. %(note)s") % {"name": user.name, "note": note}
    entry = cases.note(case=case, text=words.strip(), by=by, at=at)
    if case.owner is not None and case.owner_id != user.pk:
        bell.notify(
            to=[case.owner],
            text=gettext_noop("%(who)s chases: case %(number)s %(note)s"),
            params={"who": user.name, "number": case.number, "note": note},
            url=team.case_line(case).url,
            key=f"{case.key}:chased:{entry.pk}",
            level="urgent",
            at=at,
        )
