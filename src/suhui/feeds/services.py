"""Reading a whole outside system in: twice is once, interrupted is begun again, a mistake is a line of the report."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from suhui.feeds import orders, reading
from suhui.feeds.mapping import Feed
from suhui.feeds.models import Link
from suhui.feeds.orders import Goods, Order, Place
from suhui.feeds.reading import Line, Mistake, Wrong
from suhui.platform.core import dispatch, events
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.models import Delivery
from suhui.platform.people.models import Branch
from suhui.records.customers import bulk as customers
from suhui.records.customers.addresses import Parts
from suhui.records.customers.choices import Source as CustomerSource
from suhui.records.customers.models import Customer
from suhui.records.shipments import services as shipments
from suhui.records.shipments.choices import Source
from suhui.records.shipments.models import Carrier, Waybill
from suhui.records.shipments.services import Facts, NewWaybill
from suhui.service.surveys import services as surveys
from suhui.service.surveys.events import RatingToAnswer
from suhui.service.surveys.services import NewRating

LOT = 500
"""Orders, customers or reviews one transaction takes."""
_LOCK = 7_304_017
Tell = Callable[[str, int, int], None]
"""`tell(what, done, total)`: "customers", "orders", "reviews", "complaints"."""
T = TypeVar("T")


@dataclass
class Outcome:
    """What a run did: new and changed rows of each kind, scans and exceptions, and the lines to look at."""

    customers: int = 0
    customers_changed: int = 0
    orders: int = 0
    orders_changed: int = 0
    scans: int = 0
    exceptions: int = 0
    ratings: int = 0
    ratings_changed: int = 0
    complaints: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass
class _Run:
    """One reading of one folder into one branch."""

    feed: Feed
    folder: Path
    branch: Branch
    by: Actor
    tell: Tell
    outcome: Outcome

    def lines(self, name: str, kind: str, columns: Sequence[str] = ()) -> Iterator[Line]:
        wanted = [*self.feed.columns[kind].values(), *columns]
        return reading.lines(self.feed, self.folder, name, wanted, self.outcome.mistakes)


def take_in(*, feed: Feed, folder: Path, branch: Branch | None, by: Actor, tell: Tell = lambda *_told: None) -> Outcome:
    """Read the files of `feed` in `folder`. What is the same as last time is left alone, what changed is changed.

    New customers, parcels and ratings belong to `branch`; without one to the company's highest. Raises BadInput when
    there is no branch at all or a file is missing, Refused while another process reads the same.
    """
    home = branch or Branch.objects.filter(parent=None).order_by("pk").first()
    if home is None:
        raise BadInput(_("There is no branch yet. Set up the organisation first."))
    reading.demand_files(feed, folder)
    run = _Run(feed, folder, home, by, tell, Outcome())
    with _alone():
        people = _people(run)
        ids = _customers(run, people)
        _orders(run, people, ids)
        _reviews(run)
    return run.outcome


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Refused(_("Another import of this kind is running: wait until it is done."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def lots(rows: Sequence[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while lot := list(islice(left, LOT)):
        yield lot


def _links(run: _Run, kind: str, names: Sequence[str] | None = None) -> dict[str, Link]:
    rows = Link.objects.filter(feed=run.feed.name, kind=kind)
    return {link.external_id: link for link in (rows if names is None else rows.filter(external_id__in=names))}


def _people(run: _Run) -> dict[str, Place]:
    """Who is behind each customer id of theirs: one person has a new id with every order."""
    columns = run.feed.columns["customer"]
    found: dict[str, Place] = {}
    for line in run.lines("customers", "customer"):
        if not line[columns["person"]]:
            run.outcome.mistakes.append(line.wrong(_("A customer without an id.")).mistake)
            continue
        found[line[columns["id"]]] = _place(line, columns, "person")
    return found


def _place(line: Line, columns: dict[str, str], key: str) -> Place:
    return Place(line[columns[key]], line[columns["zip"]], line[columns["city"]], line[columns["state"]])


def _customers(run: _Run, people: dict[str, Place]) -> dict[str, int]:
    """Their persons as our customers; our id of each. Of a person with several addresses the last one holds."""
    persons = {place.id: place for place in people.values()}
    links = _links(run, "customer")
    done = 0
    for lot in lots(list(persons.values())):
        with transaction.atomic():
            _add_customers(run, [place for place in lot if place.id not in links], links)
            _change_customers(run, [p for p in lot if links[p.id].digest != _digest(p)], links)
        done += len(lot)
        run.tell("customers", done, len(persons))
    return {name: link.object_id for name, link in links.items()}


def _digest(place: Place) -> str:
    return orders.digest([place.name, place.address])


def _parts(place: Place) -> Parts:
    return Parts(province=place.state, city=place.city, detail=place.zip)


def _add_customers(run: _Run, places: list[Place], links: dict[str, Link]) -> None:
    rows = [
        customers.NewCustomer(
            name=place.name, branch_id=run.branch.pk, source=CustomerSource.IMPORT, address=_parts(place)
        )
        for place in places
    ]
    ids = customers.add_many(rows=rows, by=run.by)
    made = [
        Link(feed=run.feed.name, kind="customer", external_id=place.id, object_id=pk, digest=_digest(place))
        for place, pk in zip(places, ids, strict=True)
    ]
    links.update({link.external_id: link for link in Link.objects.bulk_create(made)})
    run.outcome.customers += len(made)


def _change_customers(run: _Run, places: list[Place], links: dict[str, Link]) -> None:
    changes = [
        customers.Change(customer_id=links[p.id].object_id, fields={"name": p.name}, address=_parts(p)) for p in places
    ]
    if changes:
        customers.change_many(changes=changes, by=run.by)
        _read_anew([links[place.id] for place in places], [_digest(place) for place in places])
        run.outcome.customers_changed += len(places)


def _read_anew(links: list[Link], digests: list[str]) -> None:
    for link, digest in zip(links, digests, strict=True):
        link.digest = digest
    Link.objects.bulk_update(links, ["digest"])


@dataclass(frozen=True)
class _Read:
    """An order with what its waybill says; `history`: it was promised long ago."""

    order: Order
    facts: Facts
    history: bool
    digest: str


def _orders(run: _Run, people: dict[str, Place], ids: dict[str, int]) -> None:
    columns = run.feed.columns["order"]
    moments = [one.column for one in run.feed.moments]
    lines = list(run.lines("orders", "order", [*moments, run.feed.promise_column]))
    goods, sellers = _goods(run), _sellers(run)
    carrier = shipments.name_carrier(by=run.by, **run.feed.carrier)
    done = 0
    for lot in lots(lines):
        read: dict[str, _Read] = {}
        for line in lot:
            inside = goods.get(line[columns["id"]])
            seller = sellers.get(inside.seller) if inside else None
            try:
                order = orders.read(line, run.feed, people, seller, run.outcome.mistakes)
            except Wrong as wrong:
                run.outcome.mistakes.append(wrong.mistake)
                continue
            person = people[line[columns["customer"]]]
            read[order.id] = _facts(run, order, person, inside, seller, ids)
        with transaction.atomic():
            _write(run, read, carrier)
        done += len(lot)
        run.tell("orders", done, len(lines))


def _facts(
    run: _Run, order: Order, person: Place, inside: Goods | None, seller: Place | None, ids: dict[str, int]
) -> _Read:
    facts = Facts(
        order_number=order.id,
        recipient=Customer(pk=ids[order.person]),
        recipient_name=person.name,
        recipient_address=person.address,
        sender_name=seller.name if seller else "",
        sender_address=seller.address if seller else "",
        goods=inside.words if inside else "",
        pieces=inside.pieces if inside else None,
        weight_grams=inside.weight_grams if inside else None,
        promised_at=order.promised_at,
    )
    oldest = now() - timedelta(days=run.feed.history_after_days)
    history = order.promised_at is not None and order.promised_at < oldest
    told = [person.name, person.address, seller, inside]
    return _Read(order, facts, history, order.digest(*map(str, told)))


def _write(run: _Run, read: dict[str, _Read], carrier: Carrier) -> None:
    links = _links(run, "order", list(read))
    new = [one for name, one in read.items() if name not in links]
    changed = [one for name, one in read.items() if name in links and links[name].digest != one.digest]
    made = _register(run, new, carrier)
    for one in changed:
        waybill = Waybill.objects.get(pk=links[one.order.id].object_id)
        shipments.change_facts(waybill=waybill, facts=one.facts, by=run.by)
    _read_anew([links[one.order.id] for one in changed], [one.digest for one in changed])
    ids = {**{name: link.object_id for name, link in links.items()}, **made}
    kept = [one for one in [*new, *changed] if one.order.id in ids]
    for history in (True, False):
        scans = [(ids[one.order.id], scan) for one in kept if one.history == history for scan in one.order.scans]
        told = shipments.record_scans_in_bulk(scans=scans, source=Source.SHOP, by=run.by, history=history)
        run.outcome.scans += told.new
        run.outcome.exceptions += told.raised
    run.outcome.orders += len(made)
    run.outcome.orders_changed += len(changed)


def _register(run: _Run, new: list[_Read], carrier: Carrier) -> dict[str, int]:
    """Waybills for these orders, with their links. A number that is another order's already is a mistake."""
    rows = [NewWaybill(number=one.order.number, carrier=carrier, facts=one.facts, branch=run.branch) for one in new]
    ids = shipments.register_many(waybills=rows, source=Source.SHOP, by=run.by).ids
    owners = dict(Waybill.objects.filter(pk__in=ids).values_list("pk", "order_number"))
    made: dict[str, int] = {}
    for one, pk in zip(new, ids, strict=True):
        if owners[pk] == one.order.id:
            made[one.order.id] = pk
        else:
            why = _("Order %(order)s has the waybill number of another order.") % {"order": one.order.id}
            run.outcome.mistakes.append(Mistake(run.feed.files["orders"], 0, why))
    digests = {one.order.id: one.digest for one in new}
    Link.objects.bulk_create(
        Link(feed=run.feed.name, kind="order", external_id=name, object_id=pk, digest=digests[name])
        for name, pk in made.items()
    )
    return made


