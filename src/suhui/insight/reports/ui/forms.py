from datetime import date, time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from suhui.insight.reports.models import Report
from suhui.insight.reports.weeks import monday_of
from suhui.platform.people.models import Branch, Role, User


class PlanForm(forms.Form):
    """When the report is made, for the wall clock; what counts as good; how long readers have."""

    weekday = forms.TypedChoiceField(label=_("Made every"), coerce=int, choices=list(WEEKDAYS.items()))
    time = forms.TimeField(label=_("At"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    target = forms.IntegerField(label=_("Target: resolved in time, %"), min_value=0, max_value=100)
    chase_hours = forms.IntegerField(label=_("Remind after, hours"), min_value=1, max_value=336)
    active = forms.BooleanField(label=_("Made by schedule"), required=False)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "weekday": report.weekday,
            "time": time(report.minute // 60, report.minute % 60),
            "target": report.target,
            "chase_hours": report.chase_hours,
            "active": report.active,
        }
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        at: time = data.pop("time")
        return {**data, "minute": at.hour * 60 + at.minute}


class ReceiverForm(forms.Form):
    role = forms.ModelChoiceField(label=_("Post"), queryset=Role.objects.all(), required=False, empty_label="—")
    branch = forms.ModelChoiceField(
        label=_("At this branch and below"),
        queryset=Branch.objects.filter(closed_on=None),
        required=False,
        empty_label=_("All branches"),
    )
    user = forms.ModelChoiceField(
        label=_("Or one person"), queryset=User.objects.filter(is_active=True), required=False, empty_label="—"
    )


class WeekForm(forms.Form):
    """Any day of the wanted week."""

    week = forms.DateField(
        label=_("A day of the week"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def monday(self) -> date:
        day: date = self.cleaned_data["week"]
        return monday_of(day)
