"""Wanting news of a waybill: by push where the provider takes the subscription, else by asking now and then."""

from datetime import datetime, timedelta

import httpx
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused
from suhui.records.shipments.adapters import adapter_for
from suhui.records.shipments.adapters.base import AdapterError, Ask, NotServed
from suhui.records.shipments.choices import Provider, Status, SubscriptionState
from suhui.records.shipments.models import CarrierAccount, Subscription, Waybill
from suhui.records.shipments.services.pushes import take_news

BETWEEN_QUERIES = timedelta(minutes=30)
"""kuaidi100: at least this long between two queries of one number; kept for every provider."""
_LEASE = timedelta(minutes=5)
_MOST_ATTEMPTS = 8
_HOT = {Status.OUT_FOR_DELIVERY, Status.AWAITING_PICKUP, Status.ATTEMPT_FAILED, Status.EXCEPTION}
_DUE_STATES = [SubscriptionState.WANTED, SubscriptionState.POLLING]


@transaction.atomic
def want_news(*, waybill: Waybill, by: Actor) -> Subscription | None:
    """Note that we want to be told of this waybill; the job subscribes. None when no account serves its carrier."""
    account = _account_for(waybill)
    if account is None or waybill.final:
        return None
    row, _added = Subscription.objects.get_or_create(waybill=waybill, account=account, defaults={"next_at": now()})
    return row


def _account_for(waybill: Waybill) -> CarrierAccount | None:
    """The carrier's own interface before an aggregator; an aggregator only when it has a code for the carrier."""
    accounts = {row.provider: row for row in CarrierAccount.objects.filter(active=True)}
    carrier = waybill.carrier
    if carrier.own:
        return None
    if carrier.code == "sf" and Provider.SF in accounts:
        return accounts[Provider.SF]
    if carrier.kuaidi100_code and Provider.KUAIDI100 in accounts:
        return accounts[Provider.KUAIDI100]
    if carrier.kdniao_code and Provider.KDNIAO in accounts:
        return accounts[Provider.KDNIAO]
    return None


def due_ids(*, at: datetime, limit: int = 200) -> list[int]:
    """Subscriptions whose time has come, the longest waiting first."""
    rows = Subscription.objects.filter(next_at__lte=at, state__in=_DUE_STATES, account__active=True)
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:limit])


def subscribe_now(*, subscription_id: int, client: httpx.Client | None = None) -> Subscription | None:
    """Do what is due for one subscription: subscribe, or ask when it cannot be subscribed. None when another worker
    has it. The call to the provider is made outside any transaction; a lease keeps others away meanwhile."""
    moment = now()
    free = Q(asked_at=None) | Q(asked_at__lte=moment - BETWEEN_QUERIES) | Q(state=SubscriptionState.WANTED)
    claimed = Subscription.objects.filter(
        free, pk=subscription_id, next_at__lte=moment, state__in=_DUE_STATES, account__active=True
    ).update(next_at=moment + _LEASE)
    if not claimed:
        return None
    row = Subscription.objects.select_related("waybill__carrier", "account").get(pk=subscription_id)
    if row.waybill.final:
        return _end(row)
    if row.state == SubscriptionState.WANTED and row.account.callback:
        return _subscribe(row, client)
    return _ask(row, client)


def ask_provider(*, waybill: Waybill, by: Actor, client: httpx.Client | None = None) -> Subscription:
    """A person asks now. Raises Refused within 30 minutes of the last question, or when nobody can be asked."""
    row = want_news(waybill=waybill, by=by)
    if row is None:
        raise Refused(_("There is no account to ask for this carrier. An administrator sets it up in Settings."))
    moment = now()
    claimed = Subscription.objects.filter(
        Q(asked_at=None) | Q(asked_at__lte=moment - BETWEEN_QUERIES), pk=row.pk
    ).update(asked_at=moment)
    if not claimed:
        raise Refused(_("This number was asked about less than 30 minutes ago. The carrier allows no more."))
    row = Subscription.objects.select_related("waybill__carrier", "account").get(pk=row.pk)
    return _ask(row, client)


def _subscribe(row: Subscription, client: httpx.Client | None) -> Subscription:
    try:
        adapter_for(row.account, client).subscribe(_question(row))
    except NotServed as error:
        return _save(row, SubscriptionState.POLLING, next_at=now(), error=str(error))
    except AdapterError as error:
        return _failed(row, error)
    return _save(row, SubscriptionState.ACTIVE, next_at=None)


def _ask(row: Subscription, client: httpx.Client | None) -> Subscription:
    row.asked_at = now()
    Subscription.objects.filter(pk=row.pk).update(asked_at=row.asked_at)
    try:
        news = adapter_for(row.account, client).query(_question(row))
    except AdapterError as error:
        return _failed(row, error)
    waybill = take_news(account=row.account, news=news, by=Actor.carrier(row.account.get_provider_display()))
    if waybill.final:
        return _end(row)
    if row.state == SubscriptionState.ACTIVE:
        return _save(row, SubscriptionState.ACTIVE, next_at=None)
    wait = BETWEEN_QUERIES if waybill.status in _HOT else timedelta(hours=3)
    return _save(row, SubscriptionState.POLLING, next_at=now() + wait)


def _question(row: Subscription) -> Ask:
    waybill, provider = row.waybill, row.account.provider
    carrier = waybill.carrier
    code = {"kuaidi100": carrier.kuaidi100_code, "kdniao": carrier.kdniao_code}.get(provider, carrier.code)
    phone = waybill.recipient_phone or waybill.sender_phone
    tail = phone[-4:] if carrier.asks_phone_tail and phone else ""
    return Ask(waybill.number, code, tail)


def _failed(row: Subscription, error: AdapterError) -> Subscription:
    """Try again after 5, 10, 20 … minutes; give up after eight, or at once when trying cannot help."""
    attempts = row.attempts + 1
    if not error.retry or attempts >= _MOST_ATTEMPTS:
        return _save(row, SubscriptionState.FAILED, next_at=None, error=str(error), attempts=attempts)
    wait = max(timedelta(minutes=5 * 2**row.attempts), BETWEEN_QUERIES if row.asked_at else timedelta())
    return _save(row, row.state, next_at=now() + wait, error=str(error), attempts=attempts)


def _end(row: Subscription) -> Subscription:
    return _save(row, SubscriptionState.ENDED, next_at=None)


def _save(
    row: Subscription, state: str, *, next_at: datetime | None, error: str = "", attempts: int = 0
) -> Subscription:
    row.state, row.next_at, row.error, row.attempts = state, next_at, error[:300], attempts
    row.save(update_fields=["state", "next_at", "error", "attempts", "updated_at"])
    return row
