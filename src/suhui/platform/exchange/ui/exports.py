"""Taking a list along, and who took which."""

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.clock import local
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.exchange import access, exporting
from suhui.platform.exchange.choices import ExportFormat
from suhui.platform.exchange.models import Export
from suhui.platform.exchange.ui.imports import as_file, tabs
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.choices import Reason


@require_safe
@requires(Perm.DATA_EXPORT, Perm.EXPORT_WATCH)
def history(request: Request) -> HttpResponse:
    rows = access.exports_visible_to(request.user).select_related("by", "branch")
    context = {
        "page": pages.paginate(rows, request),
        "keep": pages.keep(request),
        "tabs": tabs(request, "exports"),
        "labels": {row.view: view.label for row in rows[:500] if (view := exporting.view_named(row.view))},
        "backs": {row.view: view.back for row in rows[:500] if (view := exporting.view_named(row.view))},
        "reasons": dict(Reason.choices),
    }
    return pages.render(request, "exchange/exports.html", context)


def _view(request: Request, name: str) -> exporting.View:
    view = exporting.view_named(name)
    if view is None or not exporting.may_export(request.user, view):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return view


@require_safe
@requires(Perm.DATA_EXPORT)
def ask(request: Request, view: str) -> HttpResponse:
    """In which form, and whether personal data is needed in full."""
    known = _view(request, view)
    context = {
        "view": known,
        "query": request.GET.urlencode(),
        "forms": ExportFormat.choices,
        "reasons": Reason.choices,
        "may_full": request.user.may(Perm.PERSONAL_DATA_EXPORT),
        "has_masked": any(column.mask for column in known.columns),
    }
    return pages.render(request, "exchange/export.html", context)


@require_POST
@requires(Perm.DATA_EXPORT)
def take(request: Request, view: str) -> StreamingHttpResponse:
    known = _view(request, view)
    form = request.POST.get("form", "")
    query = QueryDict(request.POST.get("query", "")[:2000])
    reason = request.POST.get("reason", "")
    row, pieces = exporting.begin(user=request.user, view=known, query=query, form=form, reason=reason)
    return as_file(pieces, file_name(known, row), form)


def file_name(view: exporting.View, row: Export) -> str:
    """What the file of an export is called."""
    return f"{view.label} {local(row.at):%Y-%m-%d %H%M} {row.number}.{row.format}"
