"""What the room gives to others' registries: my day, the customer's timeline, hand-over, merging customers, search."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.core.events import hint
from suhui.platform.desk.panels import Panel
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.desk.workday import WorkItem
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.masks import mask_name, mask_text
from suhui.platform.search.registry import Detail, SearchDoc
from suhui.records.customers import phones
from suhui.service.cases import access, states, topics
from suhui.service.cases.choices import CaseState, EntryKind
from suhui.service.cases.marks import TONES
from suhui.service.cases.models import Case
from suhui.service.cases.services import clocks
from suhui.service.cases.services.handling import assign


def my_cases(user: User, at: datetime, limit: int) -> Iterable[WorkItem]:
    """The person's own open cases that have a deadline or wait for their answer, and what nobody of the team holds yet,
    most urgent first; three queries.

    Those that wait for the customer or a branch come only when they are due.
    """
    own = Case.objects.filter(owner=user).open().select_related("customer")
    for case in own.by_urgency()[:limit]:
        waits = case.state in {CaseState.WAITING_CUSTOMER, CaseState.PROPOSED}
        if waits and case.next_due_at is None:
            continue
        yield _line(case, _("Reply") if case.awaits_reply_since else _("Go on"))
    if not user.may(Perm.CASE_EDIT):
        return
    free = access.visible_to(user).filter(owner=None, state__in=states.FRESH).select_related("customer")
    for case in free.by_urgency()[:limit]:
        yield _line(case, _("Take"), shared=True)


def _line(case: Case, action: str, *, shared: bool = False) -> WorkItem:
    return WorkItem(
        subject=case.key,
        kind=case.get_kind_display(),
        icon="ticket",
        title=f"{case.number} {case.subject}",
        whose=whose(case),
        reason=reason_of(case),
        action=action,
        url=clocks.url_of(case),
        due_at=case.next_due_at,
        warn_at=case.next_warn_at,
        shared=shared,
    )


def reason_of(case: Case) -> str:
    """Why it is on the list now, in a few words."""
    if case.state == CaseState.REOPENED:
        return _("Reopened")
    if case.awaits_reply_since is not None:
        return _("The customer waits for an answer")
    words = {
        "first_response": _("First answer due"),
        "update": _("Progress report due"),
        "resolution": _("To be resolved"),
    }
    return words.get(case.next_due_kind, str(case.get_state_display()))


def whose(case: Case) -> str:
    """The customer's name, masked by the e-waybill rule."""
    name = case.contact_name or (case.customer.name if case.customer else "")
    return mask_name(name) if name else ""


def customer_story(user: User, customer_id: int, limit: int) -> Iterable[TimelineEntry]:
    """The customer's cases the person may see, for the customer's timeline (CUS-2)."""
    rows = access.visible_to(user).filter(customer_id=customer_id).select_related("owner").order_by("-opened_at")
    for case in rows[:limit]:
        yield TimelineEntry(
            at=case.opened_at,
            kind=case.get_kind_display(),
            icon="ticket",
            title=f"{case.number} {case.subject}",
            body=str(case.get_state_display()),
            url=clocks.url_of(case),
            actor=str(case.owner) if case.owner else "",
        )


def customer_promises(user: User, customer_id: int, limit: int) -> Iterable[TimelineEntry]:
    """What the customer was promised on the cases the person may see, and whether it was kept (CUS-2)."""
    cases = access.visible_to(user).filter(customer_id=customer_id).order_by("-id").values_list("pk", flat=True)
    keys = [f"case:{pk}" for pk in cases[:FAR_BACK]]
    rows = Task.objects.promises().filter(subject__in=keys).select_related("assignee").order_by("-created_at")
    for task in rows[:limit]:
        yield TimelineEntry(
            at=task.created_at,
            kind=task.get_kind_display(),
            icon="heart-handshake",
            title=mask_text(task.title),
            body=str(task.get_outcome_display() if task.outcome else task.get_state_display()),
            url=task.url,
            actor=task.assignee.name if task.assignee else "",
        )


def customer_ratings(user: User, customer_id: int, limit: int) -> Iterable[TimelineEntry]:
    """How the customer rated the cases the person may see, in stars and words (CUS-2)."""
    rows = access.visible_to(user).filter(customer_id=customer_id, satisfaction_at__isnull=False)
    for case in rows.order_by("-satisfaction_at")[:limit]:
        yield TimelineEntry(
            at=case.satisfaction_at or case.opened_at,
            kind=EntryKind.RATING.label,
            icon="star",
            title=f"{'★' * (case.satisfaction or 0)} {case.number}",
            body=mask_text(case.satisfaction_words),
            url=clocks.url_of(case),
        )


