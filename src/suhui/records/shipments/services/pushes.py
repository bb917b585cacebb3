"""Pushes of carriers: written down as they came, then made into scans after commit, so that nothing is lost."""

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import NotAllowed, SuhuiError
from suhui.records.shipments import events
from suhui.records.shipments.adapters import adapter_for
from suhui.records.shipments.adapters.base import AdapterError, News
from suhui.records.shipments.choices import PushState, SubscriptionState
from suhui.records.shipments.models import Carrier, CarrierAccount, CarrierPush, Subscription, Waybill
from suhui.records.shipments.services.scans import record_scans
from suhui.records.shipments.services.waybills import change_carrier, register_waybill

log = logging.getLogger(__name__)
KEPT_REFUSED = 500
"""Refused pushes kept in a day, for an administrator who mistyped the secret; more are not written down."""
_LONGEST = 1_000_000


def receive_push(*, provider: str, fields: Mapping[str, str]) -> CarrierPush:
    """Check the signature and write the push down; a repeat gives the row that is there.

    Raises NotAllowed when there is no account or the signature is wrong (kept, refused, for a day's administrator).
    """
    account = CarrierAccount.objects.filter(provider=provider, active=True).first()
    text = json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    genuine = account is not None and len(text) < _LONGEST and adapter_for(account).verify(fields)
    if not genuine:
        _keep_refused(provider, digest, fields if len(text) < 20_000 else {})
        log.warning("a push of %s was refused: its signature is wrong or there is no account", provider)
        raise NotAllowed(_("The signature is wrong."))
    return _keep(provider, digest, fields)


@transaction.atomic
def _keep(provider: str, digest: str, fields: Mapping[str, str]) -> CarrierPush:
    push, added = CarrierPush.objects.get_or_create(
        provider=provider, digest=digest, defaults={"fields": dict(fields), "received_at": now()}
    )
    if not added:
        CarrierPush.objects.filter(pk=push.pk).update(times_received=F("times_received") + 1)
        revived = CarrierPush.objects.filter(pk=push.pk, state__in=[PushState.REFUSED, PushState.FAILED])
        if not revived.update(state=PushState.RECEIVED, fields=dict(fields), error=""):
            return push
        push.refresh_from_db()
    stored.store(events.PushReceived(push_id=push.pk, provider=provider), by=Actor.carrier(provider))
    return push


@transaction.atomic
def _keep_refused(provider: str, digest: str, fields: Mapping[str, str]) -> None:
    recent = CarrierPush.objects.filter(state=PushState.REFUSED, received_at__gt=now() - timedelta(days=1))
    if recent.count() < KEPT_REFUSED:
        CarrierPush.objects.get_or_create(
            provider=provider,
            digest=digest,
            defaults={"fields": dict(fields), "received_at": now(), "state": PushState.REFUSED},
        )


@transaction.atomic
def process_push(*, push_id: int) -> CarrierPush:
    """Make scans of a push that was written down. Again, late or out of order is harmless.

    What cannot be understood is marked failed with the reason and waits for a person; nothing of it is kept then.
    """
    push = CarrierPush.objects.select_for_update().get(pk=push_id)
    if push.state != PushState.RECEIVED:
        return push
    by = Actor.carrier(push.get_provider_display())
    try:
        with transaction.atomic():
            account = CarrierAccount.objects.filter(provider=push.provider).first()
            if account is None:
                raise NotAllowed(_("The account is gone."))
            for news in adapter_for(account).parse_push(push.fields):
                take_news(account=account, news=news, by=by)
    except (AdapterError, SuhuiError) as error:
        push.state, push.error = PushState.FAILED, str(error)[:300]
    else:
        push.state, push.error = PushState.PROCESSED, ""
    push.processed_at = now()
    push.save(update_fields=["state", "error", "processed_at"])
    return push


@transaction.atomic
def process_again(*, push: CarrierPush, by: Actor) -> CarrierPush:
    """Try a refused or failed push again: the signature is checked anew. Raises NotAllowed when it is still wrong."""
    return receive_push(provider=push.provider, fields=push.fields)


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
    if not code:
        return None
    field = {"kuaidi100": "kuaidi100_code", "kdniao": "kdniao_code"}.get(provider, "code")
    return Carrier.objects.filter(**{field: code}).order_by("order").first()
