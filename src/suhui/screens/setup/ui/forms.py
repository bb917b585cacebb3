from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SetupForm(forms.Form):
    company = forms.CharField(
        label=_("Name of the company"), max_length=80, help_text=_("It becomes the top of the branch tree.")
    )
    branches = forms.CharField(
        label=_("First branches"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("One a line. Put the region before the outlet: East > Hangzhou West Lake. More can follow later."),
    )
    calendar = forms.ChoiceField(
        label=_("Working hours"),
        widget=forms.RadioSelect,
        help_text=_("Deadlines count in these hours. Every branch may have its own later."),
    )
    name = forms.CharField(label=_("Your name"), max_length=60)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("For signing in"),
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least ten characters; no common word, nothing like your name."),
    )
    again = forms.CharField(
        label=_("Password again"), max_length=128, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, calendars: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = calendars  # type: ignore[attr-defined]

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("password") != again:
            raise forms.ValidationError(_("The two passwords differ."))
        return again
