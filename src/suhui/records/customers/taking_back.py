"""The way back from a bulk write: customers nobody has touched since go, changed ones get what they held before."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.services import pinyin_of
from suhui.platform.search import services as search
from suhui.records.customers import bulk, events
from suhui.records.customers.models import Address, ContactPerson, Customer, Email, Phone
from suhui.records.customers.services import told

QUIET = ("customers.CustomerAdded", "customers.CustomerTierChanged")
"""What happens to a customer by itself: nobody has touched them by it."""
_OWN = (Phone, Email, Address, ContactPerson)
TOUCHED, GONE = "touched", "gone"


@transaction.atomic
def remove_many(*, ids: Sequence[int], by: Actor) -> dict[int, str]:
    """Remove these customers with their facts; for those that stay, why: "touched" (somebody did something with them,
    or something points at them) or "gone"."""
    held = set(Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True))
    kept = {pk: GONE for pk in ids if pk not in held} | dict.fromkeys(_touched(held), TOUCHED)
    going = sorted(held - set(kept))
    rows = list(Customer.objects.filter(pk__in=going).values_list("pk", "number"))
    for model in _OWN:
        model.objects.filter(customer__in=going).delete()
    Customer.objects.filter(pk__in=going).delete()
    search.remove_many("customer", going)
    stored.store_many([events.CustomerTakenBack(customer_id=pk, number=number) for pk, number in rows], by=by)
    return kept


def _touched(ids: set[int]) -> set[int]:
    subjects = {f"customer:{pk}": pk for pk in ids}
    rows = StoredEvent.objects.filter(subject__in=list(subjects)).exclude(kind__in=QUIET)
    found = {subjects[subject] for subject in rows.values_list("subject", flat=True)}
    # Whatever points at a customer, in whatever room above: Django knows every such column.
    for relation in Customer._meta.related_objects:  # noqa: SLF001 - Django's documented interface
        model: Any = relation.related_model
        if model not in _OWN:
            name = relation.field.name
            found |= set(model.objects.filter(**{f"{name}__in": ids}).values_list(name, flat=True)) & ids
    return found


@transaction.atomic
def restore_many(*, changes: Sequence[tuple[int, dict[str, Any], dict[str, Any]]], by: Actor) -> list[str]:
    """Give customers back what `bulk.change_many` changed: (id, its answer, the fields it was given) each.

    Only what still stands as it was left is set back; for each "" when all of it was, else why not.
    """
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=[c[0] for c in changes]).select_for_update()}
    answers: list[str] = []
    happened: list[events.CustomerChanged] = []
    for pk, before, after in changes:
        row = rows.get(pk)
        if row is None or row.merged_into_id is not None:
            answers.append(GONE)
            continue
        back = {name: value for name, value in before.get("fields", {}).items() if getattr(row, name) == after[name]}
        words = {name: [told(name, getattr(row, name)), told(name, value)] for name, value in back.items()}
        for name, value in back.items():
            setattr(row, name, value)
        if back:
            row.pinyin, row.version, row.updated_at = pinyin_of(row.name)[:240], row.version + 1, now()
            happened.append(events.CustomerChanged(customer_id=pk, changes=words))
        facts = _remove_facts(pk, before.get("added", {}), happened)
        answers.append("" if facts and len(back) == len(before.get("fields", {})) else TOUCHED)
    bulk.keep(rows.values())
    stored.store_many(happened, by=by, besides=bulk.OWN_HANDLERS)
    bulk.settle_later(sorted({event.customer_id for event in happened}))
    return answers


def _remove_facts(customer_id: int, added: dict[str, Any], happened: list[events.CustomerChanged]) -> bool:
    """Take added facts off again that nobody has made sure of since; False when one stays."""
    whole = True
    for kind, values in added.items():
        for value in values:
            rows = _facts(kind, value).filter(customer_id=customer_id, removed_at=None, verified_at=None)
            gone = rows.update(removed_at=now())
            whole = whole and bool(gone)
            if gone:
                happened.append(events.CustomerChanged(customer_id=customer_id, what="fact_removed", fact_kind=kind))
    return whole


def _facts(kind: str, value: Any) -> "models.QuerySet[Any]":
    if kind == "phone":
        return Phone.objects.filter(number=value)
    if kind == "email":
        return Email.objects.filter(address=value)
    province, city, district, detail = value
    return Address.objects.filter(province=province, city=city, district=district, detail=detail)
