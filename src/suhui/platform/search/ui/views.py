from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.platform.search import registry, selectors
from suhui.platform.search.tasks import rebuild_kind

SHOWN = 50
LONGEST = 200


@require_safe
@requires(Perm.SEARCH_USE)
def search(request: Request) -> HttpResponse:
    """The page of hits: all kinds together or one, the newest fifty."""
    text = request.GET.get("q", "")[:LONGEST].strip()
    kinds = registry.kinds_for(request.user)
    kind = next((known.kind for known in kinds if known.kind == request.GET.get("kind")), None)
    hits = selectors.search(request.user, text, limit=SHOWN + 1, kind=kind)
    context = {
        "text": text,
        "kinds": kinds,
        "kind": kind,
        "hits": hits[:SHOWN],
        "more": len(hits) > SHOWN,
        "shown": SHOWN,
        "keep": pages.keep(request, "kind"),
        "inexact": bool(hits) and hits[0].why in ("similar", "sound"),
    }
    return pages.render(request, "search/search.html", context)


@require_safe
@requires(Perm.SEARCH_USE)
def suggest(request: Request) -> HttpResponse:
    """What the box shows while one types."""
    text = request.GET.get("q", "")[:LONGEST].strip()
    groups = selectors.suggestions(request.user, text) if text else []
    return pages.render(request, "search/_suggest.html", {"groups": groups, "text": text})


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def index(request: Request) -> HttpResponse:
    """What is indexed, kind by kind, and how a rebuilding goes."""
    return pages.render(request, "search/index.html", {"lines": selectors.index_state()})


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def rebuild(request: Request, kind: str) -> HttpResponse:
    known = registry.kind_named(kind)
    if known is None or known.ids is None:
        raise Missing(_("There is no such kind to rebuild."))
    rebuild_kind.defer(kind=kind)
    toasts.add(request, _("Rebuilding has been put into the queue."))
    return pages.go(reverse("search:index"))
