"""Posts: what each may do and how far it reaches."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.errors import Missing
from suhui.platform.organisation.api.room import Name80, api
from suhui.platform.organisation.choices import permission_groups
from suhui.platform.people import services
from suhui.platform.people.choices import Reach
from suhui.platform.people.models import Role
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.shapes import Listing, Paging, Row, Sent

Permissions = Annotated[list[Perm], Field(max_length=200, examples=[["case.view", "case.edit"]])]


class RoleRow(Row):
    id: int
    code: str = Field(examples=["agent"])
    name: str = Field(examples=["客服专员"])
    english_name: str
    reach: Reach
    permissions: list[str] = Field(examples=[["case.view", "case.edit"]])
    shipped: bool = Field(description="Came with the product: changed or set back, not removed")
    holders: int = Field(description="People in it now")
    changed_at: datetime


ACT: dict[str, Any] = {"answer": RoleRow, "revision": "changed_at", "person": True}
"""Posts are the whole company's: no token that is bound to a branch changes them."""


def _rows(roles: Sequence[Role]) -> list[RoleRow]:
    return [
        RoleRow(
            id=role.pk,
            code=role.code,
            name=role.name,
            english_name=role.english_name,
            reach=Reach(role.reach),
            permissions=role.permissions,
            shipped=role.shipped,
            holders=role.holders,  # type: ignore[attr-defined]
            changed_at=role.updated_at,
        )
        for role in roles
    ]


_HOLDERS = Count("posts__user", filter=Q(posts__user__is_active=True), distinct=True)


def _out(role_id: int) -> RoleRow:
    found = list(Role.objects.annotate(holders=_HOLDERS).filter(pk=role_id))
    if not found:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return _rows(found)[0]


def _locked(request: Call, role_id: int) -> Role:
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    demand_unchanged(request, role.updated_at)
    return role


@api.get("/roles", Perm.ORG_VIEW, answer=Listing[RoleRow], summary=_("Posts with their permissions and reach"))
def list_roles(request: Call, pages: Query[Paging]) -> Listing[RoleRow]:
    found = Role.objects.annotate(holders=_HOLDERS)
    return paging.page(request, pages, found, order=("order", "id"), build=_rows)


@api.get("/roles/{int:role_id}", Perm.ORG_VIEW, answer=RoleRow, revision="changed_at", summary=_("One post"))
def role(request: Call, role_id: int) -> RoleRow:
    return _out(role_id)


class PermissionRow(BaseModel):
    permission: str = Field(examples=["case.view"])
    name: str
    group: str


class PermissionList(BaseModel):
    rows: list[PermissionRow]


@api.get("/permissions", Perm.ORG_VIEW, answer=PermissionList, summary=_("Every permission there is, in words"))
def list_permissions(request: Call) -> PermissionList:
    rows = [
        PermissionRow(permission=one.value, name=str(one.label), group=group)
        for group, held in permission_groups()
        for one in held
    ]
    return PermissionList(rows=rows)


class RoleIn(Sent):
    name: Name80 = Field(examples=["夜班客服"])
    english_name: str = Field("", max_length=80, examples=["Night agent"])
    reach: Reach
    permissions: Permissions


@api.post("/roles", Perm.ROLE_MANAGE, status=201, summary=_("Make a post"), **ACT)
def add_role(request: Call, sent: RoleIn) -> RoleRow:
    made = services.add_role(**sent.model_dump(), by=request.actor)
    return _out(made.pk)


class RoleChange(Sent):
    """Only what is sent is changed."""

    name: Name80 | None = None
    english_name: Annotated[str, Field(max_length=80)] | None = None
    reach: Reach | None = None
    permissions: Permissions | None = None


@api.patch("/roles/{int:role_id}", Perm.ROLE_MANAGE, summary=_("Change what a post may do and how far"), **ACT)
@transaction.atomic
def change_role(request: Call, role_id: int, sent: RoleChange) -> RoleRow:
    held = _locked(request, role_id)
    values = {name: getattr(held, name) for name in RoleChange.model_fields}
    services.change_role(role=held, by=request.actor, **values | sent.model_dump(exclude_none=True))
    return _out(held.pk)


class GrantIn(Sent):
    granted: bool


@api.put(
    "/roles/{int:role_id}/permissions/{str:permission}",
    Perm.ROLE_MANAGE,
    summary=_("Give a post one permission, or take it"),
    **ACT,
)
@transaction.atomic
def set_permission(request: Call, role_id: int, permission: str, sent: GrantIn) -> RoleRow:
    held = _locked(request, role_id)
    services.set_permission(role=held, permission=permission, granted=sent.granted, by=request.actor)
    return _out(held.pk)


@api.post("/roles/{int:role_id}/reset", Perm.ROLE_MANAGE, summary=_("Set a post back to how it came"), **ACT)
@transaction.atomic
def reset_role(request: Call, role_id: int) -> RoleRow:
    held = _locked(request, role_id)
    services.reset_role(role=held, by=request.actor)
    return _out(held.pk)


@api.delete(
    "/roles/{int:role_id}",
    Perm.ROLE_MANAGE,
    summary=_("Remove a post of one's own"),
    revision="changed_at",
    person=True,
)
@transaction.atomic
def remove_role(request: Call, role_id: int) -> None:
    services.remove_role(role=_locked(request, role_id), by=request.actor)
