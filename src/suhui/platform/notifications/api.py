"""One's own bell."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.notifications import selectors, services
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Paging, Row, Sent, Words

api = Room("notifications", _("Notices"))


class NoticeRow(Row):
    id: int
    level: str
    text: str
    url: str
    made_at: datetime
    read_at: datetime | None


class NoticeWords(Words):
    unread: bool = False


@api.get(
    "/notifications",
    Perm.WORKBENCH_USE,
    answer=Listing[NoticeRow],
    summary=_("One's notices, newest first"),
    person=True,
)
def list_notifications(request: Call, words: Query[NoticeWords], pages: Query[Paging]) -> Listing[NoticeRow]:
    return paging.page(
        request,
        pages,
        selectors.newest(request.user, unread_only=words.unread),
        order=("-id",),
        build=lambda found: [
            NoticeRow(
                id=one.pk, level=one.level, text=one.sentence, url=one.url, made_at=one.made_at, read_at=one.read_at
            )
            for one in found
        ],
    )


class NoticesRead(Sent):
    ids: list[Id] | None = Field(None, max_length=200, description="Without them: all")


class NoticesDone(BaseModel):
    read: int


@api.post("/notifications/read", Perm.WORKBENCH_USE, answer=NoticesDone, summary=_("Mark notices read"), person=True)
def mark_read(request: Call, sent: NoticesRead) -> NoticesDone:
    return NoticesDone(read=services.mark_read(user=request.user, ids=sent.ids))
