"""What an administrator sets up: carrier accounts, number patterns, the meaning of codes."""

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.records.shipments import events
from suhui.records.shipments.adapters import SECRETS
from suhui.records.shipments.candidates import forget_patterns
from suhui.records.shipments.choices import Fault, Provider, Status, SubStatus
from suhui.records.shipments.models import Carrier, CarrierAccount, NumberPattern, StatusCode, UnknownCode


@transaction.atomic
def save_account(
    *,
    provider: str,
    name: str,
    customer: str,
    secrets: Mapping[str, str],
    by: Actor,
    address: str = "",
    callback: str = "",
    active: bool = True,
) -> CarrierAccount:
    """Write down our contract with a provider; one account each. An empty secret keeps the one that is there.

    Raises BadInput for an account that is switched on without its secrets.
    """
    if provider not in Provider.values:
        raise BadInput(_("There is no such provider."), {"provider": _("There is no such provider.")})
    row = CarrierAccount.objects.select_for_update().filter(provider=provider).first()
    row = row or CarrierAccount(provider=provider)
    before = _face(row)
    row.name = name.strip()[:60] or str(Provider(provider).label)
    row.customer, row.address, row.callback = customer.strip()[:80], address.strip(), callback.strip()
    row.active = active
    kept = {key: value.strip() for key, value in secrets.items() if key in SECRETS[provider] and value.strip()}
    row.secrets = {**row.secrets, **kept}
    missing = [key for key in SECRETS[provider] if not row.secrets.get(key)]
    if active and (missing or not row.customer):
        sentence = _("This is needed before the account is switched on.")
        raise BadInput(sentence, dict.fromkeys([*missing, *([] if row.customer else ["customer"])], sentence))
    row.save()
    changed = [key for key, value in _face(row).items() if before.get(key) != value] + sorted(kept)
    if changed:
        stored.store(events.CarrierAccountChanged(account_id=row.pk, fields=changed), by=by)
    return row


def _face(row: CarrierAccount) -> dict[str, object]:
    if row.pk is None:
        return {}
    return {
        "name": row.name,
        "customer": row.customer,
        "address": row.address,
        "callback": row.callback,
        "active": row.active,
    }


@transaction.atomic
def add_pattern(*, carrier: Carrier, pattern: str, score: int, by: Actor, note: str = "") -> NumberPattern:
    """Add how numbers of a carrier look (a regular expression for the whole number). Raises BadInput for one that
    cannot be read or could run for ever."""
    text = pattern.strip().upper().replace("\\D", "\\d")
    sentence = _("This pattern cannot be used: letters, digits, \\d, [A-Z], {n} and | only.")
    if not re.fullmatch(r"(?:[A-Z0-9|]|\\d|\[[A-Z0-9-]+\]|\{\d{1,2}(?:,\d{1,2})?\})+", text, re.ASCII):
        raise BadInput(sentence, {"pattern": sentence})
    try:
        re.compile(text)
    except re.error as error:
        raise BadInput(sentence, {"pattern": sentence}) from error
    if not 1 <= score <= 100:
        raise BadInput(_("The score is between 1 and 100."), {"score": _("The score is between 1 and 100.")})
    row, _added = NumberPattern.objects.update_or_create(
        carrier=carrier, pattern=text, defaults={"score": score, "note": note.strip()[:120]}
    )
    transaction.on_commit(forget_patterns)
    return row


@transaction.atomic
def remove_pattern(*, pattern_id: int, by: Actor) -> None:
    """Take one of our own patterns away. Harmless when it is gone."""
    NumberPattern.objects.filter(pk=pattern_id).delete()
    transaction.on_commit(forget_patterns)


@transaction.atomic
def set_meaning(*, source: str, code: str, status: str, by: Actor, sub_status: str = "", fault: str = "") -> StatusCode:
    """Say what a carrier's code means here. The scans that came with it are corrected by a job afterwards."""
    if status not in Status.values or status == Status.UNKNOWN:
        raise BadInput(_("Choose a status."), {"status": _("Choose a status.")})
    if sub_status not in SubStatus.values or fault not in Fault.values:
        raise BadInput(_("There is no such detail."), {"sub_status": _("There is no such detail.")})
    row, _added = StatusCode.objects.update_or_create(
        source=source, code=code, defaults={"status": status, "sub_status": sub_status, "fault": fault}
    )
    UnknownCode.objects.filter(source=source, code=code).delete()
    stored.store(events.CodeLearnt(code_id=row.pk, source=source, code=code), by=by)
    return row
