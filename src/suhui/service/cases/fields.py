"""The fields a kind of case has beyond the common ones: defined as rows, stored as JSON, checked here."""

from collections import defaultdict
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from suhui.platform.core import settled
from suhui.platform.core.errors import BadInput, Text
from suhui.platform.core.money import parse_yuan, yuan
from suhui.service.cases.choices import FieldType
from suhui.service.cases.models import KindField


def _read() -> dict[str, list[KindField]]:
    found: dict[str, list[KindField]] = defaultdict(list)
    for field in KindField.objects.filter(active=True):
        found[field.kind].append(field)
    return dict(found)


_fields = settled.Kept("cases", _read)


def of_kind(kind: str) -> list[KindField]:
    """The fields in use of a kind, in their order; kept in the process until one changes."""
    return list(_fields.get().get(kind, []))


def clean(kind: str, given: dict[str, Any], *, demand_required: bool = True) -> dict[str, Any]:
    """The values in the form they are stored: numbers as numbers, money in fen, dates as ISO text.

    Empty values and keys the kind does not know are left out. Raises BadInput with a sentence per field, under
    "field_KEY".
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for field in of_kind(kind):
        raw = given.get(field.key)
        if raw in (None, "") or raw is False:
            if field.required and demand_required:
                errors[f"field_{field.key}"] = _("Please fill this in.")
            continue
        try:
            cleaned[field.key] = _value(field, raw)
        except ValueError:
            errors[f"field_{field.key}"] = _complaint(field)
    if errors:
        raise BadInput(_("Some fields need another look."), errors)
    return cleaned


def _value(field: KindField, raw: Any) -> Any:
    match field.type:
        case FieldType.NUMBER:
            return _number(raw)
        case FieldType.MONEY:
            return raw if isinstance(raw, int) and not isinstance(raw, bool) else parse_yuan(str(raw))
        case FieldType.DATE:
            return date.fromisoformat(str(raw)).isoformat()
        case FieldType.YES_NO:
            return raw in (True, "1", "true", "yes", "on")
        case FieldType.CHOICE:
            if str(raw) not in field.choices:
                raise ValueError(raw)
            return str(raw)
        case _:
            text = str(raw).strip()
            if len(text) > (4000 if field.type == FieldType.LONG_TEXT else 300):
                raise ValueError(raw)
            return text


def _number(raw: Any) -> float | int:
    value = float(raw)
    if value != value or abs(value) > 10**12:
        raise ValueError(raw)
    return int(value) if value.is_integer() else value


def _complaint(field: KindField) -> str:
    match field.type:
        case FieldType.NUMBER:
            return _("Write a number.")
        case FieldType.MONEY:
            return _("Write an amount such as 128.50.")
        case FieldType.DATE:
            return _("Write a date such as 2026-11-22.")
        case FieldType.CHOICE:
            return _("Choose one of the list.")
        case _:
            return _("This is too long.")


def shown(case_kind: str, values: dict[str, Any], known: list[KindField] | None = None) -> list[tuple[KindField, Any]]:
    """(field, value) of what is filled in, in the order of the form. `known` saves the query."""
    rows = known if known is not None else of_kind(case_kind)
    return [(field, values[field.key]) for field in rows if field.key in values]


def add_to(form: forms.Form, kind: str, values: dict[str, Any], *, demand_required: bool = False) -> None:
    """Put a kind's own fields on a form as "field_KEY", filled with `values`."""
    for field in of_kind(kind):
        form.fields[f"field_{field.key}"] = _form_field(field, required=field.required and demand_required)
        if field.key in values:
            form.initial[f"field_{field.key}"] = _typed(field, values[field.key])


def _form_field(field: KindField, *, required: bool) -> forms.Field:
    attrs = {"class": "input"}
    common: dict[str, Any] = {"label": field.label, "required": required, "help_text": field.help}
    match field.type:
        case FieldType.CHOICE:
            choices = [("", "—"), *((one, one) for one in field.choices)]
            return forms.ChoiceField(choices=choices, widget=forms.Select(attrs=attrs), **common)
        case FieldType.YES_NO:
            return forms.BooleanField(**{**common, "required": False})
        case FieldType.DATE:
            return forms.CharField(widget=forms.TextInput(attrs={**attrs, "type": "date"}), **common)
        case FieldType.LONG_TEXT:
            return forms.CharField(widget=forms.Textarea(attrs={**attrs, "rows": 3}), **common)
        case FieldType.MONEY | FieldType.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={**attrs, "inputmode": "decimal"}), **common)
        case _:
            return forms.CharField(widget=forms.TextInput(attrs=attrs), **common)


def _typed(field: KindField, value: Any) -> Any:
    """A stored value as a person types it."""
    return yuan(value).replace(",", "") if field.type == FieldType.MONEY else value
