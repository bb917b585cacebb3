from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages, panels
from suhui.platform.desk import timeline as timelines
from suhui.platform.desk.pages import paginate, render
from suhui.platform.files import selectors as files
from suhui.platform.people import access as people
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.records.customers import access, addresses, listing, merging, phones, selectors, services, tiers
from suhui.records.customers.choices import CustomerKind, Industry, Source, Tier
from suhui.records.customers.models import Customer
from suhui.records.customers.ui import forms

STORY = 60
"""Entries of the timeline shown on the customer's page."""


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def customers(request: Request) -> HttpResponse:
    filters = listing.Filters.read(request.GET)
    order = listing.order_of(request.user, request.GET.get("sort", ""))
    rows = listing.customers(request.user, filters, order, now())
    branches = Branch.objects.active().filter(people.scope(request.user, Perm.CUSTOMER_VIEW).q(branch="pk"))
    context = {
        "page": paginate(rows, request),
        "filters": filters,
        "sort": order,
        "keep": pages.keep(request, "sort"),
        "keep_all": pages.keep(request),
        "kinds": CustomerKind.choices,
        "tiers": Tier.choices,
        "sources": Source.choices,
        "industries": [(value, label) for value, label in Industry.choices if value],
        "ages": listing.PHONE_AGES,
        "branches": [(branch.pk, branch.name) for branch in branches],
    }
    return render(request, "customers/list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_EDIT)
def new(request: Request) -> HttpResponse:
    initial = {name: request.GET[name] for name in ("name", "phone", "source") if name in request.GET}
    form = forms.NewCustomer(request.user, request.POST or None, initial=initial)
    hints: list[selectors.Duplicate] = []
    if form.is_valid():
        given = form.cleaned_data
        hints = [] if given["anyway"] else _hints(request, given["name"], given["phone"])
        with pages.errors_into(form):
            if not hints:
                return pages.go(reverse("customers:customer", args=[_add(request, given).pk]))
            form.add_error(None, _("This may be somebody we know already. Look below, or add them all the same."))
    context = {"hints": hints, "provinces": addresses.provinces()}
    return pages.render_form(request, "customers/new.html", form, context)


@transaction.atomic
def _add(request: Request, given: dict[str, Any]) -> Customer:
    by = Actor.staff(request.user)
    fields = ("name", "kind", "phone", "branch", "owner", "source", "industry", "wechat", "note")
    customer = services.add_customer(by=by, **{name: given[name] for name in fields})
    parts = {name: given[name] for name in ("province", "city", "district", "detail")}
    if any(parts.values()):
        services.add_address(customer=customer, by=by, **parts)
    if given["contact"]:
        services.add_contact(customer=customer, name=given["contact"], by=by)
    return customer


def _hints(request: Request, name: str, phone: str) -> list[selectors.Duplicate]:
    number = phones.read_or_none(phone)
    return selectors.duplicates(name=name, numbers=[number.e164] if number else [], user=request.user)


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def duplicates(request: Request) -> HttpResponse:
    """While somebody types a new customer: who may be the same."""
    name, phone = request.GET.get("name", "").strip()[:120], request.GET.get("phone", "")[:40]
    return render(request, "customers/_duplicates.html", {"hints": _hints(request, name, phone)})


@require_POST
@requires(Perm.CUSTOMER_VIEW)
def recognise(request: Request) -> HttpResponse:
    """A pasted line taken apart, for the paste island: {"fields": {…}, "found": […]}."""
    pasted = addresses.read_paste(request.POST.get("text", "")[:1000])
    fields = {
        "name": pasted.name,
        "phone": phones.national(pasted.phone) if pasted.phone else "",
        "province": pasted.parts.province,
        "city": pasted.parts.city,
        "district": pasted.parts.district,
        "detail": pasted.parts.detail if pasted.parts.province or pasted.parts.city else "",
    }
    named = [
        (_("Name"), fields["name"]),
        (_("Phone"), fields["phone"]),
        (_("Address"), "".join(fields[name] for name in ("province", "city", "district", "detail"))),
    ]
    found = [f"{label} {value}" for label, value in named if value]
    return JsonResponse({"fields": {name: value for name, value in fields.items() if value}, "found": found})


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def customer(request: Request, customer_id: int) -> HttpResponse:
    found = access.get_customer(request.user, customer_id)
    if found.merged_into is not None:
        return pages.go(reverse("customers:customer", args=[selectors.survivor(found).pk]))
    user = request.user
    context = {
        "customer": found,
        "facts": selectors.facts_of(found),
        "panels": panels.panels(user, "customer", found.pk),
        "entries": timelines.timeline(user, "customer", found.pk, STORY),
        "hints": selectors.duplicates_of(found, user) if user.may(Perm.CUSTOMER_MERGE) else [],
        "merged": merging.recent_merge(found, now()) if user.may(Perm.CUSTOMER_MERGE) else None,
        "files": files.files_of(f"customer:{found.pk}"),
        "tier_tone": TIER_TONES.get(found.tier, ""),
        "may_edit": user.may(Perm.CUSTOMER_EDIT),
    }
    return render(request, "customers/customer.html", context)


TIER_TONES = {Tier.VIP.value: "accent", Tier.KEY.value: "blue", Tier.CARE.value: "amber"}


@require_http_methods(["GET", "POST"])
@requires(Perm.CUSTOMER_EDIT)
def edit(request: Request, customer_id: int) -> HttpResponse:
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    form = forms.ChangeCustomer(request.user, found, request.POST or None)
    if form.is_valid():
        with pages.errors_into(form):
            services.change_customer(
                customer=found,
                by=Actor.staff(request.user),
                version=form.cleaned_data["version"],
                **form.changes(),
            )
            return pages.go(reverse("customers:customer", args=[found.pk]))
    shown = masks.mask_name(found.name) if found.is_person else found.name
    return pages.render_form(request, "customers/edit.html", form, {"customer": found, "shown": shown})


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def timeline(request: Request, customer_id: int) -> HttpResponse:
    found = access.get_customer(request.user, customer_id)
    entries = timelines.timeline(request.user, "customer", found.pk, STORY)
    return render(request, "customers/_timeline.html", {"entries": entries})


@require_GET
@requires(Perm.CUSTOMER_VIEW)
def tier(request: Request, customer_id: int) -> HttpResponse:
    """Why this tier: the rule table's row and what it was asked with."""
    return _tier(request, access.get_customer(request.user, customer_id))


@require_POST
@requires(Perm.CUSTOMER_EDIT)
def decide_tier(request: Request, customer_id: int) -> HttpResponse:
    """Count and decide now instead of tonight."""
    found = access.get_customer(request.user, customer_id, Perm.CUSTOMER_EDIT)
    tiers.assess(customer=found, by=Actor.staff(request.user))
    return _tier(request, found)


def _tier(request: Request, customer: Customer) -> HttpResponse:
    decision = tiers.decision_of(customer)
    rows = (
        [(column.label, decision.inputs.get(column.name), column) for column in tiers.SPEC.inputs] if decision else []
    )
    context = {
        "customer": customer,
        "decision": decision,
        "rows": rows,
        "may_edit": request.user.may(Perm.CUSTOMER_EDIT) and customer.merged_into_id is None,
    }
    return render(request, "customers/_tier.html", context)