def _goods(run: _Run) -> dict[str, Goods]:
    """What was in each order; a line with a mistake is left out of it."""
    columns, of_product = run.feed.columns["item"], run.feed.columns["product"]
    products: dict[str, tuple[str, int | None]] = {}
    for line in run.lines("products", "product"):
        try:
            grams = orders.number(line, of_product["weight"])
        except Wrong as wrong:
            run.outcome.mistakes.append(wrong.mistake)
            continue
        products[line[of_product["id"]]] = (line[of_product["category"]], round(grams) or None)
    pieces: dict[str, list[Line]] = defaultdict(list)
    for line in run.lines("items", "item"):
        try:
            orders.number(line, columns["price"])
            orders.number(line, columns["freight"])
        except Wrong as wrong:
            run.outcome.mistakes.append(wrong.mistake)
            continue
        pieces[line[columns["order"]]].append(line)
    return {name: orders.goods_of(some, run.feed, products) for name, some in pieces.items()}


def _sellers(run: _Run) -> dict[str, Place]:
    columns = run.feed.columns["seller"]
    return {line[columns["id"]]: _place(line, columns, "id") for line in run.lines("sellers", "seller")}


def _reviews(run: _Run) -> None:
    lines = list(run.lines("reviews", "review"))
    done = 0
    for lot in lots(lines):
        _rate(run, lot)
        done += len(lot)
        run.tell("reviews", done, len(lines))


