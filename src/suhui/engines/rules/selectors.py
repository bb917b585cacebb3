from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suhui.engines.rules import registry, switching
from suhui.engines.rules.choices import VersionState
from suhui.engines.rules.compiling import Compiled
from suhui.engines.rules.models import Decision, Version
from suhui.platform.core import settled
from suhui.platform.core.clock import now

_compiled: "OrderedDict[tuple[int, int], Compiled]" = OrderedDict()
_KEEP = 64
"""Compiled tables kept per process."""


@dataclass(frozen=True)
class Peeked:
    """A decision that was not stored: the same fields as models.Decision has."""

    version: Version
    row: int | None
    outputs: dict[str, Any]
    matches: list[tuple[int, dict[str, Any]]]


def version_in_force(table: str, at: datetime | None = None) -> Version:
    """The active version of a table, rows not loaded. A planned one whose time has come takes over first; a table
    that has no version yet gets its shipped rows. Kept in the process until a version changes."""
    moment = at or now()
    active, planned = _versions.get().get(table, (None, None))
    if planned is not None and planned.active_from and planned.active_from <= moment:
        return switching.bring_into_force(version_id=planned.pk, at=moment)
    return active or switching.ship_table(registry.table(table))


InForce = dict[str, tuple[Version | None, Version | None]]


def _read_versions() -> InForce:
    """Per table its active version and the planned one, rows not loaded."""
    found: InForce = {}
    states = [VersionState.ACTIVE, VersionState.PLANNED]
    for version in Version.objects.filter(state__in=states).defer("rows", "trial"):
        active, planned = found.get(version.table, (None, None))
        found[version.table] = (version, planned) if version.state == VersionState.ACTIVE else (active, version)
    return found


_versions = settled.Kept("rules", _read_versions)


def compiled(version: Version) -> Compiled:
    """The version ready to decide, compiled once per process and revision."""
    key = (version.pk, version.revision)
    if key not in _compiled:
        rows = Version.objects.values_list("rows", flat=True).get(pk=version.pk)
        _compiled[key] = Compiled(registry.table(version.table), rows)
        while len(_compiled) > _KEEP:
            _compiled.popitem(last=False)
    return _compiled[key]


def peek(table: str, inputs: dict[str, Any]) -> Peeked:
    """What the active version says to `inputs`, without storing it. `row` counts from 0; None when no row fits, and
    then every output is None. With several hits `outputs` are the first one's and `matches` has all."""
    version = version_in_force(table)
    matches = compiled(version).decide(inputs)
    if matches:
        return Peeked(version, matches[0][0], matches[0][1], matches)
    return Peeked(version, None, {column.name: None for column in registry.table(table).outputs}, [])


def decisions_about(subject: str, limit: int = 50) -> list[Decision]:
    """The newest decisions about one subject, with their versions."""
    return list(Decision.objects.filter(subject=subject).select_related("version").order_by("-id")[:limit])


def draft_of(table: str) -> Version | None:
    return Version.objects.of(table).filter(state=VersionState.DRAFT).first()


def planned_of(table: str) -> Version | None:
    return Version.objects.of(table).filter(state=VersionState.PLANNED).first()
