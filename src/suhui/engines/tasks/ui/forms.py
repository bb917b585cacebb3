from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """The answer to a task. Ticked lines come as `checked`; photos were put to the task as they were taken."""

    result = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input", "enterkeyhint": "done"}),
    )
    checklist = forms.CharField(required=False, widget=forms.HiddenInput)
