from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.models import Limit
from suhui.platform.rest.services import MOST_PER_MINUTE

LENGTHS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("", _("Without an end"))]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What will use it"), max_length=60, help_text=_("For example: the web shop, the warehouse's scanner.")
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("Only this branch and below"),
        required=False,
        empty_label=_("All that I see"),
        help_text=_("Outside the branch it sees nothing, your own cases there included."),
    )
    days = forms.ChoiceField(label=_("Good for"), choices=LENGTHS, required=False, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        branch = self.fields["branch"]
        assert isinstance(branch, forms.ModelChoiceField)  # noqa: S101 - for the type
        branch.queryset = Branch.objects.filter(closed_on=None)

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return now() + timedelta(days=int(days)) if days else None


class LimitsForm(forms.Form):
    """One number per pace."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kept = {limit.pace: limit.per_minute for limit in Limit.objects.all()[:10]}
        kwargs["initial"] = kept
        super().__init__(*args, **kwargs)
        for pace in Pace:
            self.fields[pace.value] = forms.IntegerField(
                label=pace.label, min_value=1, max_value=MOST_PER_MINUTE, help_text=_("Calls of one token in a minute")
            )
