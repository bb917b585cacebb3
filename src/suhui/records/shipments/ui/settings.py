"""Setting up carriers: accounts, what codes mean, how numbers look, pushes that wait."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import services
from suhui.records.shipments.candidates import recognise
from suhui.records.shipments.choices import Provider, PushState, Source, SubscriptionState
from suhui.records.shipments.mapping import SHIPPED
from suhui.records.shipments.models import (
    Carrier,
    CarrierAccount,
    CarrierPush,
    NumberPattern,
    StatusCode,
    Subscription,
    UnknownCode,
)
from suhui.records.shipments.patterns import PATTERNS
from suhui.records.shipments.ui.forms import AccountForm, MeaningForm, PatternForm


@require_safe
@requires(Perm.CARRIER_CONFIGURE)
def carriers(request: Request) -> HttpResponse:
    accounts = {row.provider: row for row in CarrierAccount.objects.all()}
    context = {
        "providers": [(value, str(label), accounts.get(value)) for value, label in Provider.choices],
        "carriers": list(Carrier.objects.all()[:300]),
        "unknown_count": UnknownCode.objects.count(),
        "push_count": CarrierPush.objects.filter(state__in=[PushState.FAILED, PushState.REFUSED]).count(),
        "failed_count": Subscription.objects.filter(state=SubscriptionState.FAILED).count(),
    }
    return pages.render(request, "shipments/carriers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.CARRIER_CONFIGURE)
def account(request: Request, provider: str) -> HttpResponse:
    """Enter or change an account. Secrets go in and never come out."""
    if provider not in Provider.values:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    row = CarrierAccount.objects.filter(provider=provider).first()
    usual = request.build_absolute_uri(reverse("shipments:push", args=[provider]))
    initial = {"name": Provider(provider).label, "callback": usual, "active": True}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("name", "customer", "callback", "address", "active")}
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(provider, row.secrets if row else {}, posted, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        with pages.errors_into(form):
            services.save_account(
                provider=provider,
                name=data["name"],
                customer=data["customer"],
                secrets=form.secrets(),
                address=data["address"],
                callback=data["callback"],
                active=data["active"],
                by=Actor.staff(request.user),
            )
            return pages.go(reverse("shipments:carriers"))
    context = {"provider": Provider(provider), "account": row, "usual": usual}
    return pages.render_form(request, "shipments/account.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.CARRIER_CONFIGURE)
def codes(request: Request) -> HttpResponse:
    """Codes nobody knows yet, and what the known ones mean."""
    form = MeaningForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with pages.errors_into(form):
            services.set_meaning(by=Actor.staff(request.user), **form.cleaned_data)
            return pages.go(reverse("shipments:codes"))
    source = request.GET.get("source", Source.KUAIDI100)
    source = source if source in SHIPPED else Source.KUAIDI100.value
    context = {
        "unknown": list(UnknownCode.objects.all()[:100]),
        "own": list(StatusCode.objects.all()[:300]),
        "source": source,
        "sources": [(value, label) for value, label in Source.choices if value in SHIPPED],
        "shipped": sorted(SHIPPED[source].items()),
    }
    return pages.render_form(request, "shipments/codes.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.CARRIER_CONFIGURE)
def numbers(request: Request) -> HttpResponse:
    """How numbers look, the shipped rows and our own, with a place to try one."""
    form = PatternForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with pages.errors_into(form):
            services.add_pattern(by=Actor.staff(request.user), **form.cleaned_data)
            return pages.go(reverse("shipments:numbers"))
    tried = request.GET.get("number", "")[:60]
    context = {
        "own": list(NumberPattern.objects.select_related("carrier")[:200]),
        "shipped": PATTERNS,
        "names": dict(Carrier.objects.values_list("code", "name")),
        "tried": tried,
        "candidates": recognise(tried) if tried else [],
    }
    return pages.render_form(request, "shipments/numbers.html", form, context)


@require_POST
@requires(Perm.CARRIER_CONFIGURE)
def remove_pattern(request: Request, pattern_id: int) -> HttpResponse:
    services.remove_pattern(pattern_id=pattern_id, by=Actor.staff(request.user))
    return pages.go(reverse("shipments:numbers"))


@require_safe
@requires(Perm.CARRIER_CONFIGURE)
def pushes(request: Request) -> HttpResponse:
    """Pushes that were refused or could not be understood."""
    state = request.GET.get("state", PushState.FAILED)
    state = state if state in PushState.values else PushState.FAILED
    rows = CarrierPush.objects.filter(state=state).order_by("-received_at").defer("fields")
    context = {
        "page": pages.paginate(rows, request),
        "keep": pages.keep(request),
        "state": state,
        "tabs": [(label, f"?state={value}", value == state, None) for value, label in PushState.choices],
        "may_try": state in (PushState.FAILED, PushState.REFUSED),
    }
    return pages.render(request, "shipments/pushes.html", context)


@require_POST
@requires(Perm.CARRIER_CONFIGURE)
def push_again(request: Request, push_id: int) -> HttpResponse:
    """Try it again; its signature is checked anew."""
    push = CarrierPush.objects.filter(pk=push_id).first()
    if push is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    services.process_again(push=push, by=Actor.staff(request.user))
    return pages.go(f"{reverse('shipments:pushes')}?state=received")
