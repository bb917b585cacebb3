"""What people do on a waybill's page. Every form that comes back with errors shows the page with that form open."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from django import forms as django_forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access, services
from suhui.records.shipments.choices import Source
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.told import Scan
from suhui.records.shipments.ui.forms import (
    AmendForm,
    FactsForm,
    FollowUpForm,
    MoveForm,
    NoteForm,
    ScanForm,
    SettleForm,
    plain_facts,
)
from suhui.records.shipments.ui.views import context_of

KEPT = ("whose", "stage", "kind", "state")
"""What a table's filters are called in its address."""


def _done(row: Waybill) -> HttpResponse:
    return pages.go(reverse("shipments:waybill", args=[row.pk]))


def _back(request: Request, row: Waybill, table: str) -> HttpResponse:
    """To the table the form stood in, as it was filtered; else to the waybill."""
    if request.POST.get("back") != table:
        return _done(row)
    query = urlencode([pair for pair in parse_qsl(request.POST.get("keep", "")) if pair[0] in KEPT])
    return pages.go(reverse(f"shipments:{table}") + (f"?{query}" if query else ""))


def _try(request: Request, row: Waybill, name: str, form: django_forms.Form, act: Callable[[], object]) -> HttpResponse:
    """Act when the form is right; else the page again with the form open at its first error."""
    if form.is_valid():
        with pages.errors_into(form):
            act()
            return _done(row)
    fresh = access.get_waybill(request.user, row.pk)
    context = context_of(request.user, fresh, **{name: form, "form_open": name})
    return pages.render(request, "shipments/waybill.html", context, status=422)


@require_POST
@requires(Perm.WAYBILL_EDIT)
def note(request: Request, waybill_id: int) -> HttpResponse:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    form = NoteForm(request.POST)
    by = Actor.staff(request.user)
    return _try(
        request, row, "note_form", form, lambda: services.note(waybill=row, text=form.cleaned_data["text"], by=by)
    )


@require_POST
@requires(Perm.WAYBILL_EDIT)
def scan(request: Request, waybill_id: int) -> HttpResponse:
    """A scan entered by hand, now unless another time is given."""
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    form = ScanForm(request.POST)

    def act() -> None:
        data = form.cleaned_data
        branch = data["branch"]
        line = Scan(
            at=data["at"] or now(),
            code=data["code"],
            text=data["text"],
            place=branch.name if branch else "",
            branch=branch,
            operator_name=request.user.name,
        )
        services.record_scans(waybill=row, scans=[line], source=Source.MANUAL, by=Actor.staff(request.user))

    return _try(request, row, "scan_form", form, act)


@require_POST
@requires(Perm.WAYBILL_EDIT)
def add_follow_up(request: Request, waybill_id: int) -> HttpResponse:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    form = FollowUpForm(request.POST, near=row.current_branch or row.destination or request.user.branch)
    by = Actor.staff(request.user)
    return _try(
        request,
        row,
        "follow_form",
        form,
        lambda: services.add_follow_up(waybill=row, by=by, **form.cleaned_data),
    )


@require_POST
@requires(Perm.WAYBILL_EDIT)
def move_follow_up(request: Request, follow_up_id: int) -> HttpResponse:
    row = access.get_follow_up(request.user, follow_up_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        services.move_follow_up(follow_up=row, by=Actor.staff(request.user), **form.cleaned_data)
    return _back(request, row.waybill, "follow-ups")


@require_POST
@requires(Perm.WAYBILL_EDIT, Perm.WAYBILL_AMEND)
def amend(request: Request, waybill_id: int) -> HttpResponse:
    """Asking is every agent's; carrying out needs WAYBILL_AMEND."""
    permission = Perm.WAYBILL_EDIT if request.user.may(Perm.WAYBILL_EDIT) else Perm.WAYBILL_AMEND
    row = access.get_waybill(request.user, waybill_id, permission)
    form = AmendForm(request.POST)
    by = Actor.staff(request.user)
    return _try(request, row, "amend_form", form, lambda: services.amend(waybill=row, by=by, **form.cleaned_data))


@require_POST
@requires(Perm.WAYBILL_AMEND)
def settle(request: Request, amendment_id: int) -> HttpResponse:
    row = access.get_amendment(request.user, amendment_id)
    form = SettleForm(request.POST)
    if form.is_valid():
        services.settle_amendment(amendment=row, by=Actor.staff(request.user), **form.cleaned_data)
    return _back(request, row.waybill, "amendments")


@require_POST
@requires(Perm.WAYBILL_EDIT)
def ask(request: Request, waybill_id: int) -> HttpResponse:
    """Ask the carrier now; at most every 30 minutes."""
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    services.ask_provider(waybill=row, by=Actor.staff(request.user))
    return _done(row)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.WAYBILL_EDIT)
def facts(request: Request, waybill_id: int) -> HttpResponse:
    """Correct the label. Personal data is not shown here: an empty field keeps what is there."""
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    form = FactsForm(request.POST if request.method == "POST" else None, initial=plain_facts(row))
    if form.is_bound and form.is_valid():
        with pages.errors_into(form):
            services.change_facts(waybill=row, facts=form.facts(), by=Actor.staff(request.user))
            return _done(row)
    return pages.render_form(request, "shipments/facts.html", form, {"waybill": row})
