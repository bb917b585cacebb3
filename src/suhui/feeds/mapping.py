"""A feed's shipped mapping: mappings/NAME.toml as one typed object."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from suhui.records.shipments.choices import Fault, Status, SubStatus
from suhui.records.shipments.mapping import Meaning

_FOLDER = Path(__file__).parent / "mappings"


@dataclass(frozen=True)
class Moment:
    """A column with a time that is a line of the track. Nothing happens after the `last` one."""

    column: str
    code: str
    meaning: Meaning
    text: str
    place: str
    last: bool


@dataclass(frozen=True)
class Word:
    """One of their words for an order's state. `always`: a line of the track even where the moments say as much."""

    code: str
    meaning: Meaning
    always: bool


@dataclass(frozen=True)
class Feed:
    """`columns` of each file by what they mean: columns["order"]["id"] is "order_id"."""

    name: str
    title: str
    zone: ZoneInfo
    history_after_days: int
    currency: str
    files: dict[str, str]
    carrier: dict[str, str]
    number_prefix: str
    number_take: int
    promise_column: str
    promise_whole_day: bool
    moments: list[Moment]
    words: dict[str, Word]
    status_text: str
    columns: dict[str, dict[str, str]]

    @property
    def codes(self) -> dict[str, Meaning]:
        """What each of its codes means in the house's words."""
        known: list[Moment | Word] = [*self.moments, *self.words.values()]
        return {one.code: one.meaning for one in known}


@cache
def feed(name: str) -> Feed:
    """The shipped mapping of this name. Raises FileNotFoundError."""
    told = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Feed(
        name=told["name"],
        title=told["title"],
        zone=ZoneInfo(told["zone"]),
        history_after_days=told["history_after_days"],
        currency=told["currency"],
        files=told["files"],
        carrier=told["carrier"],
        number_prefix=told["number"]["prefix"],
        number_take=told["number"]["take"],
        promise_column=told["promise"]["column"],
        promise_whole_day=told["promise"]["whole_day"],
        moments=[_moment(one) for one in told["moments"]],
        words={
            word: Word(f"{told['name']}:status_{word}", _meaning(one), one.get("always", False))
            for word, one in told["statuses"].items()
        },
        status_text=told["status"]["text"],
        columns={name: told[name] for name in ("order", "customer", "seller", "item", "product", "review")},
    )


def names() -> list[str]:
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


def _moment(one: dict[str, Any]) -> Moment:
    return Moment(
        one["column"], one["code"], _meaning(one), one.get("text", ""), one.get("place", ""), one.get("last", False)
    )


def _meaning(one: dict[str, Any]) -> Meaning:
    return Meaning(Status(one["status"]), SubStatus(one.get("detail", "")), Fault(one.get("fault", "")))
