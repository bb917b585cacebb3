"""How a version comes into force and an older one retires; shipped rows; planned dates."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import compiling, events, registry
from suhui.engines.rules.choices import VersionState
from suhui.engines.rules.models import Version
from suhui.engines.rules.registry import TableSpec
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused

SYSTEM = Actor.system("rules")


def ship() -> list[str]:
    """Give every registered table its shipped rows as version 1, and renew them where nobody has changed them since.

    Run after each migration; running it again does nothing. Returns the codes of the tables it touched.
    """
    touched = []
    for spec in registry.tables():
        rows = spec.shipped_rows()
        active = Version.objects.of(spec.code).in_force().first()
        if active is None or (active.shipped and active.rows != rows):
            ship_table(spec)
            touched.append(spec.code)
    return touched


def ship_table(spec: TableSpec) -> Version:
    """Put the shipped rows in force as the table's next version. When two processes try, one of them wins and both
    get the winner's version."""
    rows = spec.shipped_rows()
    compiling.check_rows(spec, rows)
    try:
        with transaction.atomic():
            return _ship(spec, rows)
    except IntegrityError:
        return Version.objects.of(spec.code).in_force().defer("rows").get()


def _ship(spec: TableSpec, rows: list[dict[str, object]]) -> Version:
    at = now()
    before = Version.objects.of(spec.code).in_force().select_for_update().first()
    if before is not None and before.shipped and before.rows == rows:
        return before
    number = next_number(spec.code)
    if before is not None:
        Version.objects.filter(pk=before.pk).update(state=VersionState.RETIRED, retired_at=at)
    version = Version.objects.create(
        table=spec.code,
        number=number,
        state=VersionState.ACTIVE,
        rows=rows,
        basis=spec.basis,
        verified=spec.verified,
        shipped=True,
        active_from=at,
    )
    _store_switch(version, before, SYSTEM)
    return version


def next_number(table: str) -> int:
    last = Version.objects.of(table).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def bring_into_force(
    *, version_id: int, at: datetime, by: Actor = SYSTEM, switched_on_by: int | None = None
) -> Version:
    """Make a draft or planned version the active one and retire the one before. Harmless to repeat.

    Raises Refused for a retired version: bring its rows back as a new draft instead.
    """
    version = Version.objects.select_for_update().get(pk=version_id)
    if version.state == VersionState.ACTIVE:
        return version
    if version.state == VersionState.RETIRED:
        raise Refused(_("This version is history. Make a new draft from it."))
    before = Version.objects.of(version.table).in_force().select_for_update().first()
    moment = version.active_from if version.state == VersionState.PLANNED and version.active_from else at
    if before is not None:
        before.state, before.retired_at = VersionState.RETIRED, moment
        before.save(update_fields=["state", "retired_at", "updated_at"])
    version.state, version.active_from = VersionState.ACTIVE, moment
    if switched_on_by is not None:
        version.switched_on_by_id = switched_on_by
    version.save(update_fields=["state", "active_from", "switched_on_by", "updated_at"])
    _store_switch(version, before, by)
    return version


def switch_due(at: datetime) -> int:
    """Bring every planned version whose time has come into force; how many."""
    due = Version.objects.filter(state=VersionState.PLANNED, active_from__lte=at).values_list("pk", flat=True)
    count = 0
    for pk in list(due):
        bring_into_force(version_id=pk, at=at)
        count += 1
    return count


def _store_switch(version: Version, before: Version | None, by: Actor) -> None:
    settled.anew()
    event = events.RulesSwitchedOn(
        table=version.table, version_id=version.pk, number=version.number, before=before.number if before else 0
    )
    stored.store(event, by=by)
