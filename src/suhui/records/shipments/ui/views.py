"""The waybill list, the quick form, and the page of one waybill."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.engines.rules.models import Decision
from suhui.platform.core.actors import Actor
from suhui.platform.desk import pages, panels, timeline
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access, pasted, selectors, services
from suhui.records.shipments.choices import OPEN_STAGES, SETTLED, ExceptionState
from suhui.records.shipments.models import Carrier, Waybill
from suhui.records.shipments.ui import filters
from suhui.records.shipments.ui.forms import (
    AmendForm,
    FollowUpForm,
    MoveForm,
    NoteForm,
    RegisterForm,
    ScanForm,
    SettleForm,
)


@require_safe
@requires(Perm.WAYBILL_VIEW)
def list_waybills(request: Request) -> HttpResponse:
    """The register, in the person's reach; the sort they used last is remembered."""
    wanted = filters.Filters.read(request.GET)
    sort = filters.order_of(request.GET.get("sort", ""), request.session.get("waybills.sort"))
    if request.GET.get("sort") == sort:
        request.session["waybills.sort"] = sort
    rows = wanted.apply(access.visible_to(request.user), request.user.pk).order_by(*filters.SORTS[sort])
    page = pages.paginate(rows.select_related("carrier", "current_branch", "destination"), request)
    branches = list(Branch.objects.active()[:1000])
    carriers = list(Carrier.objects.filter(active=True)[:300])
    context = {
        "page": page,
        "keep": pages.keep(request, "sort"),
        "sort": sort,
        "wanted": wanted,
        "chips": [(chip.words, f"?{pages.keep(request, chip.name)}") for chip in wanted.sentence(branches, carriers)],
        "branches": [(row.pk, row.name) for row in branches],
        "carriers": [(row.code, row.name) for row in carriers],
        "statuses": filters.statuses(),
        "kinds": filters.kinds(),
        "periods": filters.periods(),
        "follows": filters.follows(),
        "troubles": selectors.open_kinds([row.pk for row in page.rows]),
    }
    return pages.render(request, "shipments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.WAYBILL_EDIT)
def register(request: Request) -> HttpResponse:
    """Enter a waybill by hand; a pasted text fills the fields."""
    here = request.user.branch
    mine = here.pk if here.kind in (BranchKind.OUTLET, BranchKind.DIVISION) else None
    initial = {"number": request.GET.get("number", ""), "destination": mine}
    form = RegisterForm(request.POST) if request.method == "POST" else RegisterForm(initial=initial)
    if form.is_bound and form.is_valid():
        number, carrier = form.cleaned_data["number"], form.cleaned_data["carrier"]
        with pages.errors_into(form):
            access.demand_not_elsewhere(request.user, carrier=carrier, number=number)
            row = services.register_waybill(
                number=number,
                carrier=carrier,
                facts=form.facts(),
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("shipments:waybill", args=[row.pk]))
    return pages.render_form(request, "shipments/register.html", form)


@require_POST
@requires(Perm.WAYBILL_EDIT)
def read_paste(request: Request) -> HttpResponse:
    """What a pasted text says, as JSON for the quick form."""
    told = pasted.read(request.POST.get("text", ""))
    return JsonResponse({"fields": told.fields, "found": told.found})


@require_safe
@requires(Perm.WAYBILL_VIEW)
def waybill(request: Request, waybill_id: int) -> HttpResponse:
    row = access.get_waybill(request.user, waybill_id)
    return pages.render(request, "shipments/waybill.html", context_of(request.user, row))


@require_safe
@requires(Perm.WAYBILL_VIEW)
def body(request: Request, waybill_id: int) -> HttpResponse:
    """The page's inside, for its live refresh."""
    row = access.get_waybill(request.user, waybill_id)
    return pages.render(request, "shipments/_waybill.html", context_of(request.user, row))


@require_safe
@requires(Perm.WAYBILL_VIEW)
def parcel(request: Request, waybill_id: int) -> HttpResponse:
    """The compact parcel with its track, for other rooms' pages; `?brief=1` without its head."""
    row = access.get_waybill(request.user, waybill_id)
    template = "shipments/_brief.html" if request.GET.get("brief") else "shipments/_parcel.html"
    return pages.render(request, template, {"parcel": selectors.parcel(row, 5)})


@require_safe
@requires(Perm.WAYBILL_VIEW)
def print_waybill(request: Request, waybill_id: int) -> HttpResponse:
    row = access.get_waybill(request.user, waybill_id)
    context = {"waybill": row, "scans": selectors.track(row), "printed_by": request.user.name}
    return pages.render(request, "shipments/print.html", context)


def context_of(user: User, row: Waybill, **forms: Any) -> dict[str, Any]:
    """What the page of a waybill shows. `forms` are those that came back with errors."""
    near = row.current_branch or row.destination or user.branch
    exceptions = list(row.exceptions.select_related("branch").order_by("-raised_at")[:20])
    follow_ups = list(row.follow_ups.select_related("owner").order_by("due_at", "id")[:50])
    may_edit, may_amend = _may(user, row, Perm.WAYBILL_EDIT), _may(user, row, Perm.WAYBILL_AMEND)
    return {
        "waybill": row,
        "key": f"waybill:{row.pk}",
        "scans": selectors.track(row),
        "open_exceptions": [found for found in exceptions if found.state == ExceptionState.OPEN],
        "past_exceptions": [found for found in exceptions if found.state != ExceptionState.OPEN],
        "follow_ups": follow_ups,
        "move_forms": {
            found.pk: MoveForm(initial=_moving(found), auto_id=f"id_{found.pk}_%s")
            for found in follow_ups
            if found.stage in OPEN_STAGES
        },
        "amendments": list(row.amendments.order_by("-id")[:50]),
        "settled": SETTLED,
        "story": timeline.timeline(user, "waybill", row.pk, 60),
        "panels": panels.panels(user, "waybill", row.pk),
        "subscription": row.subscriptions.select_related("account").first(),
        "may_edit": may_edit,
        "may_amend": may_amend,
        "may_handle": user.may(Perm.EXCEPTION_HANDLE),
        "note_form": NoteForm(),
        "scan_form": ScanForm(initial={"branch": user.branch_id}),
        "follow_form": FollowUpForm(near=near, initial={"owner": user.pk}),
        "amend_form": AmendForm(),
        "settle_form": SettleForm(),
        "form_open": "",
        **forms,
    }


def _may(user: User, row: Waybill, permission: Perm) -> bool:
    return user.may(permission) and access.visible_to(user, permission).filter(pk=row.pk).exists()


def _moving(found: Any) -> dict[str, Any]:
    return {"stage": found.stage, "next_action": found.next_action, "version": found.version}


def decision_of(decision_id: int | None) -> Decision | None:
    """The stored decision behind an exception, with its version."""
    return Decision.objects.select_related("version").filter(pk=decision_id).first() if decision_id else None
