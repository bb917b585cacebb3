from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from suhui.platform.people.models import Branch
from suhui.platform.webhooks import registry


class EndpointForm(forms.Form):
    name = forms.CharField(label=_("Whom it tells"), max_length=60)
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("https://… of the other system; it has to answer with 2xx.")
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=pgettext_lazy("webhook", "Data scope"),
        required=False,
        empty_label=_("The whole company"),
    )
    kinds = forms.MultipleChoiceField(label=_("What it is told"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["branch"].queryset = Branch.objects.active().order_by("path")  # type: ignore[attr-defined]
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (kind.name, f"{kind.label} · {kind.name}") for kind in registry.kinds()
        ]


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label=_("Given up since"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
