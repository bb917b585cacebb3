"""Handling a case: who has it, what state it is in, what is known of it."""

from typing import Annotated, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.core.errors import BadInput, Missing, Refused
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Sent
from suhui.records.shipments.access import get_waybill
from suhui.service.cases import access, selectors, services
from suhui.service.cases.api.opening import Fields, branch_of, category_of
from suhui.service.cases.api.room import Few, api, workable
from suhui.service.cases.api.shapes import CaseOut, case_out
from suhui.service.cases.choices import CaseKind, CaseState, Priority, Severity
from suhui.service.cases.models import Check

ACT: dict[str, Any] = {"answer": CaseOut, "revision": "version"}


@api.post("/cases/{int:case_id}/take", Perm.CASE_EDIT, summary=_("Take a case nobody owns"), **ACT)
def take(request: Call, case_id: int) -> CaseOut:
    case = workable(request, case_id)
    return case_out(services.take(case=case, user=request.user, by=request.actor))


@api.post("/cases/{int:case_id}/release", Perm.CASE_EDIT, summary=_("Put a case back into its branch's queue"), **ACT)
def release(request: Call, case_id: int) -> CaseOut:
    return case_out(services.release(case=workable(request, case_id), by=request.actor))


class CaseAssign(Sent):
    owner: Id = Field(description="A colleague's id")
    words: Few = ""


@api.post("/cases/{int:case_id}/assign", Perm.CASE_EDIT, summary=_("Give a case to a colleague"), **ACT)
def assign(request: Call, case_id: int, sent: CaseAssign) -> CaseOut:
    case, user = workable(request, case_id), request.user
    if not user.may(Perm.CASE_ASSIGN) and case.owner_id not in {None, user.pk}:
        raise Refused(_("This case is a colleague's. A supervisor can reassign it."))
    done = services.assign(case=case, owner=colleague(sent.owner), by=request.actor, words=sent.words)
    return case_out(done.case)


def colleague(user_id: int) -> User:
    found = User.objects.select_related("branch").filter(pk=user_id, is_active=True).first()
    if found is None:
        said = _("No colleague has this id.")
        raise BadInput(said, {"owner": said})
    return found


class CaseMove(Sent):
    to: CaseState = Field(examples=["waiting_customer"])
    words: Few = ""


@api.post("/cases/{int:case_id}/state", Perm.CASE_EDIT, summary=_("Set the state, as the status menu does"), **ACT)
def change_state(request: Call, case_id: int, sent: CaseMove) -> CaseOut:
    case = workable(request, case_id)
    return case_out(services.change_state(case=case, to=sent.to, by=request.actor, words=sent.words))


class CaseChange(Sent):
    """Only what is sent is changed."""

    subject: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    kind: CaseKind | None = None
    text: Annotated[str, Field(max_length=10_000)] | None = None
    remedy: Annotated[str, Field(max_length=300)] | None = None
    category: Annotated[str, Field(max_length=60)] | None = Field(None, description="Code; empty takes it away")
    severity: Severity | None = None
    priority: Priority | None = Field(None, description="Set by hand: the rules leave it alone then")
    responsible_branch: Id | None = None
    tags: list[Annotated[str, Field(max_length=20)]] | None = Field(None, max_length=20)
    fields: Fields | None = None


@api.patch("/cases/{int:case_id}", Perm.CASE_EDIT, summary=_("Change particulars, tags or priority"), **ACT)
def change(request: Call, case_id: int, sent: CaseChange) -> CaseOut:
    case = workable(request, case_id)
    values: dict[str, Any] = {name: getattr(sent, name) for name in sent.model_fields_set - {"priority"}}
    for name in ("subject", "kind", "text", "remedy", "severity", "tags", "fields"):
        if values.get(name, "") is None:
            values.pop(name)
    if "category" in values:
        values["category"] = category_of(values["category"] or "")
    if "responsible_branch" in values:
        values["responsible_branch"] = branch_of(values["responsible_branch"], "responsible_branch")
    with transaction.atomic():
        if values:
            case = services.change_particulars(case=case, by=request.actor, **values)
        if sent.priority is not None:
            case = services.set_priority(case=case, priority=sent.priority, by=request.actor) or case
    return case_out(case)


@api.put("/cases/{int:case_id}/watch", Perm.CASE_VIEW, answer=None, status=204, summary=_("Watch a case"), person=True)
def watch(request: Call, case_id: int) -> None:
    services.watch(case=access.get_case(request.user, case_id), user=request.user, on=True)


@api.delete("/cases/{int:case_id}/watch", Perm.CASE_VIEW, summary=_("Stop watching a case"), person=True)
def unwatch(request: Call, case_id: int) -> None:
    services.watch(case=access.get_case(request.user, case_id), user=request.user, on=False)


class CheckTick(Sent):
    done: bool


@api.put(
    "/cases/{int:case_id}/checks/{int:check_id}",
    Perm.CASE_EDIT,
    answer=None,
    status=204,
    summary=_("Tick a point of the checklist, or untick it"),
)
def tick(request: Call, case_id: int, check_id: int, sent: CheckTick) -> None:
    case = workable(request, case_id)
    check = Check.objects.filter(pk=check_id, case=case).first()
    if check is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    services.tick(check=check, done=sent.done, by=request.actor)


class CaseParcels(Sent):
    numbers: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        min_length=1, max_length=20, examples=[["YT8803912345678"]]
    )


@api.post("/cases/{int:case_id}/waybills", Perm.CASE_EDIT, summary=_("Say that a case is about these parcels"), **ACT)
def link_waybills(request: Call, case_id: int, sent: CaseParcels) -> CaseOut:
    case = workable(request, case_id)
    found = selectors.waybills_in("", sent.numbers)
    if not found:
        said = _("This number is not on the register of waybills.")
        raise BadInput(said, {"numbers": said})
    services.link_waybills(case=case, waybills=found, by=request.actor)
    return case_out(case)


@api.delete(
    "/cases/{int:case_id}/waybills/{int:waybill_id}", Perm.CASE_EDIT, summary=_("Take a parcel away from a case")
)
def unlink_waybill(request: Call, case_id: int, waybill_id: int) -> None:
    case = workable(request, case_id)
    services.unlink_waybill(case=case, waybill=get_waybill(request.user, waybill_id), by=request.actor)
