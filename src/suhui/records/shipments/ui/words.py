"""What customers are told about exceptions: read and written by the service manager."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import services
from suhui.records.shipments.choices import ExceptionKind
from suhui.records.shipments.models import CustomerWords
from suhui.records.shipments.ui.forms import WordsForm


@require_safe
@requires(Perm.CASE_CONFIGURE)
def all_words(request: Request) -> HttpResponse:
    written = {row.kind: row for row in CustomerWords.objects.all()}
    rows = [(value, label, written.get(value)) for value, label in ExceptionKind.choices]
    return pages.render(request, "shipments/all_words.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Perm.CASE_CONFIGURE)
def words(request: Request, kind: str) -> HttpResponse:
    """Write one of them anew."""
    if kind not in ExceptionKind.values:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    row = CustomerWords.objects.filter(kind=kind).first()
    initial = {name: getattr(row, name) for name in WordsForm.base_fields} if row else {}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with pages.errors_into(form):
            services.write_words(kind=kind, by=Actor.staff(request.user), **form.cleaned_data)
            return pages.go(reverse("shipments:all-words"))
    return pages.render_form(request, "shipments/words.html", form, {"kind": ExceptionKind(kind)})
