"""The room's operations and the shapes of a table's rows, as they are read and as they are sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.engines.rules import registry
from suhui.engines.rules.choices import Op
from suhui.engines.rules.models import Version
from suhui.engines.rules.registry import TableSpec
from suhui.platform.core.errors import Missing
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Ref, Row, Sent, ref

api = Room("rules", _("Decision tables"))


class CellShape(Sent):
    """A condition or a result: how it compares, and with what."""

    op: Op = Field(examples=["at_least"])
    value: Any = Field(None, description="A value, a list for any_of and none_of, two for between", examples=[48])


Cells = Annotated[
    dict[str, CellShape],
    Field(max_length=60, description="By column; a column left out fits anything"),
]


class RuleShape(Sent):
    """One rule: when all its conditions hold, then its results."""

    key: str = Field("", max_length=20, description="Stays with the row through versions; empty: a new row")
    when: Cells = Field(examples=[{"kind": {"op": "is", "value": "complaint"}}])
    then: Cells = Field(examples=[{"priority": {"op": "is", "value": 3}}])
    basis: str = Field("", max_length=200, description="Law, standard or decision behind it")
    verified: bool = True
    note: str = Field("", max_length=300)


class VersionRow(Row):
    id: int
    table: str = Field(examples=["case.priority"])
    number: int
    state: str = Field(examples=["active"])
    basis: str
    verified: bool
    note: str
    shipped: bool = Field(description="As it came with the product")
    active_from: datetime | None
    retired_at: datetime | None
    made_by: Ref | None
    switched_on_by: Ref | None
    changed_at: datetime


class VersionOut(VersionRow):
    revision: int = Field(description="Counts the saves of a draft")
    rows: list[RuleShape]
    trial: dict[str, Any] | None = Field(description="What the draft would change on the last 30 days' decisions")


def values_of(version: Version) -> dict[str, Any]:
    return {
        "id": version.pk,
        "table": version.table,
        "number": version.number,
        "state": version.state,
        "basis": version.basis,
        "verified": version.verified,
        "note": version.note,
        "shipped": version.shipped,
        "active_from": version.active_from,
        "retired_at": version.retired_at,
        "made_by": ref(version.made_by),
        "switched_on_by": ref(version.switched_on_by),
        "changed_at": version.updated_at,
    }


def version_rows(versions: Sequence[Version]) -> list[VersionRow]:
    return [VersionRow(**values_of(version)) for version in versions]


def version_out(version: Version) -> VersionOut:
    rows = [RuleShape(**{name: row[name] for name in RuleShape.model_fields if name in row}) for row in version.rows]
    return VersionOut(**values_of(version), revision=version.revision, rows=rows, trial=version.trial)


def spec_of(code: str) -> TableSpec:
    """Raises Missing for a table no room registers."""
    spec = registry.find_table(code)
    if spec is None:
        raise Missing(_("There is no such table."))
    return spec
