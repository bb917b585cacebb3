"""The pages of an import: the file, its columns, the trial, the work, what came of it."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import pages
from suhui.platform.exchange import access, mapping, problems, registry, reporting, services, words, writing
from suhui.platform.exchange.choices import AT_WORK, Choice, ExportFormat, ImportState, RowState
from suhui.platform.exchange.models import Import, SavedMapping
from suhui.platform.exchange.reading import CSV, delimited, encodings
from suhui.platform.people import access as people
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.masks import mask_text

TONES = {
    ImportState.DONE: "green",
    ImportState.FAILED: "red",
    ImportState.STOPPED: "amber",
    **dict.fromkeys(AT_WORK, "blue"),
}


class NewImport(forms.Form):
    """What a file holds and where its rows go."""

    kind = forms.ChoiceField(label=gettext_lazy("What the file holds"))
    branch = forms.ModelChoiceField(queryset=Branch.objects.none(), label=gettext_lazy("Branch"), required=False)
    file = forms.FileField(label=gettext_lazy("File"), error_messages={"required": gettext_lazy("Choose a file.")})

    def __init__(self, user: User, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in registry.kinds_for(user)]  # type: ignore[attr-defined]
        reach = people.scope(user, Perm.DATA_IMPORT).q(branch="pk")
        self.fields["branch"].queryset = Branch.objects.active().filter(reach)  # type: ignore[attr-defined]
        self.fields["branch"].empty_label = None  # type: ignore[attr-defined]


@require_safe
@requires(Perm.DATA_IMPORT)
def history(request: Request) -> HttpResponse:
    rows = access.imports_visible_to(request.user).select_related("by", "branch")
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in ImportState.values else rows
    context = {
        "page": pages.paginate(rows, request),
        "keep": pages.keep(request),
        "state": state,
        "states": ImportState.choices,
        "labels": {kind.name: kind.label for kind in registry.kinds_for(request.user)},
        "tones": TONES,
        "counted": words.counted,
        "tabs": tabs(request, "imports"),
    }
    return pages.render(request, "exchange/imports.html", context)


def tabs(request: Request, current: str) -> list[tuple[str, str, bool, None]]:
    """Imports and exports, those the person may see."""
    found = [("imports", _("Imports"), Perm.DATA_IMPORT), ("exports", _("Exports"), Perm.DATA_EXPORT)]
    return [
        (label, reverse(f"exchange:{name}"), name == current, None)
        for name, label, permission in found
        if request.user.may(permission)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.DATA_IMPORT)
def new(request: Request) -> HttpResponse:
    initial = {"kind": request.GET.get("kind", ""), "branch": request.user.branch_id}
    form = NewImport(request.user, request.POST or None, request.FILES or None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            row = services.receive(
                upload=given["file"], kind_name=given["kind"], user=request.user, branch=given["branch"]
            )
            return pages.go(reverse("exchange:import", args=[row.pk]))
        except BadInput as error:
            form.add_error("file", str(error.message))
    return pages.render_form(request, "exchange/new.html", form, {"kinds": registry.kinds_for(request.user)})


@require_safe
@requires(Perm.DATA_IMPORT)
def one(request: Request, import_id: int) -> HttpResponse:
    row = access.get_import(request.user, import_id)
    return pages.render(request, "exchange/import.html", _context(request, row))


@require_safe
@requires(Perm.DATA_IMPORT)
def body(request: Request, import_id: int) -> HttpResponse:
    """The page's inside, for its live refresh."""
    row = access.get_import(request.user, import_id)
    return pages.render(request, "exchange/_import.html", _context(request, row))


def _context(request: Request, row: Import, **more: Any) -> dict[str, Any]:
    kind = registry.kind_named(row.kind)
    if kind is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    context: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "tone": TONES.get(ImportState(row.state), ""),
        "counts": words.counted(row),
        "at_work": row.state in AT_WORK,
        "choices": Choice.choices,
        "may_import": request.user.may(kind.permission),
        "may_undo": request.user.may(Perm.IMPORT_UNDO) and row.state in (ImportState.DONE, ImportState.STOPPED),
        "has_report": any(count.number for count in words.counted(row) if count.state in reporting.OPEN_TO_ASK),
    }
    if row.state == ImportState.CHOOSING:
        context |= _choosing(request, row, kind)
    return context | more


