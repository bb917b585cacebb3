"""Customers by the thousand."""

from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, Field

from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.shapes import Id, Sent
from suhui.records.customers import access, bulk, phones
from suhui.records.customers.addresses import Parts
from suhui.records.customers.api.room import AddressIn, api, home
from suhui.records.customers.bulk import NewCustomer
from suhui.records.customers.choices import CustomerKind, Industry, Source
from suhui.records.customers.models import Phone


class CustomerLine(Sent):
    name: str = Field(max_length=120, examples=["王小明"])
    kind: CustomerKind = CustomerKind.PERSON
    phone: str = Field("", max_length=40, examples=["13800138000"])
    branch: Id | None = None
    source: Source = Source.IMPORT
    industry: Industry = Industry.NONE
    wechat: str = Field("", max_length=60)
    note: str = Field("", max_length=4000)
    address: AddressIn | None = None
    contact: str = Field("", max_length=60)


class CustomerLines(Sent):
    rows: list[CustomerLine] = Field(min_length=1, max_length=1000)
    known: Literal["skip", "add"] = Field("skip", description="What to do with a phone that is somebody's already")


class LineDone(BaseModel):
    """What became of one line, in the order sent."""

    row: int = Field(description="Its place, from 0")
    state: str = Field(description="added, known or failed", examples=["added"])
    id: int | None = None
    detail: str = ""


class LinesDone(BaseModel):
    rows: list[LineDone]
    added: int
    failed: int


@api.post(
    "/customers/bulk",
    Perm.CUSTOMER_EDIT,
    answer=LinesDone,
    pace=Pace.BULK,
    summary=gettext_lazy("Add up to a thousand customers"),
)
def add_customers(request: Call, sent: CustomerLines) -> LinesDone:
    branches = _branches(request, sent.rows)
    numbers = {line.phone: phones.read_or_none(line.phone) for line in sent.rows if line.phone.strip()}
    known = _known(request, [one.e164 for one in numbers.values() if one]) if sent.known == "skip" else {}
    done: list[LineDone] = []
    new: list[tuple[LineDone, NewCustomer]] = []
    for place, line in enumerate(sent.rows):
        number = numbers.get(line.phone)
        branch = branches.get(line.branch) if line.branch else home(request, None)
        result = LineDone(row=place, state="added")
        done.append(result)
        if (trouble := _trouble(line, branch, wrong=bool(line.phone.strip()) and number is None)) is not None:
            result.state, result.detail = "failed", trouble
        elif number is not None and number.e164 in known:
            result.state, result.id = "known", known[number.e164]
        elif branch is not None:
            new.append((result, _new(line, branch.pk, number)))
    ids = bulk.add_many(rows=[row for _result, row in new], by=request.actor)
    for (result, _row), pk in zip(new, ids, strict=True):
        result.id = pk
    return LinesDone(rows=done, added=len(ids), failed=sum(one.state == "failed" for one in done))


def _branches(request: Call, lines: list[CustomerLine]) -> dict[int, Branch]:
    mine = scope(request.user, Perm.CUSTOMER_EDIT).q(branch="pk")
    return Branch.objects.active().filter(mine).in_bulk({line.branch for line in lines if line.branch})


def _known(request: Call, numbers: list[str]) -> dict[str, int]:
    """Whose these numbers are, of the customers in the caller's reach: of others a call learns nothing."""
    rows = Phone.objects.filter(
        number__in=numbers, removed_at=None, customer__in=access.visible_to(request.user).filter(merged_into=None)
    )
    return dict(rows.order_by("identifies", "-customer_id").values_list("number", "customer_id"))


def _trouble(line: CustomerLine, branch: Branch | None, *, wrong: bool) -> str | None:
    if not line.name.strip():
        return _("A customer needs a name.")
    if wrong:
        return _("This is not a telephone number.")
    return _("You keep no customers at this branch.") if branch is None else None


def _new(line: CustomerLine, branch_id: int, number: phones.Number | None) -> NewCustomer:
    return NewCustomer(
        name=line.name.strip(),
        branch_id=branch_id,
        kind=line.kind,
        numbers=[number] if number else [],
        source=line.source,
        industry=line.industry,
        wechat=line.wechat,
        note=line.note,
        address=Parts(**line.address.model_dump()) if line.address else None,
        contact=line.contact,
    )
