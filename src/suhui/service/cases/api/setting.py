"""What an administrator sets up: categories, causes, fields of each kind, checklists, macros.

The rules are the screen's own: each body goes through the form that the page has. All of it is the whole company's, so
no token that is bound to a branch changes it.
"""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Listing, Paging, Row, Sent
from suhui.service.cases import services
from suhui.service.cases.api.room import api
from suhui.service.cases.choices import CaseKind, FieldType, Priority, Severity
from suhui.service.cases.models import Category, Cause, ChecklistTemplate, KindField, Macro
from suhui.service.cases.ui import setup as screen

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]
Kinds = Annotated[list[CaseKind], Field(max_length=10, description="Empty: every kind")]
Order = Annotated[int, Field(ge=0, le=32_767, description="Place in the list")]


class SetupSent(Sent):
    """What every row has. Retired rows stay for the cases that carry them."""

    name: str = Field(min_length=1, max_length=60, description="Chinese name", examples=["外箱破损"])
    english_name: str = Field("", max_length=80)
    order: Order = 100
    active: bool = True


class SetupRow(Row):
    id: int
    name: str
    english_name: str
    order: int
    active: bool


def _common(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "english_name", "order", "active")} | {"id": row.pk}


def _held(model: Any, pk: int) -> Any:
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def _saved(request: Call, form: Any, names: dict[str, str] | None = None) -> Any:
    """The row as the form and the service leave it; `names` are the body's names where the form has others."""
    if not form.is_valid():
        wrong = {(names or {}).get(name, name): str(texts[0]) for name, texts in form.errors.items()}
        raise BadInput(next(iter(wrong.values())), wrong)
    return services.save_row(row=form.save(commit=False), by=request.actor)


class CategoryRow(SetupRow):
    code: str = Field(examples=["damaged"])
    parent: str | None = Field(description="Code of the one above")
    severity: Severity
    kinds: list[str]


class CategoryIn(SetupSent):
    code: Code = Field(examples=["damaged-box"])
    parent: Code | None = None
    severity: Severity = Severity.NORMAL
    kinds: Kinds = Field(default_factory=list)


def _categories(rows: list[Category]) -> list[CategoryRow]:
    return [
        CategoryRow(
            **_common(row),
            code=row.code,
            parent=row.parent.code if row.parent else None,
            severity=Severity(row.severity),
            kinds=row.kinds,
        )
        for row in rows
    ]


def _tree(model: Any, sent: "CategoryIn | CauseIn") -> dict[str, Any]:
    """The body as the form takes it: the parent by its id."""
    values: dict[str, Any] = sent.model_dump(mode="json")
    if sent.parent is not None:
        found = model.objects.filter(code=sent.parent).first()
        if found is None:
            said = _("Nothing has this code.")
            raise BadInput(said, {"parent": said})
        values["parent"] = found.pk
    return values


@api.get(
    "/cases/setup/categories",
    Perm.CASE_CONFIGURE,
    answer=Listing[CategoryRow],
    summary=_("Categories, retired ones too"),
)
def list_categories(request: Call, pages: Query[Paging]) -> Listing[CategoryRow]:
    rows = Category.objects.select_related("parent")
    return paging.page(request, pages, rows, order=("order", "id"), build=_categories)


@api.post(
    "/cases/setup/categories",
    Perm.CASE_CONFIGURE,
    answer=CategoryRow,
    status=201,
    summary=_("Add a category"),
    person=True,
)
def add_category(request: Call, sent: CategoryIn) -> CategoryRow:
    return _categories([_saved(request, screen.CategoryForm(_tree(Category, sent)))])[0]


@api.put(
    "/cases/setup/categories/{int:category_id}",
    Perm.CASE_CONFIGURE,
    answer=CategoryRow,
    summary=_("Change a category"),
    person=True,
)
def change_category(request: Call, category_id: int, sent: CategoryIn) -> CategoryRow:
    held = _held(Category, category_id)
    return _categories([_saved(request, screen.CategoryForm(_tree(Category, sent), instance=held))])[0]


