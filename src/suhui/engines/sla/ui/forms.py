from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.engines.sla.choices import ClockKind, Counting, Tier, Unit
from suhui.engines.sla.models import Policy
from suhui.engines.sla.services import EscalationDraft, TargetDraft

LEVELS = 4
"""Escalation levels the form offers."""


class PolicyForm(forms.Form):
    """A service level: up to one promise a kind (fields `first_response_amount` …) and up to four levels."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Latin letters, figures and dashes"))
    name = forms.CharField(label=_("Service level name"), max_length=80)
    english_name = forms.CharField(label=_("English name"), max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, policy: Policy | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(policy)
        super().__init__(*args, **kwargs)
        if policy is not None:
            del self.fields["code"]
        for kind in ClockKind:
            self._add_target(kind)
        for level in range(1, LEVELS + 1):
            label = _("Level %(level)s: minutes late") % {"level": level}
            self.fields[f"after{level}"] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=100_000
            )
            self.fields[f"tier{level}"] = forms.TypedChoiceField(
                label=_("Who is told"), required=False, coerce=int, empty_value="0", choices=Tier.choices
            )

    def _add_target(self, kind: ClockKind) -> None:
        self.fields[f"{kind}_amount"] = forms.IntegerField(
            label=_("Within"), required=False, min_value=1, max_value=100_000
        )
        self.fields[f"{kind}_unit"] = forms.ChoiceField(
            label=_("Unit"), choices=Unit.choices, required=False, initial=Unit.HOURS
        )
        self.fields[f"{kind}_counting"] = forms.ChoiceField(
            label=_("Counted in"), choices=Counting.choices, required=False, initial=Counting.WORKING
        )
        self.fields[f"{kind}_warn_share"] = forms.IntegerField(
            label=_("Warn at % of the time"), required=False, min_value=0, max_value=100, initial=80
        )
        self.fields[f"{kind}_warn_minutes"] = forms.IntegerField(
            label=_("or minutes left"), required=False, min_value=0, max_value=100_000, initial=30
        )
        self.fields[f"{kind}_basis"] = forms.CharField(label=_("Legal basis or source"), max_length=120, required=False)
        self.fields[f"{kind}_verified"] = forms.BooleanField(label=_("Verified"), required=False, initial=True)

    @property
    def kinds(self) -> list[tuple[ClockKind, Any]]:
        return [(kind, kind.label) for kind in ClockKind]

    @property
    def levels(self) -> Iterable[int]:
        return range(1, LEVELS + 1)

    def targets(self) -> list[TargetDraft]:
        data = self.cleaned_data
        return [
            TargetDraft(
                kind=kind,
                amount=data[f"{kind}_amount"],
                unit=Unit(data[f"{kind}_unit"] or Unit.HOURS),
                counting=Counting(data[f"{kind}_counting"] or Counting.WORKING),
                warn_share=80 if data[f"{kind}_warn_share"] is None else data[f"{kind}_warn_share"],
                warn_minutes=30 if data[f"{kind}_warn_minutes"] is None else data[f"{kind}_warn_minutes"],
                basis=data[f"{kind}_basis"],
                verified=data[f"{kind}_verified"],
            )
            for kind in ClockKind
            if data[f"{kind}_amount"]
        ]

    def escalations(self) -> list[EscalationDraft]:
        data = self.cleaned_data
        return [
            EscalationDraft(data[f"after{level}"], Tier(int(data[f"tier{level}"])))
            for level in self.levels
            if data[f"after{level}"] is not None
        ]


def _initial(policy: Policy | None) -> dict[str, Any]:
    if policy is None:
        return {"after1": 0, "tier1": Tier.NEAREST}
    found: dict[str, Any] = {
        "name": policy.name,
        "english_name": policy.english_name,
        "version": policy.version,
    }
    for target in policy.targets.all():
        for name in ("amount", "unit", "counting", "warn_share", "warn_minutes", "basis", "verified"):
            found[f"{target.kind}_{name}"] = getattr(target, name)
    for step in policy.escalations.all():
        found[f"after{step.level}"], found[f"tier{step.level}"] = step.after_minutes, step.tier
    return found