@transaction.atomic
def _rate(run: _Run, lot: list[Line]) -> None:
    columns = run.feed.columns["review"]
    links = _links(run, "order", [line[columns["order"]] for line in lot])
    about = Waybill.objects.filter(pk__in=[link.object_id for link in links.values()]).select_related("recipient")
    waybills = {row.pk: row for row in about}
    ratings: list[NewRating] = []
    for line in lot:
        link = links.get(line[columns["order"]])
        try:
            if link is None:
                raise line.wrong(_("The order of this review was not read."))
            ratings.append(_rating(run, line, waybills[link.object_id]))
        except Wrong as wrong:
            run.outcome.mistakes.append(wrong.mistake)
    given = surveys.give_many(ratings=ratings, by=run.by)
    run.outcome.ratings += len(given.new)
    run.outcome.ratings_changed += len(given.changed)


def _rating(run: _Run, line: Line, waybill: Waybill) -> NewRating:
    columns = run.feed.columns["review"]
    score = orders.number(line, columns["score"])
    if score not in range(1, 6):
        raise line.wrong(_("%(score)s is not one to five stars.") % {"score": line[columns["score"]][:20] or "0"})
    at = reading.moment(line, columns["at"], run.feed.zone)
    if at is None:
        raise line.wrong(_("A review without a time."))
    words: dict[str, Any] = {
        "comment": "\n".join(text for text in (line[columns["title"]], line[columns["words"]]) if text)
    }
    return NewRating(
        subject=f"waybill:{waybill.pk}",
        score=int(score),
        source=run.feed.name,
        external_id=f"{line[columns['id']]}:{line[columns['order']]}"[:80],
        branch=run.branch,
        customer=waybill.recipient,
        given_at=at,
        **words,
    )


def answer(*, outcome: Outcome, tell: Tell = lambda *_told: None, threads: int = 0) -> None:
    """Bring the ratings that call for a case to whoever opens it, beside any worker that does so too. What the new
    cases lead to (search, tiers) is left to the worker. `threads` of them at once; 0 does it in this one."""
    waiting = Delivery.objects.filter(event__kind=RatingToAnswer.kind, failed_at=None)
    later = events.names_besides(RatingToAnswer.kind)
    total = waiting.count()
    if threads:
        _bring_together(threads, later, lambda: tell("complaints", total - waiting.count(), total))
    else:
        dispatch.run_all(limit=total, later=later)
    outcome.complaints = total - waiting.count()
    tell("complaints", outcome.complaints, total)


def _bring_together(threads: int, later: list[str], tell: Callable[[], None]) -> None:
    """Whoever breaks off waits for the cases in hand and not for all that are left."""
    stop = Event()
    with ThreadPoolExecutor(threads) as pool:
        busy = [pool.submit(_bring, later, stop) for _number in range(threads)]
        try:
            while not all(one.done() for one in busy):
                tell()
                wait(busy, timeout=1.0)
        finally:
            stop.set()
    for one in busy:
        one.result()


def _bring(later: list[str], stop: Event) -> None:
    try:
        while not stop.is_set() and dispatch.run_some(later=later):
            pass
    finally:
        connection.close()
