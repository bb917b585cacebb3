"""Rows of the search index, made by the search room's own functions from the documents the rooms would give."""

from functools import lru_cache

from bench.copying import Sheet, numbers, text, time
from suhui.platform.search import grams, services
from suhui.platform.search.models import SearchEntry, SearchKey
from suhui.platform.search.registry import SearchDoc

KINDS = {"case": 0, "customer": 1, "waybill": 2, "contact": 3}
FIRST = 100_000
"""Ids below are those of colleagues, who are indexed by the product itself."""
KEYS = 6
"""The most numbers and phones a document of the bench has."""


def patient() -> None:
    """Let names be spelled once a process: the product keeps few, because its processes live long."""
    grams.name_tokens = lru_cache(maxsize=None)(grams.name_tokens.__wrapped__)
    grams._pairs_of = lru_cache(maxsize=None)(grams._pairs_of.__wrapped__)


class Index:
    """The two sheets of the index."""

    def __init__(self) -> None:
        columns = (
            *("id", "kind", "object_id", "vector", "title", "title_mask", "details", "text", "hidden", "url"),
            *("branch_ids", "owner_ids", "at"),
        )
        self.entries = Sheet(SearchEntry, *columns)
        self.keys = Sheet(SearchKey, "id", "entry_id", "forward", "backward", "is_phone")

    def add(self, kind: str, object_id: int, doc: SearchDoc) -> None:
        entry = FIRST + object_id * len(KINDS) + KINDS[kind]
        values = services.values_of(kind, object_id, doc)
        self.entries.add(
            str(entry),
            kind,
            str(object_id),
            "'" + "' '".join(values["vector"]) + "'" if values["vector"] else "",
            text(values["title"]),
            values["title_mask"],
            text(values["details"]),
            text(values["text"]),
            text(values["hidden"]),
            values["url"],
            numbers(values["branch_ids"]),
            numbers(values["owner_ids"]),
            time(values["at"].timestamp()),
        )
        for place, (key, is_phone) in enumerate(sorted(services.keys_of(doc))[:KEYS]):
            self.keys.add(str(entry * KEYS + place), str(entry), key, key[::-1], "t" if is_phone else "f")
