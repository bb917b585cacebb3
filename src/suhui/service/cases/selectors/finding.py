from collections.abc import Iterable, Sequence

from django.db.models import Q

from suhui.platform.people.models import User
from suhui.records.shipments import recognition
from suhui.records.shipments.models import Waybill
from suhui.service.cases.access import visible_q
from suhui.service.cases.models import Case


def waybills_in(text: str, numbers: Iterable[str] = ()) -> list[Waybill]:
    """The registered waybills named in `numbers` or recognised in `text`, in that order. Two queries at most."""
    wanted = [recognition.normalise(number) for number in numbers if number.strip()]
    wanted += [found.number for found in recognition.find_in_text(text)]
    order = {number: place for place, number in reversed(list(enumerate(dict.fromkeys(wanted))))}
    if not order:
        return []
    rows = Waybill.objects.select_related("carrier", "destination", "current_branch", "origin").filter(
        number__in=list(order)
    )
    return sorted(rows, key=lambda waybill: order[waybill.number])


def open_cases_for(
    waybill_ids: Sequence[int], customer_id: int | None, *, user: User | None = None, limit: int = 10
) -> list[Case]:
    """Open cases about one of these parcels, newest first; then those of the customer about no parcel in particular.

    With `user`, only what that person sees: what an agent is offered before opening another one.
    """
    if not waybill_ids and customer_id is None:
        return []
    about = Q(pk__in=[])
    if waybill_ids:
        about |= Q(waybill_links__waybill_id__in=list(waybill_ids))
    if customer_id is not None:
        about |= Q(customer_id=customer_id)
    rows = Case.objects.open().for_list().filter(about)
    if user is not None:
        rows = rows.filter(visible_q(user))
    found = {case.pk: case for case in rows.order_by("-id")[: limit * 3]}
    on_parcel = set(found)
    if waybill_ids and customer_id is not None:
        linked = Case.objects.filter(pk__in=found, waybill_links__waybill_id__in=list(waybill_ids))
        on_parcel = set(linked.values_list("pk", flat=True))
    return sorted(found.values(), key=lambda case: (case.pk not in on_parcel, -case.pk))[:limit]
