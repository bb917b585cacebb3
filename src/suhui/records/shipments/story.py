"""What this room tells on others' pages: my day, timelines, panels, search."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.platform.desk.panels import Panel
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.desk.workday import WorkItem
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.search.registry import Detail, SearchDoc
from suhui.records.shipments import access, selectors
from suhui.records.shipments.choices import OPEN_STAGES, AmendmentState
from suhui.records.shipments.models import FollowUp, Waybill
from suhui.records.shipments.words import acted_by, amended


def work(user: User, at: datetime, limit: int) -> Iterable[WorkItem]:
    """Open exceptions of the branches one handles, and the follow-ups that are one's own.

    An exception with a case of its own is handled there: it is not shown a second time.
    """
    if user.may(Perm.EXCEPTION_HANDLE):
        rows = selectors.exceptions_for(user).filter(history=False)
        for row in (rows.filter(case_key="") if user.may(Perm.CASE_VIEW) else rows)[:limit]:
            yield WorkItem(
                subject=f"exception:{row.pk}",
                kind=_("Exception"),
                icon="alert-triangle",
                title=f"{row.get_kind_display()} · {row.waybill.number}",
                whose=row.branch.name if row.branch else "",
                reason=_("Found by rule; severity: %(severity)s") % {"severity": row.get_severity_display()},
                action=_("Handle"),
                url=reverse("shipments:waybill", args=[row.waybill_id])
                if user.may(Perm.WAYBILL_VIEW)
                else reverse("shipments:clear", args=[row.pk]),
                due_at=row.due_at,
                shared=True,
            )
    yield from _asked_for(user, limit)
    lines = FollowUp.objects.filter(owner=user, stage__in=OPEN_STAGES).select_related("waybill")
    for line in lines.order_by("due_at", "id")[:limit]:
        yield WorkItem(
            subject=f"follow_up:{line.pk}",
            kind=_("Parcel follow-up"),
            icon="list-check",
            title=f"{line.requirement} · {line.waybill.number}",
            whose="",
            reason=line.next_action or str(line.get_stage_display()),
            action=_("Move on"),
            url=reverse("shipments:waybill", args=[line.waybill_id]),
            due_at=line.due_at,
        )


def _asked_for(user: User, limit: int) -> Iterable[WorkItem]:
    """Changes of waybills that wait for somebody who may carry them out, the oldest first."""
    if not user.may(Perm.WAYBILL_AMEND):
        return
    rows = access.visible_amendments(user, Perm.WAYBILL_AMEND).filter(state=AmendmentState.ASKED)
    for row in rows.select_related("waybill__current_branch").order_by("created_at", "id")[:limit]:
        yield WorkItem(
            subject=f"amendment:{row.pk}",
            kind=_("Amendment"),
            icon="edit",
            title=f"{row.get_kind_display()} · {row.waybill.number}",
            whose=row.waybill.current_branch.name if row.waybill.current_branch else "",
            reason=_("Asked for while the parcel is on its way"),
            action=_("Carry out"),
            url=reverse("shipments:waybill", args=[row.waybill_id]),
            due_at=None,
            shared=True,
        )


def of_waybill(user: User, waybill_id: int, limit: int) -> Iterable[TimelineEntry]:
    """What people and rules did about a parcel; its scans are shown as the track."""
    row = access.visible_to(user).filter(pk=waybill_id).first()
    if row is None:
        return
    for note in row.notes.all()[:limit]:
        yield TimelineEntry(note.at, _("Note"), "note", note.author_label or "", body=note.text)
    for found in row.exceptions.order_by("-raised_at")[:limit]:
        yield TimelineEntry(
            found.raised_at, _("Exception"), "alert-triangle", str(found.get_kind_display()), actor=_("The rules")
        )
        if found.cleared_at:
            yield TimelineEntry(
                found.cleared_at,
                _("Exception cleared"),
                "check",
                str(found.get_kind_display()),
                body=found.clear_note,
                actor=acted_by(found.cleared_by),
            )
    for change in row.amendments.order_by("-id")[:limit]:
        yield TimelineEntry(
            change.created_at,
            _("Amendment"),
            "edit",
            str(change.get_kind_display()),
            body=" → ".join(text for text in (amended(change, "before"), amended(change, "after")) if text),
            actor=change.added_by,
        )


def of_customer(user: User, customer_id: int, limit: int) -> Iterable[TimelineEntry]:
    """The parcels a customer sent or got, each at its newest scan."""
    if not user.may(Perm.WAYBILL_VIEW):
        return
    rows = access.visible_to(user).filter(pk__in=selectors.of_customer(customer_id).order_by().values("pk"))
    for row in rows.select_related("carrier").order_by("-id")[:limit]:
        sent = row.sender_id == customer_id
        yield TimelineEntry(
            row.last_event_at or row.created_at,
            _("Parcel sent") if sent else _("Parcel to receive"),
            "package",
            f"{row.carrier.name} {row.number}",
            body=row.status_words,
            url=reverse("shipments:waybill", args=[row.pk]),
        )


def customer_panel(user: User, customer_id: int) -> Panel | None:
    if not user.may(Perm.WAYBILL_VIEW):
        return None
    mine = access.visible_to(user).filter(pk__in=selectors.of_customer(customer_id).order_by().values("pk"))
    rows = list(mine.select_related("carrier").order_by("-id")[:6])
    if not rows:
        return None
    return Panel(_("Parcels"), "shipments/_panel.html", {"waybills": rows}, icon="package")


def document(waybill_id: int) -> SearchDoc | None:
    """A waybill as the search sees it."""
    return documents([waybill_id]).get(waybill_id)


def documents(waybill_ids: list[int]) -> dict[int, SearchDoc]:
    rows = Waybill.objects.select_related("carrier").filter(pk__in=waybill_ids)
    return {row.pk: _document(row) for row in rows}


def _document(row: Waybill) -> SearchDoc:
    return SearchDoc(
        title=row.number,
        url=reverse("shipments:waybill", args=[row.pk]),
        at=row.last_event_at or row.created_at,
        details=(
            Detail(row.carrier.name),
            *([Detail(row.recipient_name, "mask_name")] if row.recipient_name else []),
            *([Detail(row.recipient_phone, "mask_phone")] if row.recipient_phone else []),
        ),
        names=tuple(name for name in (row.recipient_name, row.sender_name) if name),
        numbers=tuple(number for number in (row.number, row.order_number) if number),
        phones=tuple(phone for phone in (row.recipient_phone, row.sender_phone) if phone),
        texts=tuple(text for text in (row.goods,) if text),
        hidden=tuple(text for text in (row.recipient_address, row.sender_address) if text),
        branch_ids=tuple({pk for name in access.BRANCHES if (pk := getattr(row, name))}),
    )
