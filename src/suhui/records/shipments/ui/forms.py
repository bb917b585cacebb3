from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.money import parse_yuan
from suhui.platform.core.money import yuan as yuan_words
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.adapters import SECRETS
from suhui.records.shipments.choices import (
    AmendmentKind,
    AmendmentState,
    Fault,
    FollowUpStage,
    Product,
    Status,
    SubStatus,
)
from suhui.records.shipments.models import Carrier, Waybill
from suhui.records.shipments.services import Facts


def text(label: Any, *, required: bool = False, most: int = 80, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


def area(label: Any, *, required: bool = True, most: int = 300, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "input", "rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


def choice(label: Any, choices: Any, *, required: bool = True, initial: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=required, initial=initial, widget=forms.Select(attrs={"class": "input"})
    )


def moment(label: Any, *, required: bool = False) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%dT%H:%M"])


class YuanField(forms.CharField):
    """Money as a person types it; cleans to fen, or None when empty."""

    def clean(self, value: Any) -> int | None:
        typed = str(super().clean(value) or "").strip()
        if not typed:
            return None
        try:
            fen = parse_yuan(typed)
        except ValueError as error:
            raise forms.ValidationError(_("This is not an amount.")) from error
        if fen < 0:
            raise forms.ValidationError(_("This is not an amount."))
        return fen


def yuan(label: Any) -> YuanField:
    widget = forms.TextInput(attrs={"class": "input", "inputmode": "decimal", "autocomplete": "off"})
    return YuanField(label=label, required=False, widget=widget)


def branch(label: Any) -> "forms.ModelChoiceField[Branch]":
    return forms.ModelChoiceField(
        label=label,
        queryset=Branch.objects.active(),
        required=False,
        empty_label="—",
        widget=forms.Select(attrs={"class": "input"}),
    )


class FactsForm(forms.Form):
    """What a label says."""

    recipient_name = text(_("Recipient"))
    recipient_phone = text(_("Recipient's phone"), most=32, inputmode="tel")
    recipient_address = text(_("Recipient's address"), most=300)
    sender_name = text(_("Sender"))
    sender_phone = text(_("Sender's phone"), most=32, inputmode="tel")
    sender_address = text(_("Sender's address"), most=300)
    origin = branch(_("Origin branch"))
    destination = branch(_("Delivering branch"))
    product = choice(_("Product"), [("", "—"), *Product.choices], required=False)
    goods = text(_("Contents"), most=120)
    order_number = text(_("Order number"), most=60)
    weight_kg = forms.DecimalField(
        label=_("Weight (kg)"),
        required=False,
        min_value=0,
        max_value=100_000,
        max_digits=9,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"class": "input", "step": "0.001"}),
    )
    declared = yuan(_("Declared value (yuan)"))
    insured = yuan(_("Insured value (yuan)"))
    fee = yuan(_("Fee (yuan)"))
    cod = yuan(_("Cash on delivery (yuan)"))
    promised_at = moment(_("Promised delivery"))

    def facts(self) -> Facts:
        """The cleaned fields as the service takes them; what was left as it stood counts as not said."""
        said = set(self.changed_data)
        data = {name: value if name in said else None for name, value in self.cleaned_data.items()}
        plain = (
            "recipient_name recipient_phone recipient_address sender_name sender_phone sender_address "
            "origin destination product goods order_number promised_at"
        )
        kept: dict[str, Any] = {name: data[name] for name in plain.split() if data[name] is not None}
        weight = data["weight_kg"]
        return Facts(
            **kept,
            weight_grams=None if weight is None else int(weight * 1000),
            declared_fen=data["declared"],
            insured_fen=data["insured"],
            fee_fen=data["fee"],
            cod_fen=data["cod"],
        )


def plain_facts(row: Waybill) -> dict[str, Any]:
    """What FactsForm may show of a waybill: all but names, phones and addresses."""
    shown: dict[str, Any] = {
        name: getattr(row, name) for name in ("product", "goods", "order_number", "origin", "destination")
    }
    if row.promised_at:
        shown["promised_at"] = row.promised_at.replace(second=0, microsecond=0)
    amounts = {"declared": row.declared_fen, "insured": row.insured_fen, "fee": row.fee_fen, "cod": row.cod_fen}
    shown |= {name: yuan_words(fen) for name, fen in amounts.items() if fen}
    if row.weight_grams:
        shown["weight_kg"] = Decimal(row.weight_grams) / 1000
    return shown


