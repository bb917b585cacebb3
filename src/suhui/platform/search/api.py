"""One box for everything, within the caller's reach."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.platform.core.errors import Missing
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Words
from suhui.platform.search import registry, selectors
from suhui.platform.search.tasks import rebuild_kind

api = Room("search", _("Search"))


class SearchWords(Words):
    q: str = Field(min_length=1, max_length=200, examples=["王小明"])
    kind: str = Field("", max_length=40, description="Only this kind", examples=["case"])
    limit: int = Field(20, ge=1, le=50)


class SearchHit(BaseModel):
    kind: str
    id: int
    title: str = Field(description="What is personal in it is masked")
    details: list[str]
    excerpt: str
    at: datetime
    why: str = Field(description="What matched: key, text, pinyin, similar or sound")


class SearchHits(BaseModel):
    rows: list[SearchHit]


@api.get("/search", Perm.SEARCH_USE, answer=SearchHits, summary=_("Search numbers, phones, names, pinyin and texts"))
def search(request: Call, words: Query[SearchWords]) -> SearchHits:
    hits = selectors.search(request.user, words.q, limit=words.limit, kind=words.kind or None)
    return SearchHits(
        rows=[
            SearchHit(
                kind=one.kind.kind,
                id=one.object_id,
                title=one.title,
                details=list(one.details),
                excerpt=one.excerpt,
                at=one.at,
                why=one.why,
            )
            for one in hits
        ]
    )


@api.post("/search/index/{kind}/rebuild", Perm.SYSTEM_MANAGE, answer=None, status=204, summary=_("Build an index anew"))
def rebuild(request: Call, kind: str) -> None:
    known = registry.kind_named(kind)
    if known is None or known.ids is None:
        raise Missing(_("There is no such kind to rebuild."))
    rebuild_kind.defer(kind=kind)
