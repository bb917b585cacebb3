"""What an order of theirs is in our words: pure, from lines to facts and scans."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from suhui.feeds.mapping import Feed, Moment
from suhui.feeds.reading import Line, Mistake, moment, on_the_wall
from suhui.records.shipments.told import Scan


@dataclass(frozen=True)
class Place:
    """A person or a shop as far as they tell: a place, and the id's tail to tell two of one place apart."""

    id: str
    zip: str
    city: str
    state: str

    @property
    def name(self) -> str:
        """There are no names: `Rio de Janeiro RJ #57b2a9`."""
        small = {"de", "da", "do", "das", "dos", "e"}
        words = [word if word in small else word.title() for word in self.city.split()]
        return f"{' '.join(words)} {self.state} #{self.id[-6:]}"

    @property
    def address(self) -> str:
        return " ".join(part for part in (self.city, self.state, self.zip) if part)

    @property
    def where(self) -> str:
        return f"{self.city} {self.state}"


@dataclass(frozen=True)
class Goods:
    """What was in it, in their words; the seller of the first piece."""

    words: str
    pieces: int
    weight_grams: int | None
    seller: str


@dataclass(frozen=True)
class Order:
    id: str
    number: str
    person: str
    promised_at: datetime | None
    scans: list[Scan]

    def digest(self, *others: Any) -> str:
        """Of everything that is written from it."""
        told = [self.person, self.promised_at, [asdict(scan) for scan in self.scans], *others]
        return digest(told)


def digest(told: Any) -> str:
    return hashlib.blake2b(json.dumps(told, default=str).encode(), digest_size=16).hexdigest()


def read(line: Line, feed: Feed, people: Mapping[str, Place], seller: Place | None, mistakes: list[Mistake]) -> Order:
    """The order of this line. What cannot have happened in that order is left out and told to `mistakes`. Raises Wrong
    for a line without which nothing is known."""
    columns = feed.columns["order"]
    order_id = line[columns["id"]]
    word = feed.words.get(line[columns["status"]])
    person = people.get(line[columns["customer"]])
    if not order_id or len(order_id) > 60:
        raise line.wrong(_("An order without an id."))
    if word is None:
        raise line.wrong(_("There is no such order status: %(status)s") % {"status": line[columns["status"]][:40]})
    if person is None:
        raise line.wrong(_("The customer of this order is not in the file of customers."))
    told = _moments(line, feed, mistakes)
    if not told:
        raise line.wrong(_("An order without any time."))
    places = {"seller": seller.where if seller else "", "customer": person.where}
    scans = [Scan(at=at, code=one.code, text=one.text, place=places.get(one.place, "")) for one, at in told]
    newest = told[-1]
    if word.always or word.meaning != newest[0].meaning:
        text = f"{feed.status_text}: {line[columns['status']]}"
        scans.append(Scan(at=newest[1] + timedelta(seconds=1), code=word.code, text=text))
    number = f"{feed.number_prefix}{order_id[: feed.number_take]}"
    return Order(order_id, number, person.id, _promise(line, feed), scans)


def _moments(line: Line, feed: Feed, mistakes: list[Mistake]) -> list[tuple[Moment, datetime]]:
    """In the order of time. Nothing comes after the last of them: what claims to is left out."""
    told = [(one, at) for one in feed.moments if (at := moment(line, one.column, feed.zone)) is not None]
    end = next((at for one, at in told if one.last), None)
    kept = [(one, at) for one, at in told if end is None or one.last or at <= end]
    for one, at in told:
        if (one, at) not in kept:
            why = _("%(column)s is later than the delivery and was left out.") % {"column": one.column}
            mistakes.append(Mistake(line.file, line.number, why))
    return sorted(kept, key=lambda pair: (pair[1], pair[0].last))


def _promise(line: Line, feed: Feed) -> datetime | None:
    day = on_the_wall(line, feed.promise_column)
    if day is None:
        return None
    # By the calendar, not by 24 hours: a night when the clocks change is longer or shorter.
    end = day + timedelta(days=1 if feed.promise_whole_day else 0)
    return end.replace(tzinfo=feed.zone).astimezone(UTC)


def goods_of(lines: list[Line], feed: Feed, products: Mapping[str, tuple[str, int | None]]) -> Goods:
    """The pieces of one order as one description."""
    columns = feed.columns["item"]
    categories: dict[str, None] = {}
    price = freight = 0.0
    weight: int | None = 0
    for line in lines:
        category, grams = products.get(line[columns["product"]], ("", None))
        if category:
            categories[category] = None
        weight = weight + grams if weight is not None and grams is not None else None
        price += number(line, columns["price"])
        freight += number(line, columns["freight"])
    amounts = f"{feed.currency} {_amount(price)} + {_amount(freight)}"
    words = " · ".join([*([", ".join(categories)] if categories else []), amounts])
    return Goods(words[:120], len(lines), weight, lines[0][columns["seller"]])


def number(line: Line, column: str) -> float:
    """Raises Wrong for what is no number; nothing is none."""
    try:
        return float(line[column] or 0)
    except ValueError as error:
        why = _("%(column)s is no number: %(text)s") % {"column": column, "text": line[column][:40]}
        raise line.wrong(why) from error


def _amount(value: float) -> str:
    """As it is written in Brazil: 1.234,50."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
