"""Pushes that were written down become scans, by the lot and in the order they came."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.bulk import among, update_rows
from suhui.platform.core.clock import now
from suhui.platform.core.errors import NotAllowed, SuhuiError
from suhui.records.shipments.adapters import CarrierAdapter, adapter_for
from suhui.records.shipments.adapters.base import AdapterError, News
from suhui.records.shipments.choices import FINAL, Provider, PushState, SubscriptionState
from suhui.records.shipments.models import Carrier, CarrierAccount, CarrierPush, Subscription, Waybill
from suhui.records.shipments.services.bulk import record_scans_in_bulk
from suhui.records.shipments.services.pushes import account_of, carriers_called, take_news
from suhui.records.shipments.services.registering import NewWaybill, register_many
from suhui.records.shipments.services.waybills import clean_number
from suhui.records.shipments.told import Scan

log = logging.getLogger(__name__)
LOT = 500
"""Pushes one transaction takes."""
_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('shipments.pushes'))"
"""One process takes pushes at a time, so that they are taken in their order; it is released with the transaction."""


def take_pushes() -> int:
    """Make scans of the pushes that wait longest; how many, 0 when none waits or another process is at it.

    The rows stay locked until everything they said is written: a process that dies gives them back. What cannot be
    understood is marked failed with the reason and waits for a person; nothing of it is kept then.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TURN)
            (mine,) = cursor.fetchone()
        if not mine:
            return 0
        waiting = CarrierPush.objects.select_for_update(skip_locked=True).filter(state=PushState.RECEIVED)
        pushes = list(waiting.order_by("id").only("provider", "fields", "state", "error")[:LOT])
        if pushes:
            _take(pushes)
            changed = [(push.pk, push.state, push.error, now()) for push in pushes]
            update_rows(CarrierPush, ("state", "error", "processed_at"), changed)
    return len(pushes)


def _take(pushes: Sequence[CarrierPush]) -> None:
    """Together; where that goes wrong, each by itself, so that one that nobody thought of holds up no other."""
    try:
        with transaction.atomic():
            _take_together(pushes)
    except Exception:
        if connection.needs_rollback or not connection.is_usable():
            raise
        log.exception("a lot of %s pushes is taken one by one", len(pushes))
        _take_one_by_one(pushes)


def _take_one_by_one(pushes: Sequence[CarrierPush]) -> None:
    for push in pushes:
        push.state, push.error = PushState.PROCESSED, ""
        try:
            with transaction.atomic():
                _take_together([push])
        except Exception as error:
            if connection.needs_rollback or not connection.is_usable():
                raise
            log.exception("push %s could not be taken", push.pk)
            push.state, push.error = PushState.FAILED, str(error)[:300]


@dataclass
class _From:
    """What one provider says in a lot."""

    account: CarrierAccount
    adapter: CarrierAdapter
    told: list[tuple[CarrierPush, list[News]]] = field(default_factory=list)

    @property
    def by(self) -> Actor:
        return Actor.carrier(str(Provider(self.account.provider).label))


def _take_together(pushes: Sequence[CarrierPush]) -> None:
    """Sets the state of each; the rows are written by the caller."""
    sources: dict[str, _From] = {}
    for push in pushes:
        push.state, push.error = PushState.PROCESSED, ""
        if push.provider not in sources:
            account = account_of(push.provider)
            sources[push.provider] = _From(account, adapter_for(account))
        source = sources[push.provider]
        try:
            if source.account.pk is None:
                raise NotAllowed(_("The account is gone."))
            source.told.append((push, source.adapter.parse_push(push.fields)))
        except (AdapterError, SuhuiError) as error:
            _failed(push, error)
    for source in sources.values():
        _take_from(source)


def _failed(push: CarrierPush, error: Exception) -> None:
    push.state, push.error = PushState.FAILED, str(error)[:300]


