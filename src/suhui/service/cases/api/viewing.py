"""Views of the work list, and the lists an administrator keeps: categories, causes, macros, fields."""

from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Row, Sent
from suhui.service.cases import access, selectors, services
from suhui.service.cases.api.listing import CaseWords
from suhui.service.cases.api.room import api
from suhui.service.cases.models import Category, Cause, KindField, Macro, SavedView
from suhui.service.cases.selectors.lists import View


class ViewRow(Row):
    id: int | None = Field(description="Of a saved view; null for those of the house")
    key: str = Field(examples=["late"])
    name: str
    query: dict[str, Any] = Field(description="The filter, by the words of /cases")
    shared: bool
    mine: bool
    count: int | None = Field(description="Cases in it, where it holds open work")


class ViewList(BaseModel):
    rows: list[ViewRow]
    first: str = Field(description="Key of the view the list opens with")


@api.get("/cases/views", Perm.CASE_VIEW, answer=ViewList, summary=_("Views of the work list, with counts"))
def list_views(request: Call) -> ViewList:
    user = request.user
    views = selectors.views_for(user)
    counts = selectors.counts_of(user, views[:30], now())
    return ViewList(
        rows=[_view(one, user.pk, counts.get(one.key)) for one in views], first=selectors.first_view(user, views).key
    )


def _view(view: View, user_id: int, count: int | None = None) -> ViewRow:
    saved = view.saved
    return ViewRow(
        id=saved.pk if saved else None,
        key=view.key,
        name=str(view.label),
        query=view.wanted.as_query(),
        shared=saved.shared if saved else True,
        mine=saved is not None and saved.owner_id == user_id,
        count=count,
    )


def _saved(view: SavedView, user_id: int) -> ViewRow:
    wanted = selectors.Filter.read(view.query)
    return _view(View(f"saved-{view.pk}", view.name, wanted, saved=view), user_id)


class ViewIn(Sent):
    name: str = Field(min_length=1, max_length=40, examples=["我的超时投诉"])
    query: CaseWords
    shared: bool = False


@api.post(
    "/cases/views", Perm.CASE_VIEW, answer=ViewRow, status=201, summary=_("Keep a filter under a name"), person=True
)
def save_view(request: Call, sent: ViewIn) -> ViewRow:
    query = sent.query.filter().as_query()
    view = services.save_view(user=request.user, name=sent.name, query=query, shared=sent.shared)
    return _saved(view, request.user.pk)


class ViewChange(Sent):
    name: str = Field(min_length=1, max_length=40)
    shared: bool


@api.put(
    "/cases/views/{int:view_id}", Perm.CASE_VIEW, answer=ViewRow, summary=_("Rename or share one's view"), person=True
)
def change_view(request: Call, view_id: int, sent: ViewChange) -> ViewRow:
    view = access.get_view(request.user, view_id)
    changed = services.change_view(view=view, user=request.user, name=sent.name, shared=sent.shared)
    return _saved(changed, request.user.pk)


@api.delete("/cases/views/{int:view_id}", Perm.CASE_VIEW, summary=_("Forget one's own view"), person=True)
def drop_view(request: Call, view_id: int) -> None:
    services.drop_view(view=access.get_view(request.user, view_id), user=request.user)


class ViewOrder(Sent):
    keys: list[Annotated[str, Field(max_length=24)]] = Field(max_length=80)
    first: str = Field("", max_length=24, description="The view the list opens with")


@api.put(
    "/cases/views/order",
    Perm.CASE_VIEW,
    answer=None,
    status=204,
    summary=_("Order one's menu of views"),
    person=True,
)
def order_views(request: Call, sent: ViewOrder) -> None:
    services.order_views(user=request.user, keys=sent.keys)
    if sent.first:
        services.open_first(user=request.user, key=sent.first)


class CodeRow(BaseModel):
    """A category or cause."""

    code: str
    name: str
    parent: str | None
    active: bool


class FieldRow(BaseModel):
    kind: str
    key: str
    name: str
    type: str
    choices: list[str]
    required: bool


class MacroRow(BaseModel):
    id: int
    name: str
    kinds: list[str]
    actions: list[dict[str, Any]]


class CaseSetup(BaseModel):
    """The lists that cases are made with."""

    categories: list[CodeRow]
    causes: list[CodeRow]
    fields: list[FieldRow]
    macros: list[MacroRow]
    tags: list[str] = Field(description="In use on open cases, the most used first")


@api.get("/cases/setup", Perm.CASE_VIEW, answer=CaseSetup, summary=_("Categories, causes, fields, macros, tags"))
def setup(request: Call) -> CaseSetup:
    macros = Macro.objects.filter(active=True)[:200]
    fields = KindField.objects.filter(active=True)[:500]
    return CaseSetup(
        categories=_codes(Category),
        causes=_codes(Cause),
        fields=[
            FieldRow(
                kind=one.kind, key=one.key, name=one.label, type=one.type, choices=one.choices, required=one.required
            )
            for one in fields
        ],
        macros=[MacroRow(id=one.pk, name=one.label, kinds=one.kinds, actions=one.actions) for one in macros],
        tags=selectors.known_tags(request.user),
    )


def _codes(model: type[Category] | type[Cause]) -> list[CodeRow]:
    rows: Any = model.objects.select_related("parent")[:500]
    return [
        CodeRow(code=one.code, name=one.label, parent=one.parent.code if one.parent else None, active=one.active)
        for one in rows
    ]
