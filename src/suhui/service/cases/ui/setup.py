"""Settings of the room: categories, causes, fields of each kind, checklists, macros. All rows, no code."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.service.cases import macros, services
from suhui.service.cases.choices import CaseKind, CaseState, Priority
from suhui.service.cases.models import Category, Cause, ChecklistTemplate, KindField, Macro
from suhui.service.cases.services import habits
from suhui.service.cases.ui.forms import area, line, pick


def _style(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, (forms.TextInput, forms.NumberInput, forms.Textarea, forms.Select)):
            field.widget.attrs.setdefault("class", "input")


LABELS = {
    "name": gettext_lazy("Chinese name"),
    "english_name": gettext_lazy("English name"),
    "code": gettext_lazy("Code"),
    "parent": gettext_lazy("Belongs under"),
    "severity": gettext_lazy("Severity"),
    "order": gettext_lazy("Place in the list"),
    "active": gettext_lazy("In use"),
    "side": gettext_lazy("Side at fault (code)"),
    "kind": gettext_lazy("Kind"),
    "key": gettext_lazy("Field key"),
    "type": gettext_lazy("Type"),
    "required": gettext_lazy("Required"),
    "help": gettext_lazy("Help beside the field"),
    "reply": gettext_lazy("Reply to the customer"),
    "note": gettext_lazy("Internal note"),
}


class Kinds(forms.MultipleChoiceField):
    """Boxes of kinds; none ticked means every kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=CaseKind.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple(),
            help_text=gettext_lazy("None ticked: every kind."),
            **options,
        )


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    kinds = Kinds(label=gettext_lazy("Kinds"))

    class Meta:
        model = Category
        fields = ("name", "english_name", "code", "parent", "severity", "kinds", "order", "active")
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_tops(self, Category)
        _style(self)


class CauseForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Cause
        fields = ("name", "english_name", "code", "parent", "side", "order", "active")
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _only_tops(self, Cause)
        _style(self)


def _only_tops(form: Any, model: type[Category] | type[Cause]) -> None:
    """Two levels: only a row without a parent can be one; one that has children stays on top."""
    parent = form.fields["parent"]
    assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 - for the type
    own = form.instance.pk
    has_children = own is not None and model.objects.filter(parent=own).exists()
    tops = model.objects.filter(parent=None).exclude(pk=own)
    parent.queryset = tops.none() if has_children else tops


class KindFieldForm(forms.ModelForm):  # type: ignore[type-arg]
    lines = forms.CharField(label=gettext_lazy("The list, one a line"), required=False, widget=area(5))

    class Meta:
        model = KindField
        fields = ("kind", "name", "english_name", "key", "type", "lines", "required", "help", "order", "active")
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["lines"] = "\n".join(self.instance.choices)
        _style(self)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        choices = [one.strip()[:60] for one in values.get("lines", "").splitlines() if one.strip()]
        if values.get("type") == "choice" and not choices:
            self.add_error("lines", _("Write what can be chosen."))
        self.instance.choices = choices
        return values


class ChecklistForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ChecklistTemplate
        fields = ("name", "english_name", "kind", "order", "active")
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _style(self)


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]
    """The steps as plain fields; stored as the list `habits.run_macro` runs."""

    kinds = Kinds(label=gettext_lazy("Kinds"))
    take = forms.BooleanField(label=gettext_lazy("Take the case if nobody has it"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Set the state"), required=False, widget=pick())
    priority = forms.ChoiceField(label=gettext_lazy("Set the priority"), required=False, widget=pick())
    promise = forms.CharField(label=gettext_lazy("Promise"), required=False, max_length=160, widget=line())
    minutes = forms.IntegerField(label=gettext_lazy("… within minutes"), required=False, min_value=5, max_value=20_000)
    ask = forms.CharField(label=gettext_lazy("Ask the branch"), required=False, max_length=500, widget=area(2))

    class Meta:
        model = Macro
        fields = ("name", "english_name", "kinds", "reply", "note", "order", "active")
        labels = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(s.value, s.label) for s in (CaseState.IN_PROGRESS, CaseState.WAITING_CUSTOMER, CaseState.RESOLVED)]
        for name, choices in (("state", states), ("priority", [(str(v), la) for v, la in Priority.choices])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
            field.choices = [("", "—"), *choices]
        self.fields["reply"].help_text = _("Placeholders: %(names)s") % {
            "names": " ".join("{" + name + "}" for name in macros.PLACEHOLDERS)
        }
        for action in self.instance.actions:
            self.initial.update(_shown(action))
        _style(self)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("promise") and not values.get("minutes"):
            self.add_error("minutes", _("Say within how many minutes."))
        self.instance.actions = habits.check_actions(_actions(values))
        if not (self.instance.actions or values.get("reply") or values.get("note")):
            raise forms.ValidationError(_("A macro does something: write, note, or take a step."))
        return values


def _shown(action: dict[str, Any]) -> dict[str, Any]:
    match action["do"]:
        case "take":
            return {"take": True}
        case "promise":
            return {"promise": action["text"], "minutes": action["minutes"]}
        case "request_facts":
            return {"ask": action["text"]}
        case name:
            return {name: action["to"]}


def _actions(values: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if values.get("take"):
        found.append({"do": "take"})
    if values.get("state"):
        found.append({"do": "state", "to": values["state"]})
    if values.get("priority"):
        found.append({"do": "priority", "to": int(values["priority"])})
    if values.get("promise") and values.get("minutes"):
        found.append({"do": "promise", "text": values["promise"], "minutes": values["minutes"]})
    if values.get("ask"):
        found.append({"do": "request_facts", "text": values["ask"]})
    return found


@dataclass(frozen=True)
class Sort:
    """One kind of row an administrator sets up."""

    label: Any
    model: Any
    form: type[Any]
    new: Any


SORTS: dict[str, Sort] = {
    "categories": Sort(gettext_lazy("Categories"), Category, CategoryForm, gettext_lazy("New category")),
    "causes": Sort(gettext_lazy("Causes"), Cause, CauseForm, gettext_lazy("New cause")),
    "fields": Sort(gettext_lazy("Fields"), KindField, KindFieldForm, gettext_lazy("New field")),
    "checklists": Sort(gettext_lazy("Checklists"), ChecklistTemplate, ChecklistForm, gettext_lazy("New point")),
    "macros": Sort(gettext_lazy("Macros"), Macro, MacroForm, gettext_lazy("New macro")),
}


@require_safe
@requires(Perm.CASE_CONFIGURE)
def index(request: Request) -> HttpResponse:
    what = request.GET.get("what", "categories")
    what = what if what in SORTS else "categories"
    rows: Any = SORTS[what].model.objects.all()
    if what in {"categories", "causes"}:
        rows = _in_tree(list(rows.select_related("parent")))
    tabs = [(sort.label, f"?what={name}", name == what, None) for name, sort in SORTS.items()]
    context = {"rows": list(rows)[:500], "what": what, "sort": SORTS[what], "tabs": tabs}
    return pages.render(request, "cases/setup.html", context)


def _in_tree(rows: list[Any]) -> list[Any]:
    tops = [row for row in rows if row.parent_id is None]
    return [one for top in tops for one in [top, *(row for row in rows if row.parent_id == top.pk)]]


@require_http_methods(["GET", "POST"])
@requires(Perm.CASE_CONFIGURE)
def edit(request: Request, what: str, pk: int | None = None) -> HttpResponse:
    sort = SORTS.get(what)
    if sort is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    instance = get_object_or_404(sort.model, pk=pk) if pk else None
    form = sort.form(request.POST if request.method == "POST" else None, instance=instance)
    if request.method == "POST" and _valid(form):
        with pages.errors_into(form):
            services.save_row(row=form.save(commit=False), by=Actor.staff(request.user))
            return pages.go(f"{reverse('cases:setup')}?what={what}")
    return pages.render_form(request, "cases/setup_edit.html", form, {"what": what, "sort": sort, "row": instance})


def _valid(form: Any) -> bool:
    """A service's BadInput while the form checks its steps is an error of the form."""
    with pages.errors_into(form):
        return bool(form.is_valid())
    return False
