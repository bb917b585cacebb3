"""The exceptions page: most urgent first, with the rule that found each, cleared one by one or many at once."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages, toasts, undo
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access, services
from suhui.records.shipments.choices import SEVERITY_TONES, TONES, ExceptionKind, ExceptionState, Severity
from suhui.records.shipments.models import WaybillException
from suhui.records.shipments.ui import troubles
from suhui.records.shipments.ui.forms import ClearForm
from suhui.records.shipments.ui.views import decision_of

MOST_AT_ONCE = 200


@require_safe
@requires(Perm.EXCEPTION_HANDLE)
def list_exceptions(request: Request) -> HttpResponse:
    asked = troubles.asked_of(request.GET)
    rows = troubles.listed(request.user, request.GET).select_related("waybill__carrier", "branch")
    cleared = asked["state"] == ExceptionState.CLEARED
    past = asked["state"] == troubles.HISTORY
    context = {
        "page": pages.paginate(rows, request),
        "past": past,
        "keep": pages.keep(request),
        "asked": asked,
        "cleared": cleared,
        "tabs": _tabs(asked["state"]),
        "kinds": ExceptionKind.choices,
        "severities": Severity.choices,
        "branches": [(row.pk, row.name) for row in Branch.objects.active()[:1000]],
        "cases": [("with", _("With a case")), ("without", _("Without a case"))],
        "tones": SEVERITY_TONES,
        "status_tones": TONES,
    }
    template = "shipments/_exceptions.html" if request.headers.get("HX-Request") else "shipments/exceptions.html"
    return pages.render(request, template, context)


def _tabs(state: str) -> list[tuple[str, str, bool, None]]:
    """Trouble of a past that was read in has a tab of its own: nobody is waiting at the telephone about it."""
    return [
        (_("Open"), "?", state not in (troubles.HISTORY, ExceptionState.CLEARED), None),
        (_("From history"), f"?state={troubles.HISTORY}", state == troubles.HISTORY, None),
        (_("Cleared"), "?state=cleared", state == ExceptionState.CLEARED, None),
    ]


@require_safe
@requires(Perm.EXCEPTION_HANDLE, Perm.WAYBILL_VIEW)
def why(request: Request, exception_id: int) -> HttpResponse:
    """Which rule and row found it."""
    row = WaybillException.objects.filter(pk=exception_id).first()
    if row is None or not access.visible_exceptions(request.user, _permission(request)).filter(pk=row.pk).exists():
        row = access.get_exception(request.user, exception_id)
    return pages.render(request, "shipments/_why.html", {"exception": row, "decision": decision_of(row.decision_id)})


def _permission(request: Request) -> Perm:
    return Perm.WAYBILL_VIEW if request.user.may(Perm.WAYBILL_VIEW) else Perm.EXCEPTION_HANDLE


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.EXCEPTION_HANDLE)
def clear(request: Request, exception_id: int) -> HttpResponse:
    """Say how it was dealt with; ten seconds to take it back."""
    row = access.get_exception(request.user, exception_id)
    form = ClearForm(request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            _clear_all(request, [row], form.cleaned_data["note"])
            back = request.GET.get("back")
            return pages.go(
                reverse("shipments:waybill", args=[row.waybill_id])
                if back == "waybill"
                else reverse("shipments:exceptions")
            )
    return pages.render_form(request, "shipments/clear.html", form, {"exception": row})


@require_POST
@requires(Perm.EXCEPTION_HANDLE)
def bulk(request: Request) -> HttpResponse:
    """Clear the picked ones with one remark."""
    picked = [int(value) for value in request.POST.getlist("picked") if value.isdecimal()][:MOST_AT_ONCE]
    rows = access.visible_exceptions(request.user).filter(pk__in=picked, state=ExceptionState.OPEN)
    found = list(rows.select_related("waybill"))
    if found:
        _clear_all(request, found, request.POST.get("note", ""))
    return pages.go(reverse("shipments:exceptions"))


def _clear_all(request: Request, rows: list[WaybillException], note: str) -> None:
    ids = services.clear_exceptions(exceptions=rows, note=note, by=Actor.staff(request.user), at=now())
    if not ids:
        return
    words = ngettext("%(count)s exception cleared", "%(count)s exceptions cleared", len(ids)) % {"count": len(ids)}
    offer = undo.offer(kind="shipments.clear", payload={"ids": ids}, text=words, user=request.user)
    toasts.add(request, words, undo=offer)
