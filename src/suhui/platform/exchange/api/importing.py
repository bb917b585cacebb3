"""A file on its way in: sent, tried, imported, stopped, taken back. Jobs do the work; it tells how it stands."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import Field

from suhui.platform.core.errors import BadInput
from suhui.platform.exchange import access, services
from suhui.platform.exchange.api.choosing import mapping_of
from suhui.platform.exchange.api.room import ACT, ImportShape, api, out, rows_of
from suhui.platform.exchange.choices import Choice, ImportState
from suhui.platform.people import access as people
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Id, Listing, Paging, Sent, Words


class ImportWords(Words):
    state: ImportState | None = None
    kind: str = Field("", max_length=30, examples=["customers"])


@api.get(
    "/imports",
    Perm.DATA_IMPORT,
    answer=Listing[ImportShape],
    summary=_("Imports in reach, the newest first"),
    person=True,
)
def list_imports(request: Call, words: Query[ImportWords], pages: Query[Paging]) -> Listing[ImportShape]:
    rows = access.imports_visible_to(request.user).select_related("by", "branch")
    narrowed = {"state": words.state, "kind": words.kind}
    rows = rows.filter(**{name: value for name, value in narrowed.items() if value})
    return paging.page(request, pages, rows, order=("-id",), build=rows_of)


@api.get("/imports/{int:import_id}", Perm.DATA_IMPORT, summary=_("How an import stands"), **ACT)
def one_import(request: Call, import_id: int) -> ImportShape:
    return out(request, import_id)


@api.post(
    "/imports",
    Perm.DATA_IMPORT,
    status=201,
    upload=True,
    pace=Pace.BULK,
    summary=_("Send a file in; nothing is imported yet"),
    **ACT,
)
def send_in(
    request: Call,
    file: File[UploadedFile],
    kind: Annotated[str, Form(max_length=30, description="See /imports/kinds", examples=["customers"])],
    branch: Annotated[Id | None, Form(description="Where rows go that name no branch of their own")] = None,
) -> ImportShape:
    row = services.receive(upload=file, kind_name=kind, user=request.user, branch=_branch(request, branch))
    return rows_of([row])[0]


def _branch(request: Call, branch_id: int | None) -> Branch | None:
    if branch_id is None:
        return None
    reach = people.scope(request.user, Perm.DATA_IMPORT).q(branch="pk")
    found = Branch.objects.active().filter(reach, pk=branch_id).first()
    if found is None:
        said = _("You cannot import into this branch.")
        raise BadInput(said, {"branch": said})
    return found


class CheckIn(Sent):
    """Which column is what: as proposed, by a saved mapping, or said here."""

    mapping: Annotated[dict[str, Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=200)] | None = Field(
        None, description="Field and the place of its column, from 0", examples=[{"name": 0, "phone": 1}]
    )
    saved: Id | None = Field(None, description="A saved mapping, see /imports/kinds")
    save_as: str = Field("", max_length=60, description="Keep the mapping under this name", examples=["月度名单"])


@api.post(
    "/imports/{int:import_id}/check",
    Perm.DATA_IMPORT,
    summary=_("Try an import: every line is judged, nothing written"),
    **ACT,
)
def check(request: Call, import_id: int, sent: CheckIn) -> ImportShape:
    row = access.get_import(request.user, import_id)
    chosen = mapping_of(row, sent.mapping, sent.saved)
    given = {name: str(place) for name, place in chosen.items()} | {"save_as": sent.save_as}
    services.check(row=row, given=given, user=request.user, by=request.actor)
    return out(request, import_id)


class StartIn(Sent):
    known: Choice = Field(Choice.UPDATE, description="Lines about what is known and would change")
    perhaps: Choice = Field(Choice.SKIP, description="Lines about what is perhaps known")


@api.post(
    "/imports/{int:import_id}/start",
    Perm.DATA_IMPORT,
    summary=_("Import what was tried, or go on where it stopped"),
    **ACT,
)
def start(request: Call, import_id: int, sent: StartIn) -> ImportShape:
    """Started again while it runs is harmless. What was chosen at the first start holds when it goes on."""
    row = access.get_import(request.user, import_id)
    if row.state != ImportState.RUNNING:
        services.start(row=row, user=request.user, known=sent.known, perhaps=sent.perhaps, by=request.actor)
    return out(request, import_id)


@api.post(
    "/imports/{int:import_id}/stop",
    Perm.DATA_IMPORT,
    summary=_("Stop a trial or an import after the batch in hand"),
    **ACT,
)
def stop(request: Call, import_id: int) -> ImportShape:
    services.stop(row=access.get_import(request.user, import_id), by=request.actor)
    return out(request, import_id)


@api.post("/imports/{int:import_id}/undo", Perm.IMPORT_UNDO, summary=_("Take a whole import back"), **ACT)
def undo(request: Call, import_id: int) -> ImportShape:
    """Rows that nobody has touched since go; changed fields get what they held before."""
    row = access.get_import(request.user, import_id, Perm.IMPORT_UNDO)
    if row.state != ImportState.UNDOING:
        services.undo(row=row, user=request.user, by=request.actor)
    return out(request, import_id, Perm.IMPORT_UNDO)


@api.delete(
    "/imports/{int:import_id}",
    Perm.DATA_IMPORT,
    summary=_("Throw away a file that nothing was imported from"),
    person=True,
)
def drop(request: Call, import_id: int) -> None:
    services.give_up(row=access.get_import(request.user, import_id), by=request.actor)
