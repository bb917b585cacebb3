from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers.choices import CustomerKind, Industry, Source
from suhui.records.customers.models import Customer

HUNDRED = Decimal(100)


def branches_of(user: User) -> "forms.ModelChoiceField[Branch]":
    """The branches at which this person may keep customers; their own comes first in mind."""
    rows = Branch.objects.active().filter(scope(user, Perm.CUSTOMER_EDIT).q(branch="pk"))
    if not rows.exists():
        rows = Branch.objects.filter(pk=user.branch_id)
    return forms.ModelChoiceField(rows, label=_("Branch"), initial=user.branch_id, empty_label=None)


def owners_of(user: User) -> "forms.ModelChoiceField[User]":
    reach = scope(user, Perm.CUSTOMER_EDIT)
    rows = User.objects.filter(reach.q(branch="branch_id", owner="pk"), is_active=True)
    return forms.ModelChoiceField(rows, label=_("Owner"), required=False, empty_label=_("Nobody"))


class NewCustomer(forms.Form):
    text = forms.CharField(
        label=_("Paste a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-paste-target": "text"}),
        help_text=_("Name, phone and address in any order; the fields below fill themselves."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=CustomerKind.choices, initial=CustomerKind.PERSON, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    contact = forms.CharField(label=_("Contact person"), max_length=60, required=False)
    wechat = forms.CharField(label=_("WeChat"), max_length=60, required=False)
    province = forms.CharField(label=_("Province"), max_length=30, required=False)
    city = forms.CharField(label=_("City"), max_length=30, required=False)
    district = forms.CharField(label=_("District"), max_length=30, required=False)
    detail = forms.CharField(label=_("Street, house, room"), max_length=200, required=False)
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.PHONE)
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"] = branches_of(user)
        self.fields["owner"] = owners_of(user)


class ChangeCustomer(forms.Form):
    """A person's name and WeChat are not shown: left empty, they stay. Numbers in the note are shown masked."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    wechat = forms.CharField(label=_("WeChat"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomerKind.choices, widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("Source"), choices=Source.choices)
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices, required=False)
    vip = forms.BooleanField(label=_("VIP, whatever the figures say"), required=False)
    yearly_spend = forms.DecimalField(
        label=_("Spend in a year, yuan"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    contract_value = forms.DecimalField(
        label=_("Contract value, yuan"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, customer: Customer, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=self._now(customer))
        self.customer = customer
        self.fields["branch"] = branches_of(user)
        self.fields["owner"] = owners_of(user)
        self.fields["branch"].initial, self.fields["owner"].initial = customer.branch_id, customer.owner_id
        keep = _("leave empty to keep %(masked)s")
        if customer.is_person:
            self.fields["name"].widget.attrs["placeholder"] = keep % {"masked": masks.mask_name(customer.name)}
        if customer.wechat:
            self.fields["wechat"].widget.attrs["placeholder"] = keep % {"masked": masks.mask_handle(customer.wechat)}

    @staticmethod
    def _now(customer: Customer) -> dict[str, Any]:
        return {
            "name": "" if customer.is_person else customer.name,
            "kind": customer.kind,
            "source": customer.source,
            "industry": customer.industry,
            "vip": customer.vip,
            "yearly_spend": Decimal(customer.yearly_spend_fen) / HUNDRED,
            "contract_value": Decimal(customer.contract_value_fen) / HUNDRED,
            "note": masks.mask_text(customer.note),
            "version": customer.version,
        }

    def changes(self) -> dict[str, Any]:
        """What to hand to the service: amounts in fen, empty name and WeChat left out."""
        given = self.cleaned_data
        fields = {name: given[name] for name in ("kind", "source", "industry", "vip", "note", "branch", "owner")}
        fields["note"] = masks.restore_text(given["note"], self.customer.note)
        for name in ("name", "wechat"):
            if given[name].strip():
                fields[name] = given[name].strip()
        for name in ("yearly_spend", "contract_value"):
            fields[f"{name}_fen"] = int((given[name] or Decimal(0)) * HUNDRED)
        return fields


class NewPhone(forms.Form):
    phone = forms.CharField(label=_("Phone"), max_length=40)


class NewEmail(forms.Form):
    email = forms.CharField(label=_("E-mail"), max_length=254)


class NewContact(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    title = forms.CharField(label=_("Position"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class NewAddress(forms.Form):
    text = forms.CharField(
        label=_("Paste an address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-paste-target": "text"}),
    )
    province = forms.CharField(label=_("Province"), max_length=30, required=False)
    city = forms.CharField(label=_("City"), max_length=30, required=False)
    district = forms.CharField(label=_("District"), max_length=30, required=False)
    detail = forms.CharField(label=_("Street, house, room"), max_length=200, required=False)
    label = forms.CharField(label=_("What it is for"), max_length=30, required=False)


FACT_FORMS: dict[str, type[forms.Form]] = {
    "phone": NewPhone,
    "email": NewEmail,
    "contact": NewContact,
    "address": NewAddress,
}


class Days(forms.Form):
    phone = forms.IntegerField(min_value=1, max_value=3650)
    email = forms.IntegerField(min_value=1, max_value=3650)
    address = forms.IntegerField(min_value=1, max_value=3650)
    contact = forms.IntegerField(min_value=1, max_value=3650)