class CauseRow(SetupRow):
    code: str
    parent: str | None = Field(description="Code of the one above")
    side: str = Field(description="Who is at fault", examples=["branch"])


class CauseIn(SetupSent):
    code: Code = Field(examples=["sorting-error"])
    parent: Code | None = None
    side: Annotated[str, Field(max_length=20, pattern=r"^[-a-zA-Z0-9_]*$")] = ""


def _causes(rows: list[Cause]) -> list[CauseRow]:
    return [
        CauseRow(**_common(row), code=row.code, parent=row.parent.code if row.parent else None, side=row.side)
        for row in rows
    ]


@api.get("/cases/setup/causes", Perm.CASE_CONFIGURE, answer=Listing[CauseRow], summary=_("Causes, retired ones too"))
def list_causes(request: Call, pages: Query[Paging]) -> Listing[CauseRow]:
    rows = Cause.objects.select_related("parent")
    return paging.page(request, pages, rows, order=("order", "id"), build=_causes)


@api.post(
    "/cases/setup/causes", Perm.CASE_CONFIGURE, answer=CauseRow, status=201, summary=_("Add a cause"), person=True
)
def add_cause(request: Call, sent: CauseIn) -> CauseRow:
    return _causes([_saved(request, screen.CauseForm(_tree(Cause, sent)))])[0]


@api.put(
    "/cases/setup/causes/{int:cause_id}",
    Perm.CASE_CONFIGURE,
    answer=CauseRow,
    summary=_("Change a cause"),
    person=True,
)
def change_cause(request: Call, cause_id: int, sent: CauseIn) -> CauseRow:
    held = _held(Cause, cause_id)
    return _causes([_saved(request, screen.CauseForm(_tree(Cause, sent), instance=held))])[0]


class KindFieldRow(SetupRow):
    kind: CaseKind
    key: str
    type: FieldType
    choices: list[str]
    required: bool
    help: str


class KindFieldIn(SetupSent):
    kind: CaseKind
    key: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")] = Field(examples=["box-size"])
    type: FieldType
    choices: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=list, max_length=200)
    required: bool = False
    help: str = Field("", max_length=120)


def _fields(rows: list[KindField]) -> list[KindFieldRow]:
    own = ("kind", "key", "type", "choices", "required", "help")
    return [KindFieldRow(**_common(row), **{name: getattr(row, name) for name in own}) for row in rows]


def _field_form(sent: KindFieldIn, held: KindField | None) -> Any:
    values = sent.model_dump(mode="json") | {"lines": "\n".join(sent.choices)}
    return screen.KindFieldForm(values, instance=held)


@api.get(
    "/cases/setup/fields",
    Perm.CASE_CONFIGURE,
    answer=Listing[KindFieldRow],
    summary=_("Fields of each kind, retired ones too"),
)
def list_fields(request: Call, pages: Query[Paging]) -> Listing[KindFieldRow]:
    return paging.page(request, pages, KindField.objects.all(), order=("kind", "order", "id"), build=_fields)


@api.post(
    "/cases/setup/fields",
    Perm.CASE_CONFIGURE,
    answer=KindFieldRow,
    status=201,
    summary=_("Add a field to a kind"),
    person=True,
)
def add_field(request: Call, sent: KindFieldIn) -> KindFieldRow:
    return _fields([_saved(request, _field_form(sent, None), {"lines": "choices"})])[0]


@api.put(
    "/cases/setup/fields/{int:field_id}",
    Perm.CASE_CONFIGURE,
    answer=KindFieldRow,
    summary=_("Change a field"),
    person=True,
)
def change_field(request: Call, field_id: int, sent: KindFieldIn) -> KindFieldRow:
    held = _held(KindField, field_id)
    return _fields([_saved(request, _field_form(sent, held), {"lines": "choices"})])[0]


class ChecklistRow(SetupRow):
    kind: str = Field(description="Empty: every kind")


class ChecklistIn(SetupSent):
    kind: CaseKind | Literal[""] = ""


