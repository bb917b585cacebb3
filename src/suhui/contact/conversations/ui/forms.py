from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.contact.conversations.choices import Channel, Direction


class LogContact(forms.Form):
    """Ten seconds: the number and what it was about; everything else has a good start."""

    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    text = forms.CharField(label=_("What it was about"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    name = forms.CharField(label=_("Name, if it is a new customer"), max_length=60, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.PHONE)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Direction.choices, initial=Direction.IN, widget=forms.RadioSelect
    )
    seconds = forms.IntegerField(label=_("Length, seconds"), min_value=0, max_value=86400, required=False)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)
