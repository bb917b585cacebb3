"""The follow-up table (业务跟踪表) and the changes asked for, over all waybills a person sees (SHP-4)."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from suhui.platform.core.clock import now
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access
from suhui.records.shipments.choices import OPEN_STAGES, SETTLED, AmendmentKind, FollowUpStage
from suhui.records.shipments.models import Amendment, FollowUp
from suhui.records.shipments.ui.forms import MoveForm, SettleForm


@require_safe
@requires(Perm.WAYBILL_VIEW)
def follow_ups(request: Request) -> HttpResponse:
    """Requirement, stage, next step, person; one's own and open ones unless asked otherwise, the most urgent first."""
    asked = {name: request.GET.get(name, "") for name in ("whose", "stage")}
    rows = access.visible_follow_ups(request.user).filter(_wanted(asked, request.user.pk))
    rows = rows.select_related("waybill__carrier", "owner").order_by(F("due_at").asc(nulls_last=True), "id")
    page = pages.paginate(rows, request)
    context = {
        "page": page,
        "keep": pages.keep(request),
        "asked": asked,
        "tabs": _tabs("follow-ups"),
        "stages": [("late", _("Late ones")), *FollowUpStage.choices],
        "forms": {row.pk: _move_form(row) for row in page.rows if row.stage in OPEN_STAGES},
        "may_edit": request.user.may(Perm.WAYBILL_EDIT),
    }
    return pages.render(request, "shipments/follow_ups.html", context)


def _wanted(asked: dict[str, str], user_id: int) -> Q:
    found = Q() if asked["whose"] == "all" else Q(owner=user_id)
    if asked["stage"] == "late":
        return found & Q(stage__in=OPEN_STAGES, due_at__lte=now())
    if asked["stage"] in FollowUpStage.values:
        return found & Q(stage=asked["stage"])
    return found & Q(stage__in=OPEN_STAGES)


def _move_form(row: FollowUp) -> MoveForm:
    initial = {"stage": row.stage, "next_action": row.next_action, "version": row.version}
    return MoveForm(initial=initial, auto_id=f"id_{row.pk}_%s")


@require_safe
@requires(Perm.WAYBILL_VIEW)
def amendments(request: Request) -> HttpResponse:
    """Changes asked for: what still has to be carried out first, then what became of the others."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "state")}
    rows = _amendments(request, asked).select_related("waybill__carrier", "waybill__current_branch")
    context = {
        "page": pages.paginate(rows, request),
        "keep": pages.keep(request),
        "asked": asked,
        "tabs": _tabs("amendments"),
        "kinds": AmendmentKind.choices,
        "settled": SETTLED,
        "settle_form": SettleForm(),
        "mine": _may_settle(request, rows) if request.user.may(Perm.WAYBILL_AMEND) else set(),
    }
    return pages.render(request, "shipments/amendments.html", context)


def _amendments(request: Request, asked: dict[str, str]) -> QuerySet[Amendment]:
    rows = access.visible_amendments(request.user)
    if asked["kind"] in AmendmentKind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"] == "settled":
        return rows.filter(state__in=SETTLED).order_by("-settled_at", "-id")
    return rows.exclude(state__in=SETTLED).order_by("created_at", "id")


def _may_settle(request: Request, rows: QuerySet[Amendment]) -> set[int]:
    """Which of these this person may carry out."""
    reach = access.visible_amendments(request.user, Perm.WAYBILL_AMEND)
    return set(reach.filter(pk__in=rows.order_by().values("pk")[:2000]).values_list("pk", flat=True))


def _tabs(current: str) -> list[tuple[Any, str, bool, None]]:
    places = [(_("Follow-up table"), "follow-ups"), (_("Amendments"), "amendments")]
    return [(label, reverse(f"shipments:{name}"), name == current, None) for label, name in places]
