"""Doors to everything one does to a case: a dialog that asks first, or an act that needs no asking."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.engines.tasks import moments
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing, NotAllowed
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.shipments.access import get_waybill
from suhui.service.cases import access, services
from suhui.service.cases.models import Case, CaseLink
from suhui.service.cases.ui.cases import page_context
from suhui.service.cases.ui.dialogs import DIALOGS, Dialog
from suhui.service.cases.ui.talking import back_to

WORK = (Perm.CASE_EDIT, Perm.CASE_CLOSE, Perm.CASE_MERGE, Perm.CASE_ASSIGN)


@require_http_methods(["GET", "POST"])
@requires(*WORK)
def ask(request: Request, case_id: int, name: str) -> HttpResponse:
    """GET: the dialog's inside. POST: do it and go back to the case; with errors, the page with the dialog open."""
    case = access.get_case(request.user, case_id)
    dialog = _dialog(request, name)
    access.demand_work(request.user, case)
    form = dialog.make(request, case, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with pages.errors_into(form):
            offer = dialog.run(request, case, form)
            if offer is not None:
                toasts.add(request, offer.text, undo=offer)
            return back_to(request, case)
    shown = {"name": name, "dialog": dialog, "form": form, "moments": moments.offered(now())}
    if request.method == "GET":
        context = {**shown, "case": case, "keep": request.GET.get("back", "")}
        return pages.render(request, "cases/dialogs/_dialog.html", context)
    fresh = access.get_case(request.user, case_id)
    context = {**page_context(request, fresh, now()), **shown, "back": request.POST.get("back", "")}
    return pages.render(request, "cases/case.html", context, status=422)


def _dialog(request: Request, name: str) -> Dialog:
    dialog = DIALOGS.get(name)
    if dialog is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if not any(request.user.may(permission) for permission in dialog.permissions):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    return dialog


@require_POST
@requires(*WORK, Perm.CASE_VIEW)
def do(request: Request, case_id: int, name: str) -> HttpResponse:
    """Acts without a dialog: take, release, watch, unwatch, unlink, take a parcel away."""
    case = access.get_case(request.user, case_id)
    by = Actor.staff(request.user)
    if name in {"watch", "unwatch"}:
        services.watch(case=case, user=request.user, on=name == "watch")
        return back_to(request, case)
    if not request.user.may(Perm.CASE_EDIT):
        raise NotAllowed(_("Your post does not include this. Ask your administrator if you need it."))
    access.demand_work(request.user, case)
    if name == "take":
        services.take(case=case, user=request.user, by=by)
    elif name == "release":
        services.release(case=case, by=by)
    elif name == "unlink":
        _unlink(request, case, by)
    elif name == "unparcel":
        services.unlink_waybill(case=case, waybill=get_waybill(request.user, _number(request, "waybill")), by=by)
    else:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return back_to(request, case)


def _unlink(request: Request, case: Case, by: Actor) -> None:
    rows = CaseLink.objects.select_related("case__branch", "other__branch")
    made = rows.filter(pk=_number(request, "link")).first()
    if made is not None and case.pk in {made.case_id, made.other_id}:
        services.unlink(made=made, by=by)


def _number(request: Request, name: str) -> int:
    raw = request.POST.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 18 else 0