class RegisterForm(FactsForm):
    """The quick form: a number and whatever else is known."""

    number = text(_("Waybill number"), required=True, most=60, autofocus="")
    carrier = choice(_("Carrier"), [])
    field_order = ("number", "carrier")

    def __init__(self, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        rows = Carrier.objects.filter(active=True).values_list("code", "name")
        self.fields["carrier"].choices = [("", "—"), *rows]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    text = area(_("Note"), most=1000, rows=3)


def scan_codes() -> list[tuple[str, list[tuple[str, Any]]]]:
    """The house's own scans, grouped by status."""
    from suhui.records.shipments.mapping.carriers import OWN

    groups: dict[str, list[tuple[str, Any]]] = {}
    for code, meaning in OWN.items():
        label = SubStatus(meaning.sub).label if meaning.sub else Status(meaning.status).label
        groups.setdefault(str(Status(meaning.status).label), []).append((code, label))
    return list(groups.items())


class ScanForm(forms.Form):
    code = choice(_("What happened"), scan_codes)
    text = text(_("In words"), most=300)
    branch = branch(_("Where"))
    at = moment(_("When"))


class FollowUpForm(forms.Form):
    requirement = area(_("What is asked for"))
    next_action = text(_("Next step"), most=300)
    owner = forms.ModelChoiceField(
        label=_("Who"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        empty_label="—",
        widget=forms.Select(attrs={"class": "input"}),
    )
    due_at = moment(_("By when"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, near: Branch | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        if near is not None:
            people = User.objects.filter(is_active=True, branch_id__in=near.ancestor_ids).order_by("pinyin", "pk")
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    stage = choice(_("Stage"), FollowUpStage.choices)
    next_action = text(_("Next step"), most=300)
    result = text(_("Result"), most=300)
    due_at = moment(_("By when"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AmendForm(forms.Form):
    kind = choice(_("What to change"), AmendmentKind.choices)
    after = text(_("What it should become"), most=300)
    asked_by = text(_("Who asked"), most=80)
    reason = text(_("Why"), most=300)


class SettleForm(forms.Form):
    state = choice(
        _("What became of it"), [entry for entry in AmendmentState.choices if entry[0] != AmendmentState.ASKED]
    )
    answer = text(_("In words"), most=300)


class ClearForm(forms.Form):
    note = area(_("How it was dealt with"))


class WordsForm(forms.Form):
    """What customers read about one kind of exception."""

    headline = text(_("Headline"), required=True, most=60)
    happened = area(_("What happened to the parcel"))
    next_step = area(_("What happens next"))
    english_headline = text(_("Headline in English"), most=80)
    english_happened = area(_("What happened, in English"), required=False)
    english_next_step = area(_("What happens next, in English"), required=False)


class AccountForm(forms.Form):
    """A carrier account. Secrets are never shown: an empty field keeps the one that is there."""

    name = text(_("Account name"), most=60)
    customer = text(_("Customer number"), most=80)
    callback = forms.URLField(
        label=_("Callback address"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input"}),
        help_text=_("Where the provider pushes to. Without it we ask by schedule."),
    )
    address = forms.URLField(
        label=_("Interface address"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input"}),
        help_text=_("Empty: the provider's usual address."),
    )
    active = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, provider: str, known: Mapping[str, str], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.provider = provider
        for name in SECRETS[provider]:
            widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"})
            self.fields[name] = forms.CharField(
                label=SECRET_LABELS[name],
                required=False,
                max_length=200,
                widget=widget,
                help_text=_("Kept. Enter it only to change it.") if known.get(name) else "",
            )

    def secrets(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SECRETS[self.provider]}


SECRET_LABELS = {"key": _("Key"), "salt": _("Salt for pushes"), "checkword": _("Check word")}


class MeaningForm(forms.Form):
    source = forms.CharField(widget=forms.HiddenInput, max_length=12)
    code = forms.CharField(widget=forms.HiddenInput, max_length=60)
    status = choice(_("Status"), [entry for entry in Status.choices if entry[0] != Status.UNKNOWN])
    sub_status = choice(_("Detail"), SubStatus.choices, required=False)
    fault = choice(_("Whose side"), Fault.choices, required=False)


class PatternForm(forms.Form):
    carrier = forms.ModelChoiceField(
        label=_("Carrier"),
        queryset=Carrier.objects.filter(active=True),
        empty_label="—",
        widget=forms.Select(attrs={"class": "input"}),
    )
    pattern = text(_("Pattern"), required=True, most=120, placeholder=r"SH\d{12}")
    score = forms.IntegerField(
        label=_("Score"),
        min_value=1,
        max_value=100,
        initial=90,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    note = text(_("Reason shown"), most=120)
