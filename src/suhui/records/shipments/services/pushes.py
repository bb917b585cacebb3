"""Pushes of carriers: the door writes them down as they came and answers; they become scans by the lot, so that nothing
is lost and many cost little (ADR 12)."""

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import NotAllowed
from suhui.records.shipments.adapters import adapter_for
from suhui.records.shipments.adapters.base import News
from suhui.records.shipments.choices import PushState, SubscriptionState
from suhui.records.shipments.models import Carrier, CarrierAccount, CarrierPush, Subscription, Waybill
from suhui.records.shipments.services.scans import record_scans
from suhui.records.shipments.services.waybills import change_carrier, register_waybill

log = logging.getLogger(__name__)
KEPT_REFUSED = 500
"""Refused pushes kept in a day, for an administrator who mistyped the secret; more are not written down."""
_LONGEST = 1_000_000
_OF_ACCOUNT = ("id", "provider", "name", "address", "customer", "secrets", "callback", "active")
_ACCOUNT = f"""
    SELECT {", ".join(_OF_ACCOUNT)} FROM shipments_carrieraccount WHERE provider = %s
    ORDER BY active DESC, id LIMIT 1
"""  # noqa: S608 - names of our own columns
"""By hand: the door asks it for every push, and putting a question together takes longer than this one's answer."""
_KEEP = """
    INSERT INTO shipments_carrierpush AS kept (provider, digest, fields, state, times_received, received_at, error)
    VALUES (%s, %s, %s::jsonb, 'received', 1, %s, '')
    ON CONFLICT (provider, digest) DO UPDATE SET
        times_received = kept.times_received + 1,
        fields = CASE WHEN kept.state IN ('refused', 'failed') THEN EXCLUDED.fields ELSE kept.fields END,
        error = CASE WHEN kept.state IN ('refused', 'failed') THEN '' ELSE kept.error END,
        state = CASE WHEN kept.state IN ('refused', 'failed') THEN 'received' ELSE kept.state END
"""
"""One statement, a transaction of its own: what it has answered is on the disk. One that came before is counted, and
one that was refused or failed is tried anew."""


def account_of(provider: str) -> CarrierAccount:
    """Our account with a provider, the one in use first: one that is not saved where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNT, [provider])
        row = cursor.fetchone()
    if row is None:
        return CarrierAccount(provider=provider, active=False)
    told = dict(zip(_OF_ACCOUNT, row, strict=True))
    return CarrierAccount(**{**told, "secrets": json.loads(told["secrets"])})


def receive_push(*, account: CarrierAccount, fields: Mapping[str, str]) -> None:
    """Check the signature and write the push down; a repeat is counted. Once this returns outside a transaction, the
    push is kept whatever happens: the provider may be told so.

    Raises NotAllowed when the account is not in use or the signature is wrong (kept, refused, for a day's
    administrator).
    """
    provider = account.provider
    text = json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if not account.active or len(text) >= _LONGEST or not adapter_for(account).verify(fields):
        _keep_refused(provider, digest, fields if len(text) < 20_000 else {})
        log.warning("a push of %s was refused: its signature is wrong or there is no account", provider)
        raise NotAllowed(_("The signature is wrong."))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [provider, digest, _storable(fields), now()])


def _storable(fields: Mapping[str, str]) -> str:
    """As JSON the database can hold: it has no text with a NUL."""
    return json.dumps({name: value.replace("\0", "") for name, value in fields.items()}, ensure_ascii=False)


@transaction.atomic
def _keep_refused(provider: str, digest: str, fields: Mapping[str, str]) -> None:
    recent = CarrierPush.objects.filter(state=PushState.REFUSED, received_at__gt=now() - timedelta(days=1))
    if recent.count() < KEPT_REFUSED:
        CarrierPush.objects.get_or_create(
            provider=provider,
            digest=digest,
            defaults={
                "fields": json.loads(_storable(fields)),
                "received_at": now(),
                "state": PushState.REFUSED,
            },
        )


def process_again(*, push: CarrierPush, by: Actor) -> CarrierPush:
    """Try a refused or failed push again: the signature is checked anew. Raises NotAllowed when it is still wrong."""
    receive_push(account=account_of(push.provider), fields=push.fields)
    push.refresh_from_db()
    return push


def take_news(*, account: CarrierAccount, news: News, by: Actor) -> Waybill:
    """Put a provider's news into the register: carrier found anew, scans, the end of a subscription."""
    waybill = _waybill_of(account, news, by)
    if news.new_carrier:
        found = carrier_called(account.provider, news.new_carrier)
        if found is not None and found.pk != waybill.carrier_id:
            waybill = change_carrier(waybill=waybill, carrier=found, by=by)
    recorded = record_scans(waybill=waybill, scans=news.scans, source=account.provider, by=by)
    subscription = Subscription.objects.filter(waybill=waybill, account=account)
    if news.end == "done" or recorded.waybill.final:
        subscription.update(state=SubscriptionState.ENDED, next_at=None, error="", updated_at=now())
    elif news.end == "gave_up":
        # Found under another carrier: subscribe again there. Otherwise ask by schedule, now and then.
        again = SubscriptionState.WANTED if news.new_carrier else SubscriptionState.POLLING
        subscription.update(
            state=again, next_at=now() + timedelta(minutes=1), error=news.message[:300], attempts=0, updated_at=now()
        )
    return recorded.waybill


def _waybill_of(account: CarrierAccount, news: News, by: Actor) -> Waybill:
    """The waybill the news is about: by carrier and number; by number alone when that is unambiguous; else new."""
    carrier = carrier_called(account.provider, news.carrier)
    rows = list(Waybill.objects.filter(number=news.number.upper()).select_related("carrier")[:10])
    mine = [row for row in rows if carrier is not None and row.carrier_id == carrier.pk]
    if mine or len(rows) == 1:
        return (mine or rows)[0]
    if carrier is None:
        raise NotAllowed(_("The carrier code %(code)s is not known here.") % {"code": news.carrier[:40]})
    return register_waybill(number=news.number, carrier=carrier, source=account.provider, by=by)


def carrier_called(provider: str, code: str) -> Carrier | None:
    """The carrier a provider calls `code`."""
    return carriers_called(provider, {code}).get(code)


def carriers_called(provider: str, codes: set[str]) -> dict[str, Carrier]:
    """The same for many codes, in one question."""
    column = {"kuaidi100": "kuaidi100_code", "kdniao": "kdniao_code"}.get(provider, "code")
    found: dict[str, Carrier] = {}
    for row in Carrier.objects.filter(**{f"{column}__in": codes - {""}}).order_by("order"):
        found.setdefault(getattr(row, column), row)
    return found
