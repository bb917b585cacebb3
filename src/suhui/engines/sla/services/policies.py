"""Choosing a service level by rule, and editing one without touching the clocks that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import services as rules
from suhui.engines.sla import events, levels, shipped
from suhui.engines.sla.choices import ClockKind, Counting, Tier, Unit
from suhui.engines.sla.models import Escalation, Policy, Target
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused

TABLE = "sla.policy"


@dataclass(frozen=True)
class TargetDraft:
    """One promise as it is typed in. See models.Target."""

    kind: ClockKind
    amount: int
    unit: Unit
    counting: Counting
    warn_share: int = 80
    warn_minutes: int = 30
    basis: str = ""
    verified: bool = True


@dataclass(frozen=True)
class EscalationDraft:
    after_minutes: int
    tier: Tier


@transaction.atomic(savepoint=False)
def choose(*, subject: str, inputs: dict[str, Any], by: Actor) -> Policy:
    """The service level the decision table "sla.policy" names for these inputs; the decision is stored with the
    subject. When no row fits, or it names a level out of use, the standard level holds."""
    decision = rules.decide(table=TABLE, inputs=inputs, subject=subject, by=by)
    code = decision.outputs.get("policy") or shipped.FALLBACK
    if not {shipped.FALLBACK, code} <= levels.in_use().keys():
        ship()
    in_use = levels.in_use()
    return in_use.get(code) or in_use[shipped.FALLBACK]


@transaction.atomic
def ship() -> int:
    """Put the shipped levels there that are missing; how many. Levels changed or retired by hand stay as they are."""
    there = set(Policy.objects.values_list("code", flat=True))
    missing = [(order, level) for order, level in enumerate(shipped.SHIPPED) if level.code not in there]
    for order, level in missing:
        policy, made = Policy.objects.get_or_create(
            code=level.code,
            is_current=True,
            defaults={"name": level.name, "english_name": level.english_name, "order": order},
        )
        if made:
            targets = [
                TargetDraft(t.kind, t.amount, t.unit, t.counting, t.warn_share, 30, t.basis, t.verified)
                for t in level.targets
            ]
            _write(policy, targets, [EscalationDraft(after, tier) for after, tier in level.escalations])
    settled.anew()
    return len(missing)


@transaction.atomic
def save_policy(
    *,
    code: str,
    name: str,
    targets: Sequence[TargetDraft],
    escalations: Sequence[EscalationDraft],
    by: Actor,
    english_name: str = "",
    seen_version: int | None = None,
) -> Policy:
    """Add a service level, or put a new version of it in force. Running clocks keep the version they started under.

    `seen_version` is the version the editor saw (None: a new level). Raises BadInput for what cannot be, Conflict when
    somebody else was faster.
    """
    _check(name, targets, escalations)
    before = Policy.objects.filter(code=code, is_current=True).first()
    if before is None and seen_version is not None:
        raise Conflict(_("This service level is gone. Nothing was saved."))
    if before is not None and seen_version is None:
        raise BadInput(_("Another service level has this code."), {"code": _("Another service level has this code.")})
    if before is not None and seen_version is not None:
        _supersede(before, seen_version)
    policy = Policy.objects.create(
        code=code,
        version=before.version + 1 if before else 1,
        name=name.strip(),
        english_name=english_name.strip(),
        order=before.order if before else 50,
        made_by_id=by.user_id,
    )
    _write(policy, targets, escalations)
    _changed(policy, "changed" if before else "added", by)
    return policy


@transaction.atomic
def retire_policy(*, policy: Policy, by: Actor) -> Policy:
    """Take a level out of use; the standard level takes its place where a rule still names it."""
    if policy.code == shipped.FALLBACK:
        raise Refused(_("The standard level stays: it holds where no other does."))
    if Policy.objects.filter(pk=policy.pk, is_current=True, retired_at=None).update(retired_at=now()):
        _changed(policy, "retired", by)
    policy.refresh_from_db()
    return policy


def _supersede(before: Policy, seen_version: int) -> None:
    moved = Policy.objects.filter(pk=before.pk, version=seen_version, is_current=True).update(is_current=False)
    if not moved:
        raise Conflict(_("Someone changed this service level in the meantime. Look at it again."))


def _write(policy: Policy, targets: Sequence[TargetDraft], escalations: Sequence[EscalationDraft]) -> None:
    Target.objects.bulk_create(Target(policy=policy, **vars(target)) for target in targets)
    Escalation.objects.bulk_create(
        Escalation(policy=policy, level=level, after_minutes=step.after_minutes, tier=step.tier)
        for level, step in enumerate(escalations, start=1)
    )


def _check(name: str, targets: Sequence[TargetDraft], escalations: Sequence[EscalationDraft]) -> None:
    wrong: dict[str, str] = {}
    if not name.strip():
        wrong["name"] = _("A service level needs a name.")
    if not targets:
        wrong["targets"] = _("Promise at least one thing: a first response, progress updates or a resolution.")
    for target in targets:
        if target.amount <= 0 or target.amount > 100_000:
            wrong[target.kind] = _("Give a time greater than nothing.")
        elif not 0 <= target.warn_share <= 100:
            wrong[target.kind] = _("The warning comes at 0 to 100 per cent of the time.")
    waits = [step.after_minutes for step in escalations]
    if waits != sorted(set(waits)):
        wrong["escalations"] = _("Each level comes later than the one before it.")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _changed(policy: Policy, what: str, by: Actor) -> None:
    settled.anew()
    stored.store(events.PolicyChanged(code=policy.code, policy_id=policy.pk, version=policy.version, what=what), by=by)
