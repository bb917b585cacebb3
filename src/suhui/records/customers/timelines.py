"""What this room tells on a customer's timeline: coming, changes, merges, tiers; taken from the stored events."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.platform.core.models import StoredEvent
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.people.models import User
from suhui.records.customers.choices import FactKind, Source, Tier

RECORD = gettext_lazy("Record")
_FIELDS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "wechat": gettext_lazy("WeChat"),
    "branch": gettext_lazy("Branch"),
    "owner": gettext_lazy("Owner"),
    "source": gettext_lazy("Source"),
    "industry": gettext_lazy("Industry"),
    "note": gettext_lazy("Note"),
    "vip": gettext_lazy("VIP by hand"),
    "yearly_spend_fen": gettext_lazy("Spend in a year"),
    "contract_value_fen": gettext_lazy("Contract value"),
}


def provider(user: User, customer_id: int, limit: int) -> list[TimelineEntry]:
    rows = StoredEvent.objects.filter(subject=f"customer:{customer_id}", kind__in=list(_TOLD)).order_by("-pk")[:limit]
    return [_entry(row) for row in rows]


def _entry(row: StoredEvent) -> TimelineEntry:
    icon, title = _TOLD[row.kind]
    actor = row.actor_label if row.actor_kind == "staff" else ""
    return TimelineEntry(at=row.at, kind=RECORD, icon=icon, title=title(row.payload), actor=actor)


def _added(payload: dict[str, Any]) -> str:
    source = payload.get("source", "")
    label = Source(source).label if source in Source.values else source
    return _("Customer added, source: %(source)s") % {"source": label}


def _changed(payload: dict[str, Any]) -> str:
    kind = payload.get("fact_kind", "")
    label = FactKind(kind).label if kind in FactKind.values else ""
    sentences = {
        "fact_added": _("%(fact)s added"),
        "fact_removed": _("%(fact)s removed"),
        "fact_corrected": _("%(fact)s corrected"),
        "fact_verified": _("%(fact)s checked with the customer"),
        "edited": _("%(fact)s changed"),
    }
    if kind:
        return sentences[payload["what"]] % {"fact": label}
    names = [str(_FIELDS.get(name, name)) for name in payload.get("changes", {})]
    return _("Changed: %(fields)s") % {"fields": ", ".join(names)}


def _merged(payload: dict[str, Any]) -> str:
    return _("%(number)s merged into this customer") % {"number": payload.get("merged_number", "")}


def _parted(payload: dict[str, Any]) -> str:
    return _("%(number)s stands on its own again.") % {"number": payload.get("merged_number", "")}


def _tier(payload: dict[str, Any]) -> str:
    names = {code: str(label) for code, label in Tier.choices}
    before, after = payload.get("before", ""), payload.get("after", "")
    return _("Tier: %(before)s → %(after)s") % {"before": names.get(before, before), "after": names.get(after, after)}


_TOLD: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "customers.CustomerAdded": ("user-plus", _added),
    "customers.CustomerChanged": ("pencil", _changed),
    "customers.CustomersMerged": ("arrows-join", _merged),
    "customers.CustomersParted": ("arrows-split", _parted),
    "customers.CustomerTierChanged": ("star", _tier),
}