FAR_BACK = 200
"""Cases of one customer whose promises are looked for."""


def waybill_story(user: User, waybill_id: int, limit: int) -> Iterable[TimelineEntry]:
    """The cases about a parcel, for its timeline."""
    rows = access.visible_to(user).filter(waybill_links__waybill_id=waybill_id).select_related("owner")
    for case in rows.order_by("-opened_at")[:limit]:
        yield TimelineEntry(
            at=case.opened_at,
            kind=case.get_kind_display(),
            icon="ticket",
            title=f"{case.number} {case.subject}",
            body=str(case.get_state_display()),
            url=clocks.url_of(case),
            actor=str(case.owner) if case.owner else "",
        )


def open_case_ids(user: User) -> list[int]:
    return list(Case.objects.filter(owner=user).open().order_by("id").values_list("pk", flat=True))


def hand_over(ids: list[int], from_user: User, to_user: User, by: Actor) -> list[int]:
    """Give to the stand-in what the absent one still holds, in the caller's transaction (ORG-3)."""
    rows = Case.objects.filter(pk__in=ids, owner=from_user).open()
    moved: list[int] = []
    for case in rows.select_related("branch", "responsible_branch", "owner", "customer").order_by("pk"):
        assign(case=case, owner=to_user, by=by, words=_("Hand-over"))
        moved.append(case.pk)
    return moved


def move_customer(loser_id: int, winner_id: int) -> Any:
    """Two customers became one: their cases are one customer's too."""
    ids = list(Case.objects.filter(customer_id=loser_id).values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).update(customer_id=winner_id, updated_at=now())
    hint(f"case:{pk}" for pk in ids[:500])
    return ids


def put_customer_back(loser_id: int, winner_id: int, moved: Any) -> None:
    Case.objects.filter(pk__in=moved, customer_id=winner_id).update(customer_id=loser_id, updated_at=now())


def may_see_files(user: User, key: str) -> bool:
    """A case's files are seen by whoever sees the case."""
    return topics.may_watch_case(user, key)


def read_personal(user: User, key: str, field: str) -> str:
    """The customer's name or phone as this case has it; the case's door decides. Raises Missing."""
    if field not in {"contact_name", "contact_phone"} or not key.isdecimal():
        raise Missing(_("There is nothing here, or it is not yours to see."))
    case = access.get_case(user, int(key))
    return case.contact_name if field == "contact_name" else phones.national(case.contact_phone)


def url_of_key(key: str) -> str:
    return reverse("cases:case", args=[key]) if key.isdecimal() else ""


def customer_panel(user: User, customer_id: int) -> Panel | None:
    """The customer's open cases, beside their page."""
    return _panel(user, Q(customer_id=customer_id), f"customer={customer_id}")


def waybill_panel(user: User, waybill_id: int) -> Panel | None:
    """The cases about a parcel, beside its page."""
    return _panel(user, Q(waybill_links__waybill_id=waybill_id), f"waybill={waybill_id}")


def _panel(user: User, about: Q, query: str) -> Panel | None:
    if not user.may(Perm.CASE_VIEW):
        return None
    rows = access.visible_to(user).filter(about).exclude(state=CaseState.MERGED).select_related("owner")
    found = list(rows.order_by("-opened_at")[:6])
    return Panel(
        title=_("Cases"),
        template="cases/_panel.html",
        context={"cases": found, "tones": TONES, "query": query},
        icon="ticket",
        url=f"{reverse('cases:list')}?{query}",
        count=len(found) if len(found) < 6 else None,
    )


def search_doc(case_id: int) -> SearchDoc | None:
    """A case as the search box finds it: by number, waybill, phone tail, subject and words (SRCH-1)."""
    case = Case.objects.select_related("customer").filter(pk=case_id).first()
    if case is None:
        return None
    waybills = tuple(case.waybill_links.values_list("waybill__number", flat=True)[:20])
    branches = (case.branch_id, case.responsible_branch_id)
    return SearchDoc(
        title=f"{case.number} {case.subject}",
        url=clocks.url_of(case),
        at=case.last_entry_at,
        details=(Detail(str(case.get_state_display())), *(Detail(number) for number in waybills[:2])),
        names=tuple(name for name in (case.contact_name,) if name),
        numbers=(case.number, *waybills),
        phones=(case.contact_phone,) if case.contact_phone else (),
        texts=(case.subject, case.text),
        branch_ids=tuple(pk for pk in branches if pk is not None),
        owner_ids=(case.owner_id,) if case.owner_id else (),
    )
