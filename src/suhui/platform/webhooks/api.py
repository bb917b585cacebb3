"""Endpoints of other systems: what each is told, its log, sending again.

An endpoint may hear of the whole company, so no token that is bound to a branch comes near. The secret is told by one
call alone, whose answer is kept nowhere.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field, JsonValue

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Moment, Paging, Ref, Row, Sent, Words, ref
from suhui.platform.webhooks import registry, selectors, services
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Endpoint, Message

api = Room("webhooks", _("Webhooks"))
MOST_ATTEMPTS = 50


class TellingRow(BaseModel):
    name: str = Field(examples=["case.opened"])
    label: str
    version: int = Field(description="Of the shape of its data; fields may be added under one version")


class TellingList(BaseModel):
    rows: list[TellingRow]


@api.get(
    "/webhooks/kinds",
    Perm.SYSTEM_MANAGE,
    answer=TellingList,
    summary=_("What endpoints can be told"),
)
def list_kinds(request: Call) -> TellingList:
    return TellingList(
        rows=[TellingRow(name=one.name, label=str(one.label), version=one.version) for one in registry.kinds()]
    )


class EndpointRow(Row):
    id: int
    name: str = Field(examples=["数据平台"])
    url: str
    kinds: list[str]
    branch: Ref | None = Field(description="Whose data it is told, with all below; null: the whole company's")
    active: bool
    waiting: int = Field(description="Messages on their way")
    lost: int = Field(description="Messages given up")
    last_at: datetime | None = Field(description="When one last arrived")
    failing_since: datetime | None = Field(description="First failure after the last success")
    switched_off_at: datetime | None = Field(description="When it was switched off for failing too long")
    old_secret_until: datetime | None = Field(description="Until then the secret before this one signs too")
    updated_at: datetime


ACT: dict[str, Any] = {"answer": EndpointRow, "revision": "updated_at", "person": True}


def _rows(endpoints: Sequence[Any]) -> list[EndpointRow]:
    plain = ("name", "url", "kinds", "active", "waiting", "lost", "last_at", "failing_since", "switched_off_at")
    return [
        EndpointRow(
            id=one.pk,
            branch=ref(one.branch),
            old_secret_until=one.old_until if one.old_until and one.old_until > now() else None,
            updated_at=one.updated_at,
            **{name: getattr(one, name) for name in plain},
        )
        for one in endpoints
    ]


def _out(endpoint_id: int) -> EndpointRow:
    return _rows([selectors.endpoints().get(pk=endpoint_id)])[0]


def _held(request: Call, endpoint_id: int) -> Endpoint:
    """The endpoint, kept from others until this call ends, in the state the caller says they saw."""
    found = selectors.get_endpoint(endpoint_id)
    Endpoint.objects.select_for_update().get(pk=found.pk)
    found.refresh_from_db()
    demand_unchanged(request, found.updated_at)
    return found


@api.get(
    "/webhooks", Perm.SYSTEM_MANAGE, answer=Listing[EndpointRow], summary=_("Endpoints with how they fare"), person=True
)
def list_endpoints(request: Call, pages: Query[Paging]) -> Listing[EndpointRow]:
    return paging.page(request, pages, selectors.endpoints(), order=("name", "id"), build=_rows)


@api.get("/webhooks/{int:endpoint_id}", Perm.SYSTEM_MANAGE, summary=_("One endpoint"), **ACT)
def endpoint(request: Call, endpoint_id: int) -> EndpointRow:
    return _out(selectors.get_endpoint(endpoint_id).pk)


Name = Annotated[str, Field(min_length=1, max_length=60, examples=["数据平台"])]
Address = Annotated[str, Field(min_length=1, max_length=500, examples=["https://data.example.com/suhui"])]
Kinds = Annotated[
    list[Annotated[str, Field(max_length=60)]],
    Field(min_length=1, max_length=100, description="See /webhooks/kinds", examples=[["case.opened", "case.closed"]]),
]


class EndpointIn(Sent):
    name: Name
    url: Address
    kinds: Kinds
    branch: Id | None = Field(None, description="Only data of this branch and below; null: the whole company's")


def _branch(branch_id: int | None) -> Branch | None:
    if branch_id is None:
        return None
    found = Branch.objects.active().filter(pk=branch_id).first()
    if found is None:
        said = _("No branch in use has this id.")
        raise BadInput(said, {"branch": said})
    return found


@api.post("/webhooks", Perm.SYSTEM_MANAGE, status=201, summary=_("Add an endpoint; then ask for its secret"), **ACT)
def add_endpoint(request: Call, sent: EndpointIn) -> EndpointRow:
    made = services.save_endpoint(
        endpoint=None,
        name=sent.name,
        url=sent.url,
        kinds=sent.kinds,
        branch=_branch(sent.branch),
        by=request.actor,
    )
    return _out(made.pk)


class EndpointChange(Sent):
    """Only what is sent is changed; a branch of null means the whole company's data."""

    name: Name | None = None
    url: Address | None = None
    kinds: Kinds | None = None
    branch: Id | None = None


@api.patch("/webhooks/{int:endpoint_id}", Perm.SYSTEM_MANAGE, summary=_("Change an endpoint"), **ACT)
@transaction.atomic
def change_endpoint(request: Call, endpoint_id: int, sent: EndpointChange) -> EndpointRow:
    held = _held(request, endpoint_id)
    values: dict[str, Any] = {name: getattr(held, name) for name in ("name", "url", "kinds", "branch")}
    values |= {name: value for name, value in sent.model_dump(exclude={"branch"}).items() if value is not None}
    if "branch" in sent.model_fields_set:
        values["branch"] = _branch(sent.branch)
    services.save_endpoint(endpoint=held, by=request.actor, **values)
    return _out(held.pk)


