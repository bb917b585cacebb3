from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from suhui.platform.calendars import services
from suhui.platform.calendars.ui.forms import ImportForm
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@require_http_methods(["GET", "POST"])
@requires(Perm.CALENDAR_MANAGE)
def import_list(request: Request) -> HttpResponse:
    """Read a list, show what it would change, and write it when asked to with `apply`."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"complete": True})
    change = None
    if form.is_valid():
        data = form.cleaned_data
        arguments = {"text": data["text"], "filename": data["source"], "complete": data["complete"]}
        change = services.import_holidays(**arguments, dry_run=True, by=Actor.staff(request.user))
        if request.POST.get("apply") and not change.errors:
            services.import_holidays(**arguments, by=Actor.staff(request.user))
            return pages.go(reverse("calendars:list"))
    return pages.render_form(request, "calendars/import.html", form, {"change": change})


@require_POST
@requires(Perm.CALENDAR_MANAGE)
def fill(request: Request) -> HttpResponse:
    """Fill a year from the shipped data."""
    raw = request.POST.get("year", "")
    if not raw.isdecimal() or len(raw) != 4:
        raise BadInput(_("Which year?"))
    services.fill_year(year=int(raw), by=Actor.staff(request.user))
    return pages.go(reverse("calendars:list"))
