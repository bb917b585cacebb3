from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from suhui.platform.calendars.arithmetic import Spans
from suhui.platform.calendars.choices import DayKind
from suhui.platform.calendars.wording import read_spans, spans_words

MAX_UPLOAD = 500_000


class SpansField(forms.CharField):
    """Hours as text; cleaned to spans."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return read_spans(text or "")
        except ValueError as error:
            raise forms.ValidationError(_("Write hours like 09:00-12:00 13:30-18:00.")) from error

    def prepare_value(self, value: Any) -> Any:
        return spans_words(value) if isinstance(value, tuple) else value


class WeekForm(forms.Form):
    """Monday to Sunday as `day0` … `day6`."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in range(7):
            self.fields[f"day{weekday}"] = SpansField(label=WEEKDAYS[weekday], required=False, max_length=120)

    @property
    def week(self) -> tuple[Spans, ...]:
        return tuple(self.cleaned_data[f"day{weekday}"] for weekday in range(7))


class NewCalendarForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Latin letters, figures and dashes"))
    name = forms.CharField(label=_("Calendar name"), max_length=80)
    english_name = forms.CharField(label=_("English name"), max_length=80, required=False)
    hours = SpansField(label=_("Hours, Monday to Friday"), max_length=120, help_text="09:00-12:00 13:30-18:00")
    weekend = SpansField(
        label=_("Hours, Saturday and Sunday"), max_length=120, required=False, help_text=_("Empty: closed")
    )
    keeps_holidays = forms.BooleanField(label=_("Keeps public holidays and make-up days"), required=False)


class SettingsForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Calendar name"), max_length=80)
    english_name = forms.CharField(label=_("English name"), max_length=80, required=False)
    keeps_holidays = forms.BooleanField(label=_("Keeps public holidays and make-up days"), required=False)
    make_up_weekday = forms.TypedChoiceField(
        label=_("A make-up day has the hours of"), coerce=int, choices=list(WEEKDAYS.items())
    )


class DayForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("On this day"),
        choices=[
            ("", _("follow the week and the public holidays")),
            (DayKind.CLOSED, _("closed on this day")),
            (DayKind.OPEN, _("open on this day")),
        ],
        required=False,
    )
    hours = SpansField(label=_("Opening hours"), max_length=120, required=False, help_text="09:00-12:00 13:30-18:00")
    name = forms.CharField(label=_("Reason"), max_length=60, required=False)


class ImportForm(forms.Form):
    """A file or pasted text. `source` names where it comes from."""

    upload = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.json,.ics,.txt,text/*"})
    )
    text = forms.CharField(label=_("Or paste the list"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    source = forms.CharField(label=_("Where it comes from"), max_length=120, required=False)
    complete = forms.BooleanField(label=_("The list is complete, with make-up days"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        upload = data.get("upload")
        if upload is not None:
            if upload.size > MAX_UPLOAD:
                self.add_error("upload", _("This file is too large for a list of holidays."))
                return data
            data["text"] = _decoded(upload.read())
            data["source"] = data.get("source") or upload.name
        if not data.get("text", "").strip() and not self.errors:
            self.add_error("upload", _("Choose a file or paste a list."))
        return data


def _decoded(raw: bytes) -> str:
    """UTF-8, else what a Chinese spreadsheet program writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")
