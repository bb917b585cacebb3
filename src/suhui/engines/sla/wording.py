"""What clocks and promises say to the reader."""

from django.utils.translation import gettext as _

from suhui.engines.sla.models import Clock, Target


def target_words(target: Target) -> str:
    """`2 hours of working time`, `7 days, day and night`."""
    return _("%(amount)s %(unit)s, %(counting)s") % {
        "amount": target.amount,
        "unit": target.get_unit_display(),
        "counting": target.get_counting_display(),
    }


def clock_note(clock: Clock) -> str:
    """Which service level a clock runs under, and the law or standard behind it where its targets are at hand."""
    words = _("Service level: %(policy)s") % {"policy": clock.policy.label}
    target = next((target for target in clock.policy.targets.all() if target.kind == clock.kind), None)
    if target is None or not target.basis:
        return words
    basis = _("%(basis)s (unverified)") if not target.verified else "%(basis)s"
    return f"{words} · {basis % {'basis': target.basis}}"
