"""A new case: paste what the customer said, and the fields fill; open cases about the same parcel are offered."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.contact.conversations.choices import Channel
from suhui.contact.conversations.models import Contact
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages, toasts
from suhui.platform.files import services as files
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.records.customers import phones
from suhui.records.customers.access import get_customer
from suhui.records.customers.models import Customer
from suhui.records.customers.selectors import by_phone
from suhui.records.shipments import recognition
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments import services as shipments
from suhui.records.shipments.access import get_waybill
from suhui.records.shipments.models import Waybill
from suhui.service.cases import access, fields, selectors, services
from suhui.service.cases.choices import CaseKind, Severity
from suhui.service.cases.marks import TONES
from suhui.service.cases.models import Case, Category
from suhui.service.cases.ui.forms import TreeChoice, area, in_tree_order, line, pick, tree


class NewForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What the customer says"),
        max_length=10_000,
        widget=area(6, **{"data-paste-target": "text", "autofocus": True}),
        help_text=gettext_lazy("Paste anything: waybill numbers and phones in it are found."),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices, initial="phone", widget=pick())
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=40, widget=line(inputmode="tel"))
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80, widget=line())
    waybills = forms.CharField(label=gettext_lazy("Waybill numbers"), required=False, max_length=400, widget=line())
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=CaseKind.choices, initial="complaint", widget=forms.RadioSelect()
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        max_length=120,
        widget=line(),
        help_text=gettext_lazy("Empty: the first line of the text."),
    )
    category = tree(Category, label=gettext_lazy("Category"), required=False)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        choices=[("", gettext_lazy("as the category says")), *Severity.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=pick(),
    )
    remedy = forms.CharField(
        label=gettext_lazy("What the customer wants"), required=False, max_length=300, widget=line()
    )
    responsible_branch = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None),
        label=gettext_lazy("Branch held responsible"),
        required=False,
        widget=pick(),
    )
    mine = forms.BooleanField(label=gettext_lazy("I take it"), required=False, initial=True)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput())
    contact = forms.IntegerField(required=False, widget=forms.HiddenInput())
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, TreeChoice)  # noqa: S101 - for the type
        category.choices = in_tree_order(category)


COMMON = frozenset(NewForm.base_fields)


@require_http_methods(["GET", "POST"])
@requires(Perm.CASE_CREATE)
def new(request: Request) -> HttpResponse:
    """The form; on POST the case opens, or the words go on the open case that was chosen."""
    if request.method == "POST":
        form = NewForm(request.POST)
        fields.add_to(form, request.POST.get("kind", ""), {}, demand_required=True)
        if form.is_valid():
            with pages.errors_into(form):
                return _take_in(request, form)
        return _show(request, form)
    form = NewForm(initial=_prefilled(request))
    fields.add_to(form, str(form.initial.get("kind") or "complaint"), {})
    return _show(request, form)


def _show(request: Request, form: NewForm) -> HttpResponse:
    own = [form[name] for name in form.fields if name not in COMMON]
    data = form.data if form.is_bound else _as_data(form.initial)
    context = {"own": own, **_beside(request, data)}
    return pages.render_form(request, "cases/new.html", form, context)


def _as_data(initial: Mapping[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in initial.items() if value})
    return data


def _prefilled(request: Request) -> dict[str, Any]:
    """From the address: a contact that was logged, a customer, a parcel, words."""
    from uuid import uuid4

    given = request.GET
    initial: dict[str, Any] = {
        name: given[name] for name in ("phone", "name", "text", "kind", "channel") if name in given
    }
    initial["once"] = uuid4().hex
    if given.get("customer", "").isdecimal():
        customer = get_customer(request.user, int(given["customer"]))
        initial |= {"customer": customer.pk, "name": customer.name}
    if given.get("waybill", "").isdecimal():
        initial["waybills"] = get_waybill(request.user, int(given["waybill"])).number
    elif "number" in given:
        initial["waybills"] = given["number"]
    if given.get("contact", "").isdecimal():
        initial |= _from_contact(request, int(given["contact"]))
    return initial


def _from_contact(request: Request, contact_id: int) -> dict[str, Any]:
    contact = _contact(request, contact_id)
    if contact is None:
        return {}
    found: dict[str, Any] = {"contact": contact.pk, "channel": contact.channel, "text": contact.text}
    if contact.phone:
        found["phone"] = contact.phone
    if contact.customer is not None:
        found |= {"customer": contact.customer.pk, "name": contact.customer.name}
    return found


def _contact(request: Request, contact_id: int | None) -> Contact | None:
    from suhui.contact.conversations.access import visible_to

    if not contact_id or not request.user.may(Perm.CONTACT_VIEW):
        return None
    return visible_to(request.user).select_related("customer").filter(pk=contact_id).first()


@transaction.atomic
def _take_in(request: Request, form: NewForm) -> HttpResponse:
    values, by = form.cleaned_data, Actor.staff(request.user)
    own = {name.removeprefix("field_"): value for name, value in values.items() if name.startswith("field_")}
    numbers = values["waybills"].replace(",", " ").replace("，", " ").replace("、", " ").split()
    registered = _register(request, values["text"], numbers, by)
    _demand_known(numbers)
    customer = get_customer(request.user, values["customer"]) if values["customer"] else None
    kept = [
        files.store(upload=one, owner_key=f"user:{request.user.pk}", by=by) for one in request.FILES.getlist("files")
    ]
    taken = services.intake(
        channel=values["channel"],
        kind=values["kind"],
        text=values["text"],
        subject=values["subject"],
        by=by,
        customer=customer,
        phone=values["phone"],
        name=values["name"],
        waybill_numbers=numbers,
        waybills=registered,
        category=values["category"],
        severity=values["severity"],
        remedy=values["remedy"],
        responsible_branch=values["responsible_branch"],
        fields=own,
        demand_fields=True,
        owner=request.user if values["mine"] and request.user.may(Perm.CASE_EDIT) else None,
        append_to=_chosen(request),
        files=kept,
        contact=_contact(request, values["contact"]),
        source=f"desk:{request.user.pk}:{values['once']}" if values["once"] else "",
    )
    files.rehome(files=kept, owner_key=taken.case.key, by=by)
    toasts.add(request, _told(taken, registered))
    if not access.visible_to(request.user).filter(pk=taken.case.pk).exists():
        return pages.go(reverse("cases:new"))
    return pages.go(reverse("cases:case", args=[taken.case.pk]))


def _told(taken: services.Intake, registered: list[Waybill]) -> str:
    words = _("Case %(number)s is open.") if taken.opened else _("The words are on case %(number)s.")
    said = words % {"number": taken.case.number}
    if not registered:
        return said
    numbers = "、".join(f"{waybill.number}（{waybill.carrier.name}）" for waybill in registered)
    return _("%(said)s Registered: %(numbers)s") % {"said": said, "numbers": numbers}


def _register(request: Request, text: str, numbers: list[str], by: Actor) -> list[Waybill]:
    """The unknown parcels of the text; of the field those only for which a carrier was chosen beside it."""
    if not request.user.may(Perm.WAYBILL_EDIT):
        return []
    carriers = _carriers(request.POST)
    chosen = [number for number in numbers if recognition.normalise(number) in carriers]
    named = "\n".join([text, *(f"{LABEL}{number}" for number in chosen)])
    return shipments.register_named(text=named, carriers=carriers, branch=request.user.branch, by=by)


LABEL = "运单号 "
"""What is read as a waybill's label before a number, so that recognition knows what the field is for."""
CARRIER = "carrier:"


