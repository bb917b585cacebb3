"""A small room of operations for trying the kit, with addresses of its own: people are its rows."""

from typing import Any

from django.urls import include, path, re_path
from ninja import Query
from pydantic import Field

from suhui.platform.core.errors import BadInput, Conflict, Missing, NotAllowed, Refused, SuhuiError
from suhui.platform.people.models import BusyReason, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import mounting, paging, rooms
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Moment, Paging, Row, Sent, Words

room = Room("trial", "Trial")
rooms.rooms.remove(room)
done: list[str] = []


class PersonRow(Row):
    id: int
    name: str
    username: str


class PersonWords(Words):
    name: str = Field("", max_length=20)


class ThingIn(Sent):
    text: str = Field(max_length=40)
    count: int = Field(1, ge=1, le=9)
    at: Moment | None = None
    more: dict[str, Any] = Field(default_factory=dict)


class ThingOut(Row):
    id: int
    text: str
    revision: int


class Many(Sent):
    ids: list[Id] = Field(max_length=3)


@room.get("/people", Perm.ORG_VIEW, answer=Listing[PersonRow], summary="People")
def people(request: Call, words: Query[PersonWords], paging_: Query[Paging]) -> Listing[PersonRow]:
    rows = User.objects.filter(name__startswith=words.name)
    return paging.page(
        request,
        paging_,
        rows,
        order=("-department_id", "name", "id"),
        build=lambda found: [PersonRow(id=one.pk, name=one.name, username=one.username) for one in found],
    )


@room.post("/things", Perm.CASE_CREATE, answer=ThingOut, summary="Make one", status=201, revision="revision")
def make(request: Call, sent: ThingIn) -> ThingOut:
    BusyReason.objects.create(name=f"T{len(done)} {sent.text}")
    done.append(sent.text)
    if sent.text == "fails":
        raise Refused("no")
    return ThingOut(id=1, text=sent.text, revision=3)


@room.patch("/things/{int:thing_id}", Perm.CASE_EDIT, answer=ThingOut, summary="Change it", revision="revision")
def change(request: Call, thing_id: int, sent: ThingIn) -> ThingOut:
    demand_unchanged(request, 3)
    return ThingOut(id=thing_id, text=sent.text, revision=4)


@room.post("/many", Perm.CASE_BULK, answer=None, summary="Many", status=204)
def many(request: Call, sent: Many) -> None:
    return None


FAILURES: dict[str, Exception] = {
    "bad": BadInput("bad", {"phone": "No phone."}),
    "refused": Refused("refused"),
    "conflict": Conflict("conflict"),
    "not-allowed": NotAllowed("not allowed"),
    "missing": Missing("missing"),
    "plain": SuhuiError("plain"),
    "broken": ZeroDivisionError("a secret of the house"),
}


@room.get("/failures/{str:kind}", answer=ThingOut, summary="Fail")
def fail(request: Call, kind: str) -> ThingOut:
    raise FAILURES[kind]


@room.get("/own", answer=ThingOut, summary="One's own", person=True)
def own(request: Call) -> ThingOut:
    return ThingOut(id=request.user.pk, text="", revision=1)


api = mounting.interface([room], namespace="trial")


def _nothing(request: Any) -> Any:
    raise Missing("nothing")


urlpatterns = [
    path("api/v1/", include(mounting.addresses(api))),
    re_path(r"^", mounting.mounted(_nothing)),
]
