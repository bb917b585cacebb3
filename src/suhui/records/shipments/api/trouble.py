"""Exceptions, the follow-up table, changes of parcels on their way."""

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Id, Listing, Moment, Paging, Sent, Words
from suhui.records.shipments import access, services
from suhui.records.shipments.api.room import api
from suhui.records.shipments.api.shapes import (
    AmendmentRow,
    ExceptionRow,
    FollowUpRow,
    amendment_row,
    exception_row,
    follow_up_row,
)
from suhui.records.shipments.choices import (
    OPEN_STAGES,
    SETTLED,
    AmendmentKind,
    AmendmentState,
    ExceptionKind,
    ExceptionState,
    FollowUpStage,
)

Line = Annotated[str, Field(max_length=300)]


class ExceptionWords(Words):
    kind: ExceptionKind | None = None
    severity: Literal["low", "medium", "high"] | None = None
    branch: Id | None = None
    case: Literal["", "with", "without"] = ""
    state: Literal["open", "cleared"] = "open"


@api.get(
    "/exceptions",
    Perm.EXCEPTION_HANDLE,
    answer=Listing[ExceptionRow],
    summary=_("Parcel exceptions, most urgent first"),
)
def list_exceptions(request: Call, words: Query[ExceptionWords], pages: Query[Paging]) -> Listing[ExceptionRow]:
    rows = access.visible_exceptions(request.user).filter(state=ExceptionState(words.state))
    given = {"kind": words.kind, "severity": words.severity, "branch_id": words.branch}
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    if words.case:
        rows = rows.exclude(case_key="") if words.case == "with" else rows.filter(case_key="")
    order = ("-cleared_at", "-id") if words.state == "cleared" else ("due_at", "id")
    return paging.page(
        request,
        pages,
        rows.select_related("waybill", "branch"),
        order=order,
        build=lambda found: [exception_row(one, one.waybill) for one in found],
    )


class ExceptionClear(Sent):
    ids: list[Id] = Field(min_length=1, max_length=200)
    note: str = Field(min_length=1, max_length=300, examples=["已与收件人约定明日派送"])


class ExceptionsCleared(BaseModel):
    """Those that were still open and in the caller's reach."""

    cleared: list[int]


@api.post(
    "/exceptions/clear",
    Perm.EXCEPTION_HANDLE,
    answer=ExceptionsCleared,
    pace=Pace.BULK,
    summary=_("Say how exceptions were dealt with"),
)
def clear(request: Call, sent: ExceptionClear) -> ExceptionsCleared:
    rows = access.visible_exceptions(request.user).filter(pk__in=sent.ids, state=ExceptionState.OPEN)
    found = list(rows.select_related("waybill"))
    ids = services.clear_exceptions(exceptions=found, note=sent.note, by=request.actor, at=now()) if found else []
    return ExceptionsCleared(cleared=ids)


class FollowUpWords(Words):
    whose: Literal["mine", "all"] = "mine"
    stage: FollowUpStage | Literal["", "late"] = Field("", description="Without it: those not finished")


@api.get(
    "/follow-ups", Perm.WAYBILL_VIEW, answer=Listing[FollowUpRow], summary=_("The follow-up table, most urgent first")
)
def list_follow_ups(request: Call, words: Query[FollowUpWords], pages: Query[Paging]) -> Listing[FollowUpRow]:
    rows = access.visible_follow_ups(request.user)
    if words.whose == "mine":
        rows = rows.filter(owner=request.user)
    if words.stage == "late":
        rows = rows.filter(stage__in=OPEN_STAGES, due_at__lte=now())
    else:
        rows = rows.filter(stage__in=[words.stage] if words.stage else OPEN_STAGES)
    return paging.page(
        request,
        pages,
        rows.select_related("waybill", "owner"),
        order=("due_at", "id"),
        build=lambda found: [follow_up_row(one, one.waybill) for one in found],
    )


class FollowUpIn(Sent):
    requirement: str = Field(min_length=1, max_length=300, examples=["客户要求今日派送"])
    next_action: Line = ""
    owner: Id | None = None
    due_at: Moment | None = None


