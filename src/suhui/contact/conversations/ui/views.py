from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from suhui.contact.conversations import access, listing, services
from suhui.contact.conversations.choices import Channel, Direction
from suhui.contact.conversations.models import Contact
from suhui.contact.conversations.ui.forms import LogContact
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages, panels
from suhui.platform.desk.pages import paginate, render
from suhui.platform.files import selectors as files
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.customers import access as customers
from suhui.records.customers import phones
from suhui.records.customers import selectors as known
from suhui.records.customers import services as records
from suhui.records.customers.choices import Source
from suhui.records.customers.models import Customer
from suhui.records.shipments import access as parcels_access
from suhui.records.shipments import selectors as parcels


@require_GET
@requires(Perm.CONTACT_VIEW)
def contacts(request: Request) -> HttpResponse:
    filters = listing.Filters.read(request.GET)
    context = {
        "page": paginate(listing.contacts(request.user, filters), request),
        "filters": filters,
        "keep": pages.keep(request),
        "channels": Channel.choices,
        "directions": Direction.choices,
        "topics": " ".join(access.watched_by(request.user)),
    }
    live = request.headers.get("X-Suhui-Live") == "1"
    return render(request, "conversations/_list.html" if live else "conversations/list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Perm.CONTACT_LOG)
def new(request: Request) -> HttpResponse:
    customer = _customer(request, request.POST.get("customer") or request.GET.get("customer", ""))
    initial = {"phone": request.GET.get("phone", ""), "customer": customer.pk if customer else None}
    form = LogContact(request.POST or None, initial=initial)
    if form.is_valid():
        with pages.errors_into(form):
            return pages.go(reverse("conversations:contact", args=[_log(request, form, customer).pk]))
    context = {
        "customer": customer,
        "facts": known.facts_of(customer) if customer else None,
        "panels": panels.panels(request.user, "customer", customer.pk) if customer else [],
    }
    return pages.render_form(request, "conversations/new.html", form, context)


@transaction.atomic
def _log(request: Request, form: LogContact, customer: Customer | None) -> Contact:
    given, by, branch = form.cleaned_data, Actor.staff(request.user), request.user.branch
    if customer is None and given["phone"]:
        customer = records.find_or_add_by_phone(
            phone=given["phone"], name=given["name"], branch=branch, source=Source.PHONE, by=by
        )
    return services.log_contact(
        channel=given["channel"],
        direction=given["direction"],
        branch=branch,
        by=by,
        text=given["text"],
        customer=customer,
        phone=given["phone"],
        agent=request.user,
        seconds=given["seconds"] or 0,
    )


def _customer(request: Request, raw: str) -> Customer | None:
    if not raw.isdecimal() or len(raw) > 18:
        return None
    try:
        return known.survivor(customers.get_customer(request.user, int(raw)))
    except Missing:
        return None


@require_GET
@requires(Perm.CONTACT_LOG)
def who(request: Request) -> HttpResponse:
    """While a contact is typed: who has this number, which parcels the text names, and what to check with them."""
    number = phones.read_or_none(request.GET.get("phone", "")[:40])
    callers = list(known.by_phone(number.e164).filter(pk__in=customers.visible_to(request.user))[:5]) if number else []
    named = [item.pk for item in parcels.link_text(request.GET.get("text", "")[:4000])]
    waybills = parcels_access.visible_to(request.user).filter(pk__in=named).select_related("carrier")
    context = {
        "number": number,
        "callers": callers,
        "facts": known.facts_of(callers[0]) if len(callers) == 1 else None,
        "panels": panels.panels(request.user, "customer", callers[0].pk) if len(callers) == 1 else [],
        "waybills": list(waybills),
    }
    return render(request, "conversations/_who.html", context)


@require_GET
@requires(Perm.CONTACT_VIEW)
def contact(request: Request, contact_id: int) -> HttpResponse:
    found = access.get_contact(request.user, contact_id)
    customer = _customer(request, str(found.customer_id)) if found.customer_id else None
    context = {
        "contact": found,
        "waybills": list(found.waybills.all()),
        "customer": customer,
        "facts": known.facts_of(customer) if customer else None,
        "panels": panels.panels(request.user, "contact", found.pk),
        "customer_panels": panels.panels(request.user, "customer", customer.pk) if customer else [],
        "files": files.files_of(f"contact:{found.pk}"),
    }
    return render(request, "conversations/contact.html", context)