def _points(rows: list[ChecklistTemplate]) -> list[ChecklistRow]:
    return [ChecklistRow(**_common(row), kind=row.kind) for row in rows]


@api.get(
    "/cases/setup/checklists",
    Perm.CASE_CONFIGURE,
    answer=Listing[ChecklistRow],
    summary=_("Points to tick on cases, retired ones too"),
)
def list_checklists(request: Call, pages: Query[Paging]) -> Listing[ChecklistRow]:
    return paging.page(request, pages, ChecklistTemplate.objects.all(), order=("kind", "order", "id"), build=_points)


@api.post(
    "/cases/setup/checklists",
    Perm.CASE_CONFIGURE,
    answer=ChecklistRow,
    status=201,
    summary=_("Add a point to tick"),
    person=True,
)
def add_checklist(request: Call, sent: ChecklistIn) -> ChecklistRow:
    return _points([_saved(request, screen.ChecklistForm(sent.model_dump(mode="json")))])[0]


@api.put(
    "/cases/setup/checklists/{int:point_id}",
    Perm.CASE_CONFIGURE,
    answer=ChecklistRow,
    summary=_("Change a point to tick"),
    person=True,
)
def change_checklist(request: Call, point_id: int, sent: ChecklistIn) -> ChecklistRow:
    held = _held(ChecklistTemplate, point_id)
    return _points([_saved(request, screen.ChecklistForm(sent.model_dump(mode="json"), instance=held))])[0]


class MacroSetupRow(SetupRow):
    kinds: list[str]
    reply: str
    note: str
    actions: list[dict[str, Any]] = Field(examples=[[{"do": "take"}, {"do": "state", "to": "waiting_customer"}]])


class MacroSetupIn(SetupSent):
    """What pressing it does, step by step; what is empty is left out."""

    kinds: Kinds = Field(default_factory=list)
    reply: str = Field("", max_length=10_000, description="To the customer; placeholders as {customer}")
    note: str = Field("", max_length=10_000)
    take: bool = Field(False, description="Take the case if nobody has it")
    state: Literal["", "in_progress", "waiting_customer", "resolved"] = ""
    priority: Priority | None = None
    promise: str = Field("", max_length=160)
    minutes: int | None = Field(None, ge=5, le=20_000, description="The promise is due within")
    ask: str = Field("", max_length=500, description="What the branch is asked")


def _macros(rows: list[Macro]) -> list[MacroSetupRow]:
    own = ("kinds", "reply", "note", "actions")
    return [MacroSetupRow(**_common(row), **{name: getattr(row, name) for name in own}) for row in rows]


@api.get("/cases/setup/macros", Perm.CASE_CONFIGURE, answer=Listing[MacroSetupRow], summary=_("Macros, retired too"))
def list_macros(request: Call, pages: Query[Paging]) -> Listing[MacroSetupRow]:
    return paging.page(request, pages, Macro.objects.all(), order=("order", "id"), build=_macros)


@api.post(
    "/cases/setup/macros", Perm.CASE_CONFIGURE, answer=MacroSetupRow, status=201, summary=_("Add a macro"), person=True
)
def add_macro(request: Call, sent: MacroSetupIn) -> MacroSetupRow:
    return _macros([_saved(request, screen.MacroForm(_steps(sent)), _MACRO_NAMES)])[0]


@api.put(
    "/cases/setup/macros/{int:macro_id}",
    Perm.CASE_CONFIGURE,
    answer=MacroSetupRow,
    summary=_("Change a macro"),
    person=True,
)
def change_macro(request: Call, macro_id: int, sent: MacroSetupIn) -> MacroSetupRow:
    held = _held(Macro, macro_id)
    return _macros([_saved(request, screen.MacroForm(_steps(sent), instance=held), _MACRO_NAMES)])[0]


_MACRO_NAMES = {"__all__": "reply"}


def _steps(sent: MacroSetupIn) -> dict[str, Any]:
    values: dict[str, Any] = sent.model_dump(mode="json")
    return values | {"priority": str(int(sent.priority)) if sent.priority is not None else ""}