@api.post(
    "/waybills/{int:waybill_id}/follow-ups",
    Perm.WAYBILL_EDIT,
    answer=FollowUpRow,
    status=201,
    summary=_("Follow a waybill up"),
)
def add_follow_up(request: Call, waybill_id: int, sent: FollowUpIn) -> FollowUpRow:
    row = access.get_waybill(request.user, waybill_id, Perm.WAYBILL_EDIT)
    made = services.add_follow_up(
        waybill=row,
        requirement=sent.requirement,
        by=request.actor,
        next_action=sent.next_action,
        owner=_owner(sent.owner),
        due_at=sent.due_at,
    )
    return follow_up_row(made, row)


def _owner(user_id: int | None) -> User | None:
    if user_id is None:
        return None
    found = User.objects.filter(pk=user_id, is_active=True).first()
    if found is None:
        said = _("No colleague has this id.")
        raise BadInput(said, {"owner": said})
    return found


class FollowUpMove(Sent):
    stage: FollowUpStage
    next_action: Line = ""
    result: Line = ""
    due_at: Moment | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="The one you saw")


@api.post(
    "/follow-ups/{int:follow_up_id}/move", Perm.WAYBILL_EDIT, answer=FollowUpRow, summary=_("Move a follow-up on")
)
def move_follow_up(request: Call, follow_up_id: int, sent: FollowUpMove) -> FollowUpRow:
    row = access.get_follow_up(request.user, follow_up_id)
    moved = services.move_follow_up(follow_up=row, by=request.actor, **sent.model_dump())
    return follow_up_row(moved, row.waybill)


class AmendmentWords(Words):
    kind: AmendmentKind | None = None
    state: Literal["open", "settled"] = "open"


@api.get(
    "/amendments",
    Perm.WAYBILL_VIEW,
    answer=Listing[AmendmentRow],
    summary=_("Changes asked for of parcels on their way"),
)
def list_amendments(request: Call, words: Query[AmendmentWords], pages: Query[Paging]) -> Listing[AmendmentRow]:
    rows = access.visible_amendments(request.user)
    if words.kind is not None:
        rows = rows.filter(kind=words.kind)
    settled = words.state == "settled"
    rows = rows.filter(state__in=SETTLED) if settled else rows.exclude(state__in=SETTLED)
    return paging.page(
        request,
        pages,
        rows.select_related("waybill"),
        order=("-settled_at", "-id") if settled else ("created_at", "id"),
        build=lambda found: [amendment_row(one, one.waybill) for one in found],
    )


class AmendmentIn(Sent):
    kind: AmendmentKind
    after: Line = Field("", description="What it should become", examples=["文三路478号1幢"])
    asked_by: Annotated[str, Field(max_length=80)] = ""
    reason: Line = ""


@api.post(
    "/waybills/{int:waybill_id}/amendments",
    Perm.WAYBILL_EDIT,
    Perm.WAYBILL_AMEND,
    answer=AmendmentRow,
    status=201,
    summary=_("Ask for a change of a parcel on its way"),
)
def amend(request: Call, waybill_id: int, sent: AmendmentIn) -> AmendmentRow:
    permission = Perm.WAYBILL_EDIT if request.user.may(Perm.WAYBILL_EDIT) else Perm.WAYBILL_AMEND
    row = access.get_waybill(request.user, waybill_id, permission)
    return amendment_row(services.amend(waybill=row, by=request.actor, **sent.model_dump()), row)


class AmendmentSettle(Sent):
    state: AmendmentState
    answer: Line = ""


@api.post(
    "/amendments/{int:amendment_id}/settle",
    Perm.WAYBILL_AMEND,
    answer=AmendmentRow,
    summary=_("Say what became of a change"),
)
def settle(request: Call, amendment_id: int, sent: AmendmentSettle) -> AmendmentRow:
    row = access.get_amendment(request.user, amendment_id)
    done = services.settle_amendment(amendment=row, state=sent.state, by=request.actor, answer=sent.answer)
    return amendment_row(done, row.waybill)