def _take_from(source: _From) -> None:
    named = _Named(source)
    scans: list[tuple[int, Scan]] = []
    done: set[int] = set()
    heard: set[int] = set()
    alone: list[tuple[CarrierPush, list[News]]] = []
    for push, told in named.understood(source.told):
        if any(news.new_carrier or news.end == "gave_up" for news in told):
            alone.append((push, told))
            continue
        for news in told:
            pk = named.id_of(news)
            heard.add(pk)
            scans += [(pk, scan) for scan in news.scans]
            if news.end == "done":
                done.add(pk)
    # In the order of the waybills, as every lot locks them.
    scans.sort(key=itemgetter(0))
    record_scans_in_bulk(scans=scans, source=source.account.provider, by=source.by)
    _end_subscriptions(source.account, heard, done)
    for push, told in alone:
        _take_alone(source, push, told)


def _take_alone(source: _From, push: CarrierPush, told: Sequence[News]) -> None:
    """What is rare: the number is another carrier's, or the provider gives it up."""
    try:
        with transaction.atomic():
            for news in told:
                take_news(account=source.account, news=news, by=source.by)
    except (AdapterError, SuhuiError) as error:
        _failed(push, error)


def _end_subscriptions(account: CarrierAccount, heard: Iterable[int], done: set[int]) -> None:
    rows = Subscription.objects.filter(among("waybill_id", list(heard)), account=account)
    over = rows.exclude(state=SubscriptionState.ENDED).filter(
        Q(waybill__status__in=FINAL) | among("waybill_id", list(done))
    )
    over.update(state=SubscriptionState.ENDED, next_at=None, error="", updated_at=now())


class _Named:
    """The waybills a lot's news is about: by carrier and number; by number alone when that is unambiguous; else new."""

    def __init__(self, source: _From) -> None:
        self.source = source
        every = [news for _push, told in source.told for news in told]
        self.carriers = carriers_called(source.account.provider, {news.carrier for news in every})
        self.known: dict[str, dict[int, int]] = {}
        numbers = {news.number.upper() for news in every}
        rows = Waybill.objects.filter(among("number", numbers)).order_by("-id")
        for pk, number, carrier_id in rows.values_list("pk", "number", "carrier_id"):
            self.known.setdefault(number, {}).setdefault(carrier_id, pk)
        self.fresh: dict[tuple[str, int], int] = {}

    def understood(self, told: Sequence[tuple[CarrierPush, list[News]]]) -> list[tuple[CarrierPush, list[News]]]:
        """Those whose every number is known or can be registered, which is done; the others have failed."""
        good: list[tuple[CarrierPush, list[News]]] = []
        new: dict[tuple[str, int], NewWaybill] = {}
        for push, lines in told:
            try:
                found = [self._new(news) for news in lines if self._known(news) is None]
            except SuhuiError as error:
                _failed(push, error)
                continue
            good.append((push, lines))
            new |= {(row.number, row.carrier.pk): row for row in found}
        if new:
            account = self.source.account
            ids = register_many(waybills=list(new.values()), by=self.source.by, source=account.provider).ids
            self.fresh = dict(zip(new, ids, strict=True))
        return good

    def id_of(self, news: News) -> int:
        found = self._known(news)
        return self.fresh[clean_number(news.number), self._carrier(news).pk] if found is None else found

    def _known(self, news: News) -> int | None:
        rows = self.known.get(news.number.upper(), {})
        carrier = self.carriers.get(news.carrier)
        if carrier is not None and carrier.pk in rows:
            return rows[carrier.pk]
        return next(iter(rows.values())) if len(rows) == 1 else None

    def _new(self, news: News) -> NewWaybill:
        return NewWaybill(number=clean_number(news.number), carrier=self._carrier(news))

    def _carrier(self, news: News) -> Carrier:
        carrier = self.carriers.get(news.carrier)
        if carrier is None:
            raise NotAllowed(_("The carrier code %(code)s is not known here.") % {"code": news.carrier[:40]})
        return carrier
