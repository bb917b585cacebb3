"""People: where they sit, which posts they hold, whether they work here."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing, NotAllowed
from suhui.platform.organisation import access, selectors
from suhui.platform.organisation.api.room import (
    Name60,
    Phone,
    api,
    get_person,
    managed_person,
    named_branch,
    named_department,
    named_role,
)
from suhui.platform.organisation.selectors import PeopleFilter
from suhui.platform.people import open_work, services
from suhui.platform.people.choices import PresenceState, Reach
from suhui.platform.people.models import Branch, Post, Role, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Sent, Words

Email = Annotated[str, Field(max_length=254, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$", examples=["wang@suhui.example"])]
Password = Annotated[str, Field(min_length=1, max_length=128, examples=["grün-Teekanne-17"])]


class PostRow(BaseModel):
    """A role held at a branch."""

    id: int
    role: Ref
    branch: Ref


class PersonRow(Row):
    id: int
    name: str = Field(examples=["王芳"])
    username: str
    staff_number: str
    branch: Ref
    department: Ref | None
    active: bool
    presence: str = Field(examples=["idle"])
    away: bool = Field(description="Absent at this moment")
    posts: list[PostRow]


class OpenWorkRow(BaseModel):
    what: str
    count: int


class PersonOut(PersonRow):
    phone: str
    email: str
    signed_in_at: datetime | None
    open_work: list[OpenWorkRow] | None = Field(description="What they hold; for who sets up their branch")


def _post(post: Post) -> PostRow:
    role = Ref(id=post.role_id, name=post.role.name)
    return PostRow(id=post.pk, role=role, branch=Ref(id=post.branch_id, name=post.branch.name))


def _values(person: User) -> dict[str, Any]:
    presence = getattr(person, "presence", None)
    department = person.department
    return {
        "id": person.pk,
        "name": person.name,
        "username": person.username,
        "staff_number": person.staff_number,
        "branch": Ref(id=person.branch_id, name=person.branch.name),
        "department": Ref(id=department.pk, name=department.name) if department else None,
        "active": person.is_active,
        "presence": presence.state if presence else PresenceState.OFFLINE.value,
        "away": person.away,  # type: ignore[attr-defined]
        "posts": [_post(post) for post in person.posts.all()],
    }


def _rows(people: list[User]) -> list[PersonRow]:
    return [PersonRow(**_values(person)) for person in people]


def _out(request: Call, user_id: int) -> PersonOut:
    person = selectors.people_list(PeopleFilter(state="all"), now()).get(pk=user_id)
    may_manage = access.may_manage(request.user, person.branch_id)
    work = (
        [OpenWorkRow(what=str(one.label), count=one.count) for one in open_work.counts(person)] if may_manage else None
    )
    return PersonOut(
        **_values(person), phone=person.phone, email=person.email, signed_in_at=person.last_login, open_work=work
    )


class PeopleWords(Words):
    q: str = Field("", max_length=60, description="Name, or beginning of pinyin, user name or staff number")
    branch: Id | None = Field(None, description="This branch and below")
    role: Id | None = None
    state: Literal["active", "left", "all"] = "active"


@api.get("/people", Perm.ORG_VIEW, answer=Listing[PersonRow], summary=_("Who works here, in which posts"))
def list_people(request: Call, words: Query[PeopleWords], pages: Query[Paging]) -> Listing[PersonRow]:
    state = "" if words.state == "active" else words.state
    chosen = PeopleFilter(text=words.q, branch_id=words.branch, role_id=words.role, state=state)
    found = selectors.people_list(chosen, now())
    fence = request.user.fence_branch
    if fence is not None:
        found = found.filter(branch__path__startswith=fence.path)
    return paging.page(request, pages, found, order=("branch__path", "id"), build=_rows)


@api.get("/people/{int:user_id}", Perm.ORG_VIEW, answer=PersonOut, summary=_("One person with posts and presence"))
def person(request: Call, user_id: int) -> PersonOut:
    return _out(request, get_person(request, user_id).pk)


class PersonIn(Sent):
    username: Name60 = Field(description="For signing in", examples=["wangfang"])
    name: Name60 = Field(examples=["王芳"])
    branch: Id
    role: Id = Field(description="The post at this branch")
    password: Password | None = Field(None, description="The first; without one the person cannot sign in yet")
    department: Id | None = None
    staff_number: str = Field("", max_length=20)
    phone: Phone = ""
    email: Email = ""


@api.post("/people", Perm.ORG_MANAGE, answer=PersonOut, status=201, summary=_("Add a person with a post"))
def add_person(request: Call, sent: PersonIn) -> PersonOut:
    branch = named_branch(request, sent.branch, "branch")
    role = _given(request, sent.role)
    department = named_department(sent.department, branch)
    values = sent.model_dump(exclude={"branch", "role", "department"})
    added = services.add_person(branch=branch, department=department, roles=[role], by=request.actor, **values)
    return _out(request, added.pk)


def _given(request: Call, role_id: int) -> Role:
    """A post to give. What reaches every branch is not given by a token that is bound to one."""
    role = named_role(role_id, "role")
    if request.user.fence_branch is not None and role.reach == Reach.ALL:
        raise NotAllowed(_("This post reaches every branch; a token bound to a branch does not give it."))
    return role


class PersonChange(Sent):
    """Only what is sent is changed. Another branch takes the department away unless one is sent with it."""

    name: Name60 | None = None
    branch: Id | None = None
    department: Id | None = None
    staff_number: Annotated[str, Field(max_length=20)] | None = None
    phone: Phone | None = None
    email: Email | None = None


@api.patch("/people/{int:user_id}", Perm.ORG_MANAGE, answer=PersonOut, summary=_("Correct where and who a person is"))
@transaction.atomic
def change_person(request: Call, user_id: int, sent: PersonChange) -> PersonOut:
    held = managed_person(request, user_id)
    branch = named_branch(request, sent.branch, "branch") if sent.branch is not None else held.branch
    department = held.department if branch.pk == held.branch_id else None
    if "department" in sent.model_fields_set:
        department = named_department(sent.department, branch)
    values = {name: getattr(held, name) for name in ("name", "staff_number", "phone", "email")}
    values |= sent.model_dump(exclude_none=True, exclude={"branch", "department"})
    services.change_person(user=held, branch=branch, department=department, by=request.actor, **values)
    return _out(request, held.pk)


class PostIn(Sent):
    role: Id
    branch: Id


def _held(person: User) -> list[tuple[Role, Branch]]:
    return [(post.role, post.branch) for post in person.posts.select_related("role", "branch")]


def _locked(request: Call, user_id: int) -> User:
    """Two calls that give the person a post at once must both hold."""
    person = managed_person(request, user_id)
    User.objects.select_for_update().get(pk=person.pk)
    return person


@api.post("/people/{int:user_id}/posts", Perm.ORG_MANAGE, answer=PersonOut, summary=_("Give a person a post"))
@transaction.atomic
def give_post(request: Call, user_id: int, sent: PostIn) -> PersonOut:
    held = _locked(request, user_id)
    role, branch = _given(request, sent.role), named_branch(request, sent.branch, "branch")
    services.set_posts(user=held, posts=[*_held(held), (role, branch)], by=request.actor)
    return _out(request, held.pk)


@api.delete("/people/{int:user_id}/posts/{int:post_id}", Perm.ORG_MANAGE, summary=_("Take a post from a person"))
@transaction.atomic
def take_post(request: Call, user_id: int, post_id: int) -> None:
    held = _locked(request, user_id)
    gone = held.posts.select_related("role", "branch").filter(pk=post_id).first()
    if gone is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    kept = [pair for pair in _held(held) if pair != (gone.role, gone.branch)]
    services.set_posts(user=held, posts=kept, by=request.actor)


class PasswordIn(Sent):
    password: Password


@api.put(
    "/people/{int:user_id}/password",
    Perm.ORG_MANAGE,
    answer=None,
    status=204,
    summary=_("Give a first password; the person chooses their own"),
    person=True,
    keyed=False,
)
def give_password(request: Call, user_id: int, sent: PasswordIn) -> None:
    held = managed_person(request, user_id)
    services.set_first_password(user=held, password=sent.password, by=request.actor)


class LeaveIn(Sent):
    despite_open_work: bool = Field(False, description="The caller knows that the person still holds work")


@api.post(
    "/people/{int:user_id}/deactivate",
    Perm.ORG_MANAGE,
    answer=PersonOut,
    summary=_("Let a person leave: no signing in, no work"),
)
def deactivate(request: Call, user_id: int, sent: LeaveIn) -> PersonOut:
    held = managed_person(request, user_id)
    services.deactivate(user=held, by=request.actor, despite_open_work=sent.despite_open_work)
    return _out(request, held.pk)


@api.post("/people/{int:user_id}/reactivate", Perm.ORG_MANAGE, answer=PersonOut, summary=_("Let a person come back"))
def reactivate(request: Call, user_id: int) -> PersonOut:
    held = managed_person(request, user_id)
    services.reactivate(user=held, by=request.actor)
    return _out(request, held.pk)