class EndpointSwitch(Sent):
    active: bool


@api.put("/webhooks/{int:endpoint_id}/active", Perm.SYSTEM_MANAGE, summary=_("Pause an endpoint or go on"), **ACT)
@transaction.atomic
def switch(request: Call, endpoint_id: int, sent: EndpointSwitch) -> EndpointRow:
    """What happens while it is paused it never hears of; what was on its way waits."""
    held = _held(request, endpoint_id)
    do = services.resume if sent.active else services.pause
    do(endpoint=held, by=request.actor)
    return _out(held.pk)


class SecretOut(BaseModel):
    secret: str = Field(description="Told this once", examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    old_secret_until: datetime


@api.post(
    "/webhooks/{int:endpoint_id}/secret",
    Perm.SYSTEM_MANAGE,
    answer=SecretOut,
    summary=_("Give an endpoint a new secret, told this once"),
    about=_("The one before signs beside it for a day. The answer is not kept for repeating: each call makes another."),
    person=True,
    keyed=False,
)
@transaction.atomic
def new_secret(request: Call, endpoint_id: int) -> SecretOut:
    row = services.rotate_secret(endpoint=_held(request, endpoint_id), by=request.actor)
    return SecretOut(secret=row.secret, old_secret_until=row.old_until or now())


class WebhookMessageRow(Row):
    """One event on its way to one endpoint."""

    id: int
    webhook_id: str = Field(description="As it is sent, the same however often", examples=["msg_812_3"])
    kind: str = Field(examples=["case.opened"])
    subject: str = Field(examples=["case:17"])
    state: MessageState
    attempts_made: int
    made_at: datetime
    next_at: datetime | None = Field(description="When it is tried next; null: it is done with")
    done_at: datetime | None


def _message_values(message: Message) -> dict[str, Any]:
    plain = ("kind", "subject", "attempts_made", "made_at", "done_at")
    state = MessageState(message.state)
    return {name: getattr(message, name) for name in plain} | {
        "id": message.pk,
        "webhook_id": message.uid,
        "state": state,
        "next_at": message.next_at if state == MessageState.PENDING else None,
    }


@api.post(
    "/webhooks/{int:endpoint_id}/ping",
    Perm.SYSTEM_MANAGE,
    answer=WebhookMessageRow,
    status=201,
    summary=_("Send an endpoint a trial message"),
    person=True,
)
def ping(request: Call, endpoint_id: int) -> WebhookMessageRow:
    message = services.ping(endpoint=selectors.get_endpoint(endpoint_id), by=request.actor)
    return WebhookMessageRow(**_message_values(message))


class WebhookMessageWords(Words):
    state: MessageState | None = None


@api.get(
    "/webhooks/{int:endpoint_id}/messages",
    Perm.SYSTEM_MANAGE,
    answer=Listing[WebhookMessageRow],
    summary=_("The log of an endpoint, the newest first"),
    person=True,
)
def list_messages(
    request: Call, endpoint_id: int, words: Query[WebhookMessageWords], pages: Query[Paging]
) -> Listing[WebhookMessageRow]:
    rows = selectors.messages(selectors.get_endpoint(endpoint_id), words.state or "")
    return paging.page(
        request,
        pages,
        rows,
        order=("-event_id", "-id"),
        build=lambda found: [WebhookMessageRow(**_message_values(one)) for one in found],
    )


class AttemptShape(BaseModel):
    at: datetime
    millis: int
    status: int | None = Field(description="null: nobody answered")
    error: str
    answer: str = Field(description="How the answer began")


class WebhookMessageOut(WebhookMessageRow):
    endpoint: Ref
    body: dict[str, JsonValue] = Field(description="What is signed and sent, personal data masked")
    attempts: list[AttemptShape] = Field(description="What came of each, the newest first, fifty at most")


@api.get(
    "/webhooks/messages/{int:message_id}",
    Perm.SYSTEM_MANAGE,
    answer=WebhookMessageOut,
    summary=_("A message with what came of every attempt"),
    person=True,
)
def message(request: Call, message_id: int) -> WebhookMessageOut:
    found = selectors.get_message(message_id)
    plain = ("at", "millis", "status", "error", "answer")
    return WebhookMessageOut(
        **_message_values(found),
        endpoint=Ref(id=found.endpoint_id, name=found.endpoint.name),
        body=json.loads(found.body),
        attempts=[
            AttemptShape(**{name: getattr(one, name) for name in plain}) for one in found.attempts.all()[:MOST_ATTEMPTS]
        ],
    )


@api.post(
    "/webhooks/messages/{int:message_id}/replay",
    Perm.SYSTEM_MANAGE,
    answer=WebhookMessageRow,
    summary=_("Send a message once more, under the same id"),
    person=True,
)
def replay(request: Call, message_id: int) -> WebhookMessageRow:
    services.replay(message=selectors.get_message(message_id), by=request.actor)
    return WebhookMessageRow(**_message_values(selectors.get_message(message_id)))


class ReplayIn(Sent):
    since: Moment = Field(description="What was given up of what was made since then")


class ReplayedOut(BaseModel):
    messages: int


@api.post(
    "/webhooks/{int:endpoint_id}/replay",
    Perm.SYSTEM_MANAGE,
    answer=ReplayedOut,
    summary=_("Send again what was given up"),
    person=True,
)
def replay_failed(request: Call, endpoint_id: int, sent: ReplayIn) -> ReplayedOut:
    endpoint = selectors.get_endpoint(endpoint_id)
    return ReplayedOut(messages=services.replay_failed(endpoint=endpoint, since=sent.since, by=request.actor))
