"""The tree of branches and their departments."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.organisation import access
from suhui.platform.organisation.api.room import (
    Name80,
    Phone,
    api,
    get_branch,
    managed_branch,
    named_branch,
    seen_branches,
)
from suhui.platform.organisation.choices import Function
from suhui.platform.people import services
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import Branch, Department
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.shapes import Id, Listing, Paging, Row, Sent, Words


class BranchRow(Row):
    id: int
    code: str = Field(examples=["HZ01"])
    name: str = Field(examples=["杭州西湖网点"])
    kind: BranchKind
    parent: int | None
    phone: str
    address: str
    closed_on: date | None
    line: list[int] = Field(description="Ids from the root down to the branch itself")
    changed_at: datetime


class DepartmentRow(Row):
    id: int
    branch: int
    function: str = Field(description="What requests are addressed to", examples=["warehouse"])
    name: str = Field(examples=["仓储部"])


class BranchOut(BranchRow):
    departments: list[DepartmentRow]


def _values(branch: Branch) -> dict[str, Any]:
    return {
        "id": branch.pk,
        "code": branch.code,
        "name": branch.name,
        "kind": branch.kind,
        "parent": branch.parent_id,
        "phone": branch.phone,
        "address": branch.address,
        "closed_on": branch.closed_on,
        "line": branch.ancestor_ids,
        "changed_at": branch.updated_at,
    }


def _rows(branches: list[Branch]) -> list[BranchRow]:
    return [BranchRow(**_values(branch)) for branch in branches]


def _department(row: Department) -> DepartmentRow:
    return DepartmentRow(id=row.pk, branch=row.branch_id, function=row.function, name=row.name)


def _out(branch: Branch) -> BranchOut:
    branch.refresh_from_db()
    found = branch.departments.order_by("name", "pk")[:200]
    return BranchOut(**_values(branch), departments=[_department(row) for row in found])


ACT: dict[str, Any] = {"answer": BranchOut, "revision": "changed_at"}


class BranchWords(Words):
    q: str = Field("", max_length=60, description="Part of the name, or beginning of the code")
    kind: BranchKind | None = None
    parent: Id | None = Field(None, description="Children of this branch")
    below: Id | None = Field(None, description="This branch and everything below it")
    state: Literal["open", "closed", "all"] = "open"


@api.get("/branches", Perm.ORG_VIEW, answer=Listing[BranchRow], summary=_("Branches, by their place in the tree"))
def list_branches(request: Call, words: Query[BranchWords], pages: Query[Paging]) -> Listing[BranchRow]:
    found = seen_branches(request)
    if words.q:
        found = found.filter(name__icontains=words.q) | found.filter(code__istartswith=words.q)
    if words.kind is not None:
        found = found.filter(kind=words.kind)
    if words.parent is not None:
        found = found.filter(parent_id=words.parent)
    if words.below is not None:
        found = found.filter(path__startswith=get_branch(request, words.below).path)
    if words.state != "all":
        found = found.filter(closed_on__isnull=words.state == "open")
    return paging.page(request, pages, found, order=("path",), build=_rows)


@api.get(
    "/branches/{int:branch_id}",
    Perm.ORG_VIEW,
    answer=BranchOut,
    revision="changed_at",
    summary=_("One branch with its departments"),
)
def branch(request: Call, branch_id: int) -> BranchOut:
    return _out(get_branch(request, branch_id))


class BranchIn(Sent):
    parent: Id = Field(description="The branch it hangs below")
    name: Name80 = Field(examples=["杭州滨江网点"])
    code: Annotated[str, Field(min_length=1, max_length=20)] = Field(examples=["HZ02"])
    kind: BranchKind
    phone: Phone = ""
    address: str = Field("", max_length=200)


@api.post("/branches", Perm.ORG_MANAGE, status=201, summary=_("Add a branch"), **ACT)
def add_branch(request: Call, sent: BranchIn) -> BranchOut:
    parent = named_branch(request, sent.parent, "parent")
    _demand_kind(sent.kind, root=False)
    values = sent.model_dump(exclude={"parent"})
    return _out(services.open_branch(parent=parent, by=request.actor, **values))


def _demand_kind(kind: str, *, root: bool) -> None:
    if (kind == BranchKind.HEADQUARTERS) != root:
        said = _("The root, and only the root, is the headquarters.")
        raise BadInput(said, {"kind": said})


class BranchChange(Sent):
    """Only what is sent is changed."""

    name: Name80 | None = None
    code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    kind: BranchKind | None = None
    phone: Phone | None = None
    address: Annotated[str, Field(max_length=200)] | None = None


@api.patch("/branches/{int:branch_id}", Perm.ORG_MANAGE, summary=_("Rename a branch or correct its particulars"), **ACT)
@transaction.atomic
def change_branch(request: Call, branch_id: int, sent: BranchChange) -> BranchOut:
    held = managed_branch(request, branch_id)
    demand_unchanged(request, held.updated_at)
    values = {name: getattr(held, name) for name in BranchChange.model_fields}
    values |= sent.model_dump(exclude_none=True)
    _demand_kind(values["kind"], root=held.parent_id is None)
    return _out(services.change_branch(branch=held, by=request.actor, **values))


class BranchMove(Sent):
    parent: Id


@api.post(
    "/branches/{int:branch_id}/move",
    Perm.ORG_MANAGE,
    summary=_("Hang a branch, with all below it, under another"),
    **ACT,
)
@transaction.atomic
def move_branch(request: Call, branch_id: int, sent: BranchMove) -> BranchOut:
    held = managed_branch(request, branch_id)
    demand_unchanged(request, held.updated_at)
    parent = named_branch(request, sent.parent, "parent")
    return _out(services.move_branch(branch=held, parent=parent, by=request.actor))


@api.post("/branches/{int:branch_id}/close", Perm.ORG_MANAGE, summary=_("Close a branch from today on"), **ACT)
@transaction.atomic
def close_branch(request: Call, branch_id: int) -> BranchOut:
    held = managed_branch(request, branch_id)
    demand_unchanged(request, held.updated_at)
    return _out(services.close_branch(branch=held, by=request.actor))


@api.post("/branches/{int:branch_id}/reopen", Perm.ORG_MANAGE, summary=_("Open a closed branch again"), **ACT)
@transaction.atomic
def reopen_branch(request: Call, branch_id: int) -> BranchOut:
    held = managed_branch(request, branch_id)
    demand_unchanged(request, held.updated_at)
    return _out(services.reopen_branch(branch=held, by=request.actor))


class DepartmentWords(Words):
    branch: Id | None = None
    function: str = Field("", max_length=40, examples=["warehouse"])


@api.get("/departments", Perm.ORG_VIEW, answer=Listing[DepartmentRow], summary=_("Departments of all branches"))
def list_departments(request: Call, words: Query[DepartmentWords], pages: Query[Paging]) -> Listing[DepartmentRow]:
    found = Department.objects.filter(branch__in=seen_branches(request))
    if words.branch is not None:
        found = found.filter(branch_id=words.branch)
    if words.function:
        found = found.filter(function=words.function)
    return paging.page(request, pages, found, order=("id",), build=lambda rows: [_department(row) for row in rows])


class DepartmentIn(Sent):
    function: Function
    name: Name80 = Field(examples=["仓储部"])


@api.post(
    "/branches/{int:branch_id}/departments",
    Perm.ORG_MANAGE,
    answer=DepartmentRow,
    status=201,
    summary=_("Add a department to a branch"),
)
@transaction.atomic
def add_department(request: Call, branch_id: int, sent: DepartmentIn) -> DepartmentRow:
    held = managed_branch(request, branch_id)
    return _department(services.add_department(branch=held, function=sent.function, name=sent.name, by=request.actor))


@api.delete("/departments/{int:department_id}", Perm.ORG_MANAGE, summary=_("Remove a department nobody sits in"))
def remove_department(request: Call, department_id: int) -> None:
    found = Department.objects.filter(pk=department_id, branch__in=seen_branches(request)).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    access.demand_manage(request.user, found.branch_id)
    services.remove_department(department=found, by=request.actor)


class FunctionRow(BaseModel):
    code: str = Field(examples=["warehouse"])
    name: str


class FunctionList(BaseModel):
    rows: list[FunctionRow]


@api.get("/departments/functions", Perm.ORG_VIEW, answer=FunctionList, summary=_("What a department can be for"))
def list_functions(request: Call) -> FunctionList:
    return FunctionList(rows=[FunctionRow(code=code, name=str(label)) for code, label in Function.choices])
