"""Settings, webhooks: endpoints, their log, replay. A secret is shown once, right after it was made."""

import json
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.platform.webhooks import registry, selectors, services
from suhui.platform.webhooks.choices import MessageState
from suhui.platform.webhooks.models import Endpoint
from suhui.platform.webhooks.ui.forms import EndpointForm, SinceForm

_SECRET = "webhook_secret"  # noqa: S105 - the name of a place in the session
TONES = {MessageState.PENDING: "amber", MessageState.DELIVERED: "green", MessageState.FAILED: "red"}


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def list_endpoints(request: Request) -> HttpResponse:
    page = pages.paginate(selectors.endpoints(), request)
    return pages.render(request, "webhooks/list.html", {"page": page, "keep": pages.keep(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.SYSTEM_MANAGE)
def new(request: Request) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.SYSTEM_MANAGE)
def change(request: Request, endpoint_id: int) -> HttpResponse:
    return _form(request, selectors.get_endpoint(endpoint_id))


def _form(request: Request, row: Endpoint | None) -> HttpResponse:
    initial = {name: getattr(row, name) for name in ("name", "url", "branch", "kinds")} if row else {}
    form = EndpointForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with pages.errors_into(form):
            saved = services.save_endpoint(endpoint=row, by=Actor.staff(request.user), **form.cleaned_data)
            if row is None:
                request.session[_SECRET] = [saved.pk, saved.secret]
            return _page(saved.pk)
    return pages.render_form(request, "webhooks/form.html", form, {"endpoint": row})


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def endpoint(request: Request, endpoint_id: int) -> HttpResponse:
    row = selectors.get_endpoint(endpoint_id)
    of, secret = request.session.pop(_SECRET, None) or (0, "")
    context = _log(request, row) | {
        "labels": [registry.label(kind) for kind in row.kinds],
        "secret": secret if of == row.pk else "",
        "two_secrets": row.old_secret and row.old_until and row.old_until > now(),
        "since_form": SinceForm(initial={"since": now() - timedelta(days=1)}),
    }
    return pages.render(request, "webhooks/endpoint.html", context)


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def log(request: Request, endpoint_id: int) -> HttpResponse:
    """The log alone, for its refreshing."""
    return pages.render(request, "webhooks/_log.html", _log(request, selectors.get_endpoint(endpoint_id)))


def _log(request: Request, row: Endpoint) -> dict[str, object]:
    state = request.GET.get("state", "")
    return {
        "endpoint": row,
        "page": pages.paginate(selectors.messages(row, state), request),
        "keep": pages.keep(request),
        "states": MessageState.choices,
        "state": state,
        "tones": TONES,
        "label": registry.label,
    }


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def secret(request: Request, endpoint_id: int) -> HttpResponse:
    row = services.rotate_secret(endpoint=selectors.get_endpoint(endpoint_id), by=Actor.staff(request.user))
    request.session[_SECRET] = [row.pk, row.secret]
    return _page(row.pk)


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def ping(request: Request, endpoint_id: int) -> HttpResponse:
    services.ping(endpoint=selectors.get_endpoint(endpoint_id), by=Actor.staff(request.user))
    return _page(endpoint_id)


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def switch(request: Request, endpoint_id: int) -> HttpResponse:
    """Pause it, or take it up again."""
    row = selectors.get_endpoint(endpoint_id)
    do = services.pause if row.active else services.resume
    do(endpoint=row, by=Actor.staff(request.user))
    return _page(endpoint_id)


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def replay_failed(request: Request, endpoint_id: int) -> HttpResponse:
    row = selectors.get_endpoint(endpoint_id)
    form = SinceForm(request.POST)
    since = form.cleaned_data["since"] if form.is_valid() else now() - timedelta(days=1)
    count = services.replay_failed(endpoint=row, since=since, by=Actor.staff(request.user))
    said = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    toasts.add(request, said % {"count": count})
    return _page(endpoint_id)


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def message(request: Request, message_id: int) -> HttpResponse:
    row = selectors.get_message(message_id)
    context = {
        "message": row,
        "label": registry.label(row.kind),
        "body": json.dumps(json.loads(row.body), ensure_ascii=False, indent=2),
        "attempts": list(row.attempts.all()[:50]),
        "tones": TONES,
    }
    return pages.render(request, "webhooks/message.html", context)


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def replay(request: Request, message_id: int) -> HttpResponse:
    row = selectors.get_message(message_id)
    services.replay(message=row, by=Actor.staff(request.user))
    toasts.add(request, _("It is sent again."))
    return pages.go(reverse("webhooks:message", args=[message_id]))


def _page(endpoint_id: int) -> HttpResponse:
    return pages.go(reverse("webhooks:endpoint", args=[endpoint_id]))
