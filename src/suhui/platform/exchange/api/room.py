"""The room's operations, and an import as it is answered.

An import writes with the whole reach of its person, in a job and after the call. So no token that is bound to a branch
sends one in, sees one or sets one going.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.exchange import access
from suhui.platform.exchange.choices import Choice, ImportState
from suhui.platform.exchange.models import Import
from suhui.platform.exchange.words import counted
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Ref, Row

api = Room("exchange", _("Files in and out"))


class CountShape(BaseModel):
    state: str = Field(description="Of the lines", examples=["new"])
    label: str
    lines: int


class ImportShape(Row):
    id: int
    kind: str = Field(description="What a line becomes", examples=["customers"])
    name: str = Field(description="Of the file", examples=["客户.xlsx"])
    size: int = Field(description="Bytes of the file")
    state: ImportState
    by: Ref = Field(description="Who sent it in")
    branch: Ref = Field(description="Where rows go that name no branch of their own")
    mapping: dict[str, int] = Field(description="Field and the place of its column, from 0")
    known: Choice = Field(description="What is done with lines about what is known and changed")
    perhaps: Choice = Field(description="What is done with lines about what is perhaps known")
    total: int = Field(description="Lines of the file; a guess while they are being read")
    done: int = Field(description="Lines dealt with in the step at hand")
    counts: list[CountShape] = Field(description="The trial's lines, then what became of them")
    trouble: str = Field(description="Why it failed")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lines_removed_at: datetime | None = Field(description="The lines went after their time: no way back any more")


ACT: dict[str, Any] = {"answer": ImportShape, "person": True}


def rows_of(imports: Iterable[Import]) -> list[ImportShape]:
    plain = ("kind", "name", "size", "mapping", "total", "done", "trouble", "created_at", "started_at", "finished_at")
    return [
        ImportShape(
            id=one.pk,
            state=ImportState(one.state),
            by=Ref(id=one.by_id, name=one.by.name),
            branch=Ref(id=one.branch_id, name=one.branch.name),
            known=Choice(one.known),
            perhaps=Choice(one.perhaps),
            counts=[CountShape(state=count.state, label=count.label, lines=count.number) for count in counted(one)],
            lines_removed_at=one.purged_at,
            **{name: getattr(one, name) for name in plain},
        )
        for one in imports
    ]


def out(request: Call, import_id: int, permission: Perm = Perm.DATA_IMPORT) -> ImportShape:
    return rows_of([access.get_import(request.user, import_id, permission)])[0]
