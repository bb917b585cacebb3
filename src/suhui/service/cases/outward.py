"""What other systems may hear of cases (webhooks): numbers, states and branches; names masked."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.events import DomainEvent, Happened
from suhui.platform.privacy.masks import mask_name
from suhui.platform.webhooks.registry import Kind, Told, offer
from suhui.service.cases import events
from suhui.service.cases.models import Case


def register() -> None:
    kinds: list[tuple[str, Any, type[DomainEvent], Callable[[Any], dict[str, Any]]]] = [
        ("case.opened", _("A case was opened"), events.CaseOpened, lambda _event: {}),
        ("case.assigned", _("A case has another owner"), events.CaseAssigned, lambda _event: {}),
        ("case.state_changed", _("A case's state changed"), events.CaseStateChanged, _before),
        ("case.closed", _("A case was closed"), events.CaseClosed, lambda _event: {}),
        ("case.reopened", _("A case was reopened"), events.CaseReopened, lambda _event: {}),
        ("case.rated", _("A customer rated a case"), events.CaseRated, lambda event: {"stars": event.stars}),
    ]
    for name, label, event, more in kinds:
        offer(Kind(name, label, event, _teller(more)))


def _before(event: events.CaseStateChanged) -> dict[str, Any]:
    return {"before": event.before, "state": event.state}


def _teller(more: Callable[[Any], dict[str, Any]]) -> Callable[[Happened], Told | None]:
    def tell(happened: Happened) -> Told | None:
        case = (
            Case.objects.select_related("branch", "responsible_branch", "owner", "customer", "category")
            .filter(pk=happened.data.case_id)
            .first()
        )
        return Told({**_face(case), **more(happened.data)}, _branches(case)) if case else None

    return tell


def _branches(case: Case) -> frozenset[int]:
    return frozenset(pk for pk in (case.branch_id, case.responsible_branch_id) if pk is not None)


def _face(case: Case) -> dict[str, Any]:
    numbers = case.waybills.order_by("id").values_list("number", flat=True)[:20]
    return {
        "id": case.pk,
        "number": case.number,
        "kind": case.kind,
        "category": case.category.code if case.category else None,
        "state": case.state,
        "priority": case.priority,
        "severity": case.severity,
        "channel": case.channel,
        "branch": case.branch.code,
        "responsible_branch": case.responsible_branch.code if case.responsible_branch else None,
        "owner": case.owner.username if case.owner else None,
        "customer": mask_name(case.customer.name) if case.customer else None,
        "waybills": list(numbers),
        "outcome": case.outcome or None,
        "opened_at": case.opened_at,
        "due_at": case.next_due_at,
        "closed_at": case.closed_at,
    }
