"""Looking after the machine: events that failed on their way, jobs that failed, queues, schedules.

The desk has the pages and the services (`desk.system`); it stands below this kit. All of it is the whole company's,
so no token that is bound to a branch comes near.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.clock import now
from suhui.platform.desk import system
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Listing, Paging, Row, Sent, Words

api = Room("system", _("Looking after the system"))


class DeliveryRow(Row):
    """A stored event on its way to one handler."""

    id: int
    event: int
    kind: str = Field(description="Of the event", examples=["cases.CaseOpened"])
    subject: str = Field(examples=["case:17"])
    handler: str
    happened_at: datetime
    attempts: int
    failed_at: datetime | None = Field(description="When it was given up; null: it is being tried")
    next_at: datetime | None = Field(description="When it is tried next; null: it waits for a person")
    held: int = Field(description="Later events of its subject that wait behind it")
    error: str = Field(description="The last line of what went wrong")


class DeliveryWords(Words):
    state: Literal["failed", "trying"] = Field("failed", description="failed: they wait for a person")


def _deliveries(rows: Iterable[Any]) -> list[DeliveryRow]:
    return [
        DeliveryRow(
            id=one.pk,
            event=one.event_id,
            kind=one.event.kind,
            subject=one.subject,
            handler=one.handler,
            happened_at=one.event.at,
            attempts=one.attempts,
            failed_at=one.failed_at,
            next_at=one.next_at if one.failed_at is None else None,
            held=one.held or 0,
            error=one.error.strip().rpartition("\n")[2][:300],
        )
        for one in rows
    ]


@api.get(
    "/system/events",
    Perm.SYSTEM_MANAGE,
    answer=Listing[DeliveryRow],
    summary=_("Events that did not reach a handler"),
    person=True,
)
def list_events(request: Call, words: Query[DeliveryWords], pages: Query[Paging]) -> Listing[DeliveryRow]:
    if words.state == "trying":
        return paging.page(request, pages, system.struggling_deliveries(), order=("next_at", "id"), build=_deliveries)
    return paging.page(request, pages, system.failed_deliveries(), order=("failed_at", "id"), build=_deliveries)


@api.post(
    "/system/events/{int:delivery_id}/retry",
    Perm.SYSTEM_MANAGE,
    answer=None,
    status=204,
    summary=_("Let a handler try an event again now"),
    person=True,
)
def retry_event(request: Call, delivery_id: int) -> None:
    system.retry_delivery(delivery_id=delivery_id, by=request.actor)


class SkipIn(Sent):
    reason: str = Field(min_length=1, max_length=500, description="Kept with the error", examples=["测试数据"])


@api.post(
    "/system/events/{int:delivery_id}/skip",
    Perm.SYSTEM_MANAGE,
    answer=None,
    status=204,
    summary=_("Take an event off a handler's way for good"),
    person=True,
)
def skip_event(request: Call, delivery_id: int, sent: SkipIn) -> None:
    """The handler never sees it; what waits behind it goes on."""
    system.skip_delivery(delivery_id=delivery_id, reason=sent.reason, by=request.actor)


class JobRow(Row):
    """A job given up after its tries."""

    id: int
    name: str = Field(examples=["webhooks.send"])
    queue: str
    args: dict[str, Any] = Field(description="What it was to work on: ids")
    attempts: int
    failed_at: datetime | None


def _jobs(rows: Iterable[Any]) -> list[JobRow]:
    return [
        JobRow(
            id=one.pk,
            name=one.task_name,
            queue=one.queue_name,
            args=one.args,
            attempts=one.attempts,
            failed_at=one.failed_on,
        )
        for one in rows
    ]


@api.get(
    "/system/jobs",
    Perm.SYSTEM_MANAGE,
    answer=Listing[JobRow],
    summary=_("Jobs that failed, the newest first"),
    person=True,
)
def list_jobs(request: Call, pages: Query[Paging]) -> Listing[JobRow]:
    return paging.page(request, pages, system.failed_jobs(), order=("-id",), build=_jobs)


@api.post(
    "/system/jobs/{int:job_id}/retry",
    Perm.SYSTEM_MANAGE,
    answer=None,
    status=204,
    summary=_("Put a failed job back into its queue"),
    person=True,
)
def retry_job(request: Call, job_id: int) -> None:
    system.retry_job(job_id=job_id, by=request.actor)


class QueueShape(BaseModel):
    name: str
    waiting: int
    running: int
    failed: int


class ScheduleShape(BaseModel):
    name: str = Field(examples=["webhooks.begin"])
    title: str
    rhythm: str = Field(description="How often, in words")
    last_at: datetime | None
    due_at: datetime | None
    state: str = Field(description="Of the last run: todo, doing, succeeded, failed; empty: done long since")
    overdue: bool


class SystemOut(BaseModel):
    workers: int = Field(description="Worker processes heard of within a minute")
    queues: list[QueueShape]
    schedules: list[ScheduleShape]


@api.get(
    "/system",
    Perm.SYSTEM_MANAGE,
    answer=SystemOut,
    summary=_("Workers, queues, schedules and when they last ran"),
    person=True,
)
def standing(request: Call) -> SystemOut:
    at = now()
    queues = [QueueShape(**vars(one)) for one in system.queues()]
    plain = ("name", "title", "rhythm", "last_at", "due_at", "state")
    schedules = [
        ScheduleShape(**{name: getattr(line, name) for name in plain}, overdue=line.is_overdue(at))
        for line in system.schedules()
    ]
    return SystemOut(workers=system.workers_alive(), queues=queues, schedules=schedules)