def _choosing(request: Request, row: Import, kind: registry.ImportKind) -> dict[str, Any]:
    """What the page of columns shows: each with its first values, and which field it is taken for."""
    trouble, look = "", None
    try:
        look = services.look_of(row)
    except BadInput as error:
        trouble = str(error.message)
    chosen = row.mapping
    saved = SavedMapping.objects.filter(kind=kind.name)
    raw = request.GET.get("saved", "")
    if raw.isdecimal() and (wanted := saved.filter(pk=int(raw[:12])).first()):
        chosen = mapping.by_saved(wanted.columns, row.columns, kind)
    taken = {place: name for name, place in chosen.items()}
    own = row.by_id == request.user.pk
    columns = [
        {
            "place": place,
            "name": name or _("Column %(number)s") % {"number": place + 1},
            "samples": [text if own else mask_text(text) for text in look.sample_of(place)] if look else [],
            "field": taken.get(place, ""),
        }
        for place, name in enumerate(row.columns)
    ]
    return {
        "columns": columns,
        "chosen": chosen,
        "look": look,
        "trouble": trouble,
        "is_text": row.how["format"] == CSV,
        "encodings": [(value, label) for value, label in encodings.LABELS.items()],
        "delimiters": [(value, label) for value, label in delimited.DELIMITERS.items()],
        "saved": [(one.pk, one.name) for one in saved[:100]],
        "saved_now": raw,
        "sheets": [(name, name) for name in look.sheets] if look else [],
        "column_choices": [(column["place"], column["name"]) for column in columns],
    }


def _back(row: Import) -> HttpResponse:
    return pages.go(reverse("exchange:import", args=[row.pk]))


@require_POST
@requires(Perm.DATA_IMPORT)
def read(request: Request, import_id: int) -> HttpResponse:
    """Read the file otherwise than guessed."""
    row = access.get_import(request.user, import_id)
    services.read_otherwise(row=row, given={name: request.POST.get(name, "") for name in _asked(request)})
    return _back(row)


def _asked(request: Request) -> list[str]:
    return [name for name in ("encoding", "delimiter", "sheet", "header") if name in request.POST]


@require_POST
@requires(Perm.DATA_IMPORT)
def check(request: Request, import_id: int) -> HttpResponse:
    row = access.get_import(request.user, import_id)
    services.check(row=row, given=request.POST.dict(), user=request.user)
    return _back(row)


@require_POST
@requires(Perm.DATA_IMPORT)
def start(request: Request, import_id: int) -> HttpResponse:
    row = access.get_import(request.user, import_id)
    if row.state != ImportState.RUNNING:
        services.start(
            row=row,
            user=request.user,
            known=request.POST.get("known", ""),
            perhaps=request.POST.get("perhaps", ""),
        )
    return _back(row)


@require_POST
@requires(Perm.DATA_IMPORT)
def stop(request: Request, import_id: int) -> HttpResponse:
    row = access.get_import(request.user, import_id)
    services.stop(row=row, by=Actor.staff(request.user))
    return _back(row)


@require_POST
@requires(Perm.IMPORT_UNDO)
def undo(request: Request, import_id: int) -> HttpResponse:
    row = access.get_import(request.user, import_id, Perm.IMPORT_UNDO)
    if row.state != ImportState.UNDOING:
        services.undo(row=row, user=request.user)
    return _back(row)


@require_POST
@requires(Perm.DATA_IMPORT)
def drop(request: Request, import_id: int) -> HttpResponse:
    services.give_up(row=access.get_import(request.user, import_id), by=Actor.staff(request.user))
    return pages.go(reverse("exchange:imports"))


@require_safe
@requires(Perm.DATA_IMPORT)
def lines(request: Request, import_id: int) -> HttpResponse:
    """The lines of one state, with what there is to say about each."""
    row = access.get_import(request.user, import_id)
    kind = registry.kind_named(row.kind)
    state = request.GET.get("state", "")
    rows = row.rows.filter(state=state) if state in RowState.values else row.rows.all()
    page = pages.paginate(rows.order_by("number"), request)
    own = row.by_id == request.user.pk
    labels = kind.labels if kind else {}
    context = {
        "row": row,
        "page": page,
        "keep": pages.keep(request),
        "state": state,
        "states": [(count.state, count.label, count.number) for count in words.counted(row)],
        "columns": row.columns[:6],
        "shown": {
            one.pk: [cell if own else mask_text(cell) for cell in [*one.cells, *[""] * 6][: len(row.columns[:6])]]
            for one in page.rows
        },
        "reasons": {one.pk: reporting.reason_of(one, labels) for one in page.rows},
        "problem": problems.say,
    }
    return pages.render(request, "exchange/lines.html", context)


@require_safe
@requires(Perm.DATA_IMPORT)
def report(request: Request, import_id: int, form: str) -> StreamingHttpResponse:
    """The lines to look at again as a file. It holds what was sent, so only who sent it or started it gets it."""
    row = access.get_import(request.user, import_id)
    if form not in ExportFormat.values:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    access.demand_in_full(request.user, row)
    state = request.GET.get("state", "")
    states = [state] if state in RowState.values else []
    return as_file(reporting.report(row, form, *states), report_name(row, form), form)


def report_name(row: Import, form: str) -> str:
    """What the file of those lines is called."""
    return _("%(file)s lines to look at.%(form)s") % {"file": row.name.rpartition(".")[0] or row.name, "form": form}


def as_file(pieces: Any, name: str, form: str) -> StreamingHttpResponse:
    """A download that is made while it is sent."""
    answer = StreamingHttpResponse(pieces, content_type=writing.MEDIA_TYPES[ExportFormat(form)])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
