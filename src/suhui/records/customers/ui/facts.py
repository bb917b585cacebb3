from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.desk.pages import render
from suhui.platform.files import services as files
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.customers import access, addresses, correcting, selectors, services
from suhui.records.customers.choices import FactKind
from suhui.records.customers.models import Customer, Freshness
from suhui.records.customers.ui import forms


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def facts(request: Request, customer_id: int) -> HttpResponse:
    """What we know, as a fragment that refreshes itself."""
    found = access.get_customer(request.user, customer_id)
    context = {
        "customer": found,
        "facts": selectors.facts_of(found),
        "may_edit": request.user.may(Perm.CUSTOMER_EDIT),
    }
    return render(request, "customers/_facts.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_EDIT)
def add(request: Request, customer_id: int, kind: str) -> HttpResponse:
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    if kind not in forms.FACT_FORMS:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    form = forms.FACT_FORMS[kind](request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            _add(found, kind, form.cleaned_data, Actor.staff(request.user))
            return pages.go(reverse("customers:customer", args=[found.pk]))
    context = {
        "customer": found,
        "kind": kind,
        "kind_label": FactKind(kind).label,
        "provinces": addresses.provinces() if kind == FactKind.ADDRESS else [],
    }
    return pages.render_form(request, "customers/fact.html", form, context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_EDIT)
def correct(request: Request, customer_id: int, kind: str, fact_id: int) -> HttpResponse:
    """The customer says it is another: the new one takes its place. What is personal is not filled in beforehand, nor
    are the parts of an address: what was pasted would not replace them."""
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    old = services.get_fact(found, kind, fact_id)
    initial = {name: getattr(old, name) for name in ("label", "title") if hasattr(old, name)}
    form = forms.FACT_FORMS[kind](request.POST or None, initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            offer = correcting.correct_fact(
                customer=found, kind=kind, fact_id=fact_id, values=_values(kind, form.cleaned_data), user=request.user
            )
            if offer is not None:
                toasts.add(request, offer.text, undo=offer)
            return pages.go(reverse("customers:customer", args=[found.pk]))
    context = {
        "customer": found,
        "kind": kind,
        "kind_label": FactKind(kind).label,
        "old": old,
        "provinces": addresses.provinces() if kind == FactKind.ADDRESS else [],
    }
    return pages.render_form(request, "customers/fact.html", form, context)


def _values(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the service that adds this kind of fact takes."""
    if kind == FactKind.ADDRESS:
        return _address(given)
    return {"address": given["email"]} if kind == FactKind.EMAIL else given


def _add(customer: Customer, kind: str, given: dict[str, Any], by: Actor) -> None:
    values = _values(kind, given)
    if kind == FactKind.PHONE:
        services.add_phone(customer=customer, by=by, **values)
    elif kind == FactKind.EMAIL:
        services.add_email(customer=customer, by=by, **values)
    elif kind == FactKind.CONTACT:
        services.add_contact(customer=customer, by=by, **values)
    else:
        services.add_address(customer=customer, by=by, **values)


def _address(given: dict[str, Any]) -> dict[str, Any]:
    """The fields; or, when only a line was pasted, what it splits into."""
    text = given.pop("text", "")
    if text and not any(given[name] for name in ("province", "city", "district", "detail")):
        parts = addresses.split(text)
        given |= {"province": parts.province, "city": parts.city, "district": parts.district, "detail": parts.detail}
    return given


@require_POST
@requires(Perm.CUSTOMER_EDIT, Perm.CONTACT_LOG)
def change(request: Request, customer_id: int, kind: str, fact_id: int) -> HttpResponse:
    """`do`: verify (somebody made sure of it), main (let it stand first), remove (with a way back)."""
    found = access.get_customer(request.user, customer_id)
    by, do = Actor.staff(request.user), request.POST.get("do", "")
    if do == "verify":
        services.verify_fact(customer=found, kind=kind, fact_id=fact_id, user=request.user)
    else:
        found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
        if do == "main":
            services.make_main(customer=found, kind=kind, fact_id=fact_id, by=by)
        elif do == "remove":
            offer = services.take_off(customer=found, kind=kind, fact_id=fact_id, user=request.user)
            toasts.add(request, offer.text, undo=offer)
        else:
            raise BadInput(_("Nothing was asked for."))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse("")
    return pages.go(reverse("customers:customer", args=[found.pk]))


@require_POST
@requires(Perm.CUSTOMER_EDIT)
def attach(request: Request, customer_id: int) -> HttpResponse:
    """Papers of the customer: contracts, licences, photos."""
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    uploads = request.FILES.getlist("files")
    if not uploads:
        raise BadInput(_("Choose a file first."))
    for upload in uploads[:20]:
        files.store(upload=upload, owner_key=f"customer:{found.pk}", by=Actor.staff(request.user))
    return pages.go(reverse("customers:customer", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_MERGE)
def freshness(request: Request) -> HttpResponse:
    """Settings: after how many days a fact is asked for again (CUS-10)."""
    known = dict(Freshness.objects.values_list("kind", "days"))
    initial = {kind: known.get(kind, selectors.DEFAULT_DAYS) for kind in FactKind.values}
    form = forms.Days(request.POST or None, initial=initial)
    for fact in FactKind:
        form.fields[fact.value].label = str(fact.label)
    if form.is_valid():
        for kind, days in form.cleaned_data.items():
            services.set_freshness(kind=kind, days=days, by=Actor.staff(request.user))
        toasts.add(request, _("Saved."))
        return pages.go(reverse("customers:freshness"))
    return pages.render_form(request, "customers/freshness.html", form, {})
