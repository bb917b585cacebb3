from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.calendars import wording
from suhui.platform.calendars.models import Calendar
from suhui.platform.calendars.selectors import calendars, week_of
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages
from suhui.platform.people.choices import PresenceState
from suhui.platform.people.doors import Request, public, requires
from suhui.platform.people.permissions import Perm
from suhui.platform.people.services import set_presence
from suhui.screens.setup import selectors, services
from suhui.screens.setup.services import Wanted
from suhui.screens.setup.ui.forms import SetupForm


@require_http_methods(["GET", "POST"])
@public("the set-up page, while nobody exists who could sign in")
def start(request: HttpRequest) -> HttpResponse:
    """Make the company and its first administrator, and sign them in."""
    if not selectors.is_empty():
        raise Missing(_("This installation is set up already. Please sign in."))
    chosen = _calendars()
    default = next((code for code, _name in chosen), "")
    form = SetupForm(request.POST or None, calendars=chosen, initial={"calendar": default})
    if form.is_valid():
        with pages.errors_into(form):
            administrator = services.install(wanted=_wanted(form.cleaned_data), at=now())
            login(request, administrator, backend="django.contrib.auth.backends.ModelBackend")
            by = Actor.staff(administrator)
            set_presence(user=administrator, state=PresenceState.IDLE, at=now(), by=by)
            return pages.go(reverse("setup:guide"))
    return pages.render_form(request, "setup/start.html", form)


def _wanted(given: dict[str, Any]) -> Wanted:
    lines = [line.strip() for line in given["branches"].splitlines() if line.strip()]
    return Wanted(
        company=given["company"],
        name=given["name"],
        username=given["username"],
        password=given["password"],
        calendar=given["calendar"],
        branches=lines,
    )


def _calendars() -> list[tuple[str, str]]:
    """Those the product came with, the default first, in the reader's language, each with its hours."""
    chinese = (get_language() or "").startswith("zh")
    rows = calendars().order_by("-is_default", "pk")[:20]
    return [(row.code, f"{row.name if chinese else row.english_name or row.name} · {_hours(row)}") for row in rows]


def _hours(calendar: Calendar) -> str:
    """`周一–周五 09:00-12:00 13:30-18:00`."""
    groups = wording.week_groups(week_of(calendar))
    return ", ".join(
        f"{f'{first}–{last}' if last else first} {wording.spans_words(spans)}" for first, last, spans in groups
    )


@require_safe
@requires(Perm.ORG_MANAGE)
def guide(request: Request) -> HttpResponse:
    """The steps to the first case."""
    steps = selectors.steps()
    context = {"steps": steps, "left": sum(not step.done for step in steps), "open": selectors.unfinished() is not None}
    return pages.render(request, "setup/guide.html", context)


@require_POST
@requires(Perm.ORG_MANAGE)
def done(request: Request) -> HttpResponse:
    services.finish_guide(at=now(), by=Actor.staff(request.user))
    return pages.go("/")
