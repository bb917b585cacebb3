"""Papers of a customer, and after how long facts are asked for again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.files import access as file_access
from suhui.platform.files import services as files
from suhui.platform.files.models import StoredFile
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Listing, Paging, Row, Sent
from suhui.records.customers import access, selectors, services
from suhui.records.customers.api.facts import Kind
from suhui.records.customers.api.room import api, editable
from suhui.records.customers.choices import FactKind
from suhui.records.customers.models import Freshness


class PaperRow(Row):
    """A contract, a licence, a photo: /files/{id} gives its bytes."""

    id: UUID
    name: str = Field(examples=["合同.pdf"])
    kind: str = Field(examples=["document"])
    media_type: str
    size: int
    stored_at: datetime


def _papers(found: Iterable[StoredFile]) -> list[PaperRow]:
    plain = ("name", "kind", "media_type", "size", "stored_at")
    return [PaperRow(id=one.pk, **{name: getattr(one, name) for name in plain}) for one in found]


@api.get(
    "/customers/{int:customer_id}/files",
    Perm.CUSTOMER_VIEW,
    answer=Listing[PaperRow],
    summary=_("Papers of a customer, the oldest first"),
)
def list_papers(request: Call, customer_id: int, pages: Query[Paging]) -> Listing[PaperRow]:
    found = access.get_customer(request.user, customer_id)
    rows = StoredFile.objects.filter(owner_key=f"customer:{found.pk}")
    return paging.page(request, pages, rows, order=("stored_at", "id"), build=_papers)


Files = Annotated[list[UUID], Field(min_length=1, max_length=20, description="Uploaded by /files")]


class PapersIn(Sent):
    files: Files = Field(examples=[["9f3c5a52-7a3e-4f0e-9a44-2b7c6d1c1f10"]])


class PaperList(BaseModel):
    rows: list[PaperRow]


@api.post(
    "/customers/{int:customer_id}/files",
    Perm.CUSTOMER_EDIT,
    answer=PaperList,
    summary=_("Give uploaded files to a customer"),
)
@transaction.atomic
def attach(request: Call, customer_id: int, sent: PapersIn) -> PaperList:
    found = editable(request, customer_id)
    kept = file_access.get_uploaded(request.user, sent.files)
    files.rehome(files=kept, owner_key=f"customer:{found.pk}", by=request.actor)
    return PaperList(rows=_papers(kept))


class FreshnessShape(BaseModel):
    kind: str = Field(examples=["phone"])
    label: str
    days: int = Field(description="After so many days a fact of this kind is asked for again")


class FreshnessList(BaseModel):
    rows: list[FreshnessShape]


def _freshness() -> list[FreshnessShape]:
    known = dict(Freshness.objects.values_list("kind", "days"))
    return [
        FreshnessShape(kind=one.value, label=str(one.label), days=known.get(one.value, selectors.DEFAULT_DAYS))
        for one in FactKind
    ]


@api.get(
    "/customers/freshness",
    Perm.CUSTOMER_MERGE,
    answer=FreshnessList,
    summary=_("After how long facts are asked for again"),
)
def list_freshness(request: Call) -> FreshnessList:
    return FreshnessList(rows=_freshness())


class FreshnessIn(Sent):
    days: int = Field(ge=1, le=3650, examples=[365])


@api.put(
    "/customers/freshness/{kind}",
    Perm.CUSTOMER_MERGE,
    answer=FreshnessShape,
    summary=_("Set after how long facts of a kind are asked for again"),
    person=True,
)
def set_freshness(request: Call, kind: Kind, sent: FreshnessIn) -> FreshnessShape:
    """The whole company's, so no token that is bound to a branch sets it."""
    services.set_freshness(kind=kind, days=sent.days, by=request.actor)
    return next(one for one in _freshness() if one.kind == kind)
