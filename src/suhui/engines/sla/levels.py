"""The service levels with their promises and escalations, kept in the process until one of them changes."""

from suhui.engines.sla.models import Policy
from suhui.platform.core import settled

Levels = dict[int, Policy]


def _read() -> Levels:
    return {policy.pk: policy for policy in Policy.objects.prefetch_related("targets", "escalations")}


_levels = settled.Kept("sla", _read)


def version(policy_id: int) -> Policy:
    """One version of a level by its id, its promises and escalations read."""
    return _levels.get()[policy_id]


def in_use() -> dict[str, Policy]:
    """The versions in force by code, levels out of use left out."""
    return {policy.code: policy for policy in _levels.get().values() if policy.is_current and policy.retired_at is None}