def _carriers(data: QueryDict) -> dict[str, str]:
    return {name.removeprefix(CARRIER): str(value) for name, value in data.items() if name.startswith(CARRIER)}


def _demand_known(numbers: Iterable[str]) -> None:
    """A number somebody typed into the field must be on the register: a wrong digit is best noticed now."""
    wanted = list(numbers)
    known = {waybill.number for waybill in selectors.waybills_in("", wanted)}
    unknown = [number for number in wanted if recognition.normalise(number) not in known]
    if unknown:
        said = _("Not on the register of waybills: %(numbers)s") % {"numbers": " ".join(unknown)}
        raise BadInput(said, {"waybills": said})


def _chosen(request: Request) -> Case | None:
    raw = request.POST.get("append_to", "")
    if not raw.isdecimal():
        return None
    case = access.get_case(request.user, int(raw))
    access.demand_work(request.user, case)
    return case


@require_safe
@requires(Perm.CASE_CREATE)
def kind_fields(request: Request) -> HttpResponse:
    """The fields of the chosen kind."""
    form = NewForm()
    fields.add_to(form, request.GET.get("kind", ""), {})
    own = [form[name] for name in form.fields if name not in COMMON]
    return pages.render(request, "cases/_own_fields.html", {"own": own})


@require_POST
@requires(Perm.CASE_CREATE)
def recognise(request: Request) -> HttpResponse:
    """What a pasted text says: waybills, a phone, the name behind the phone."""
    text = request.POST.get("text", "")[:10_000]
    numbers = list(dict.fromkeys(found.number for found in recognition.find_in_text(text)))
    calls = list(dict.fromkeys(reading.number for reading in recognition.phones_in_text(text)))
    found = [_("Waybill %(number)s") % {"number": number} for number in numbers]
    found += [_("Phone %(number)s") % {"number": phones.national(number)} for number in calls]
    answer: dict[str, str] = {}
    if numbers:
        answer["waybills"] = " ".join(waybill.number for waybill in selectors.waybills_in("", numbers))
    if calls:
        answer["phone"] = phones.national(calls[0])
        number = phones.read_or_none(calls[0])
        customer = by_phone(number.e164).first() if number else None
        if customer is not None and "*" not in customer.name:
            answer["name"] = customer.name
    return JsonResponse({"fields": {name: value for name, value in answer.items() if value}, "found": found})


@require_safe
@requires(Perm.CASE_CREATE)
def offered(request: Request) -> HttpResponse:
    """Open cases about the parcels or of the customer in the form so far."""
    return pages.render(request, "cases/_offered.html", _beside(request, request.GET))


def _beside(request: Request, data: Any) -> dict[str, Any]:
    """What stands beside the form: open cases to go on with, and parcels that will be registered."""
    numbers = (data.get("waybills", "") or "").split()
    text = "\n".join([data.get("text", "") or "", *(f"{LABEL}{number}" for number in numbers[:5])])
    return {
        "offered": _offered(request, data),
        "unregistered": parcels.unregistered_in(text[:10_000]),
        "carriers": _carriers(data),
        "tones": TONES,
    }


def _offered(request: Request, data: QueryDict | Any) -> list[Case]:
    if not request.user.may(Perm.CASE_VIEW):
        return []
    waybills = selectors.waybills_in(data.get("text", "") or "", (data.get("waybills", "") or "").split())
    customer: Customer | None = None
    number = phones.read_or_none(data.get("phone", "") or "")
    if number is not None:
        customer = by_phone(number.e164).first()
    raw = str(data.get("customer", "") or "")
    customer_id = customer.pk if customer else (int(raw) if raw.isdecimal() else None)
    if not waybills and customer_id is None:
        return []
    return selectors.open_cases_for([w.pk for w in waybills], customer_id, user=request.user, limit=5)
