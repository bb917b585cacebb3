"""Who is told about a clock, and in which words. Texts are msgids, translated where they are read."""

from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_noop

from suhui.engines.sla import levels
from suhui.engines.sla.choices import ClockKind, Tier
from suhui.engines.sla.models import Clock
from suhui.platform.core.clock import local
from suhui.platform.notifications import services as notifications
from suhui.platform.notifications.choices import Level
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import holders


def facts(clock: Clock) -> dict[str, Any]:
    """The fields every clock event carries."""
    return {
        "about": clock.subject,
        "clock_id": clock.pk,
        "clock_kind": str(ClockKind(clock.kind)),
        "label": clock.label,
        "url": clock.url,
        "branch_id": clock.branch_id,
        "owner_id": clock.owner_id,
        "due_at": clock.due_at.isoformat(),
    }


class Present:
    """Who supervises a branch and is there at one moment, asked once per branch."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._known: dict[int, list[User]] = {}

    def over(self, branch: Branch) -> list[User]:
        if branch.pk not in self._known:
            self._known[branch.pk] = list(holders(Perm.SUPERVISE, branch, present_at=self.at))
        return self._known[branch.pk]


def first_readers(clock: Clock, present: Present) -> list[User]:
    """The owner; without one, or when the owner has left, the nearest supervisors."""
    if clock.owner is not None and clock.owner.is_active:
        return [clock.owner]
    return supervisors(clock, Tier.NEAREST, present)


def supervisors(clock: Clock, tier: int, present: Present) -> list[User]:
    """Who supervises the clock's branch, `tier` levels up over branches that have anybody present, the owner left out.

    Where the tree ends earlier, its highest level is told.
    """
    others = [user for user in present.over(clock.branch) if user.pk != clock.owner_id]
    groups = [list(people) for _near, people in groupby(others, key=attrgetter("nearness"))]
    if not groups:
        return []
    return groups[min(tier, len(groups) - 1)]


def warn(clock: Clock, present: Present) -> None:
    """The due time is near: its owner can still keep it."""
    _tell(clock, "warned", _WARNED, first_readers(clock, present), Level.WARN, present.at)


def breach(clock: Clock, present: Present) -> None:
    """It is late."""
    _tell(clock, "breached", _BREACHED, first_readers(clock, present), Level.URGENT, present.at)


def escalate(clock: Clock, level: int, present: Present) -> list[int]:
    """It is still late: level `level` of its policy is told; the ids of those people."""
    step = next((step for step in levels.version(clock.policy_id).escalations.all() if step.level == level), None)
    people = supervisors(clock, step.tier, present) if step is not None else []
    _tell(clock, f"level{level}", _ESCALATED, people, Level.URGENT, present.at)
    return [person.pk for person in people]


def take_back(clock: Clock) -> None:
    """The clock has ended: unread lines about it leave the bells."""
    said = [*(["warned"] if clock.warned_at else []), *(["breached"] if clock.breached_at else [])]
    said += [f"level{level}" for level in range(1, clock.level + 1)]
    notifications.take_away(keys=[_key(clock, what) for what in said])


def _tell(clock: Clock, what: str, texts: dict[ClockKind, str], people: list[User], level: Level, at: datetime) -> None:
    params = {
        "label": clock.label,
        "due": local(clock.due_at).strftime("%m-%d %H:%M"),
        "owner": clock.owner.name if clock.owner else "—",
        "branch": clock.branch.name,
    }
    text = texts[ClockKind(clock.kind)]
    notifications.notify(to=people, text=text, params=params, url=clock.url, key=_key(clock, what), level=level, at=at)


def _key(clock: Clock, what: str) -> str:
    return f"clock:{clock.pk}:{what}"


_WARNED = {
    ClockKind.FIRST_RESPONSE: gettext_noop("%(label)s: the first response is due %(due)s"),
    ClockKind.UPDATE: gettext_noop("%(label)s: a progress update is due %(due)s"),
    ClockKind.RESOLUTION: gettext_noop("%(label)s: the resolution is due %(due)s"),
}
_BREACHED = {
    ClockKind.FIRST_RESPONSE: gettext_noop("%(label)s: the first response is late since %(due)s"),
    ClockKind.UPDATE: gettext_noop("%(label)s: a progress update is late since %(due)s"),
    ClockKind.RESOLUTION: gettext_noop("%(label)s: the resolution is late since %(due)s"),
}
_ESCALATED = {
    ClockKind.FIRST_RESPONSE: gettext_noop("%(label)s of %(owner)s, %(branch)s: first response late since %(due)s"),
    ClockKind.UPDATE: gettext_noop("%(label)s of %(owner)s, %(branch)s: progress update late since %(due)s"),
    ClockKind.RESOLUTION: gettext_noop("%(label)s of %(owner)s, %(branch)s: resolution late since %(due)s"),
}
