"""A case opens: the intake door of every channel."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from suhui.platform.core.errors import BadInput
from suhui.platform.files import access as file_access
from suhui.platform.files import services as files
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Id, Row, Sent
from suhui.records.customers.access import get_customer
from suhui.service.cases import access, services
from suhui.service.cases.api.room import Said, api
from suhui.service.cases.choices import CaseKind, Severity
from suhui.service.cases.models import Category

Channel = Literal["phone", "mail", "chat", "wechat", "letter", "visit"]
Value = Annotated[str, Field(max_length=4000)] | Annotated[int, Field(ge=-(10**12), le=10**12)] | bool | None
Fields = Annotated[dict[str, Value], Field(max_length=60, description="Fields of the kind by key; money in fen")]


class CaseIn(Sent):
    """What came in. Waybill numbers and the phone in it lead to parcels and customer, as at the desk."""

    channel: Channel = Field(examples=["phone"])
    kind: CaseKind = Field(examples=["complaint"])
    text: Said = Field(examples=["包裹 YT8803912345678 外箱破损，内件碎了两只，要求赔偿"])
    subject: str = Field("", max_length=120, description="Empty: the first line of the text")
    customer: Id | None = Field(None, description="Id of a customer; else found or added by the phone")
    phone: str = Field("", max_length=40, examples=["13800138000"])
    name: str = Field("", max_length=80, examples=["王小明"])
    waybills: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list, max_length=20, description="Numbers on the register", examples=[["YT8803912345678"]]
    )
    category: str = Field("", max_length=60, description="Code", examples=[""])
    severity: Severity | None = Field(None, description="1 minor to 4 critical; without it as the category says")
    remedy: str = Field("", max_length=300, description="What the customer wants", examples=["照价赔偿"])
    responsible_branch: Id | None = Field(None, description="Branch held responsible")
    fields: Fields = Field(default_factory=dict)
    mine: bool = Field(False, description="The caller owns it at once")
    append_to: Id | None = Field(None, description="Put the words on this open case instead")
    files: list[UUID] = Field(default_factory=list, max_length=10, description="Uploaded before by /files")
    source: str = Field("", max_length=40, description="Your own id of the matter: the same twice is one case")


class CaseTaken(Row):
    """What became of it: a new case, or the open one the words were put on."""

    id: int
    number: str
    version: int
    state: str
    opened: bool
    due_at: datetime | None


@api.post("/cases", Perm.CASE_CREATE, answer=CaseTaken, summary=_("Open a case from any channel"), status=201)
def open_case(request: Call, sent: CaseIn) -> CaseTaken:
    user, by = request.user, request.actor
    kept = file_access.get_uploaded(user, sent.files)
    taken = services.intake(
        channel=sent.channel,
        kind=sent.kind,
        text=sent.text,
        by=by,
        subject=sent.subject,
        customer=get_customer(user, sent.customer) if sent.customer else None,
        phone=sent.phone,
        name=sent.name,
        waybill_numbers=sent.waybills,
        branch=request.token.branch if request.token else None,
        responsible_branch=branch_of(sent.responsible_branch, "responsible_branch"),
        category=category_of(sent.category),
        severity=sent.severity,
        remedy=sent.remedy,
        fields=sent.fields,
        demand_fields=True,
        owner=user if sent.mine and user.may(Perm.CASE_EDIT) else None,
        append_to=_chosen(request, sent.append_to),
        files=kept,
        source=f"api:{user.pk}:{sent.source}" if sent.source else "",
    )
    if kept:
        files.rehome(files=kept, owner_key=taken.case.key, by=by)
    case = taken.case
    return CaseTaken(
        id=case.pk,
        number=case.number,
        version=case.version,
        state=case.state,
        opened=taken.opened,
        due_at=case.next_due_at,
    )


def _chosen(request: Call, case_id: int | None) -> Any:
    if case_id is None:
        return None
    case = access.get_case(request.user, case_id)
    access.demand_work(request.user, case)
    return case


def branch_of(branch_id: int | None, name: str) -> Branch | None:
    """An open branch, or BadInput at the field that named it."""
    if branch_id is None:
        return None
    found = Branch.objects.filter(pk=branch_id, closed_on=None).first()
    if found is None:
        said = _("There is no open branch with this id.")
        raise BadInput(said, {name: said})
    return found


def category_of(code: str) -> Category | None:
    """A category in use, or BadInput."""
    if not code:
        return None
    found = Category.objects.select_related("parent").filter(code=code, active=True).first()
    if found is None:
        said = _("There is no category in use with this code.")
        raise BadInput(said, {"category": said})
    return found
