"""Jinja2 for every room's `templates/`: translation, assets, icons, and the words a page needs."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from suhui.platform.desk import filters, navigation
from suhui.platform.people.permissions import Perm


class RoomTemplates(Jinja2):
    app_dirname = "templates"


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701 - Django passes autoescape=True in `options`
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        url=_url, asset=asset, icon=icon, Perm=Perm, get_language=translation.get_language, demo=settings.DEMO
    )
    env.filters.update(filters.ALL)
    return env


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page may use: the person, whether the shell around it is already on screen, and the rail."""
    user = request.user if request.user.is_authenticated else None
    return {
        "user": user,
        "swap": request.headers.get("X-Suhui-Page") == "1",
        "places": navigation.places_for(user) if user else [],
        "path": request.path,
    }


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


@cache
def _built(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((settings.BUILT_FRONTEND / name).read_text())
    return found


def asset(name: str) -> str:
    """The address of a built file ("app.js", "app.css") under its content hash."""
    return f"/static/{_built('manifest.json')[name]}"


def icon(name: str, label: str = "") -> Markup:
    """A Tabler outline icon as inline SVG; with a `label` it is announced, without one it is decoration.

    The front-end build collects the names from the sources, so `name` is written as a literal.
    """
    hidden = f'role="img" aria-label="{Markup.escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" {hidden}>{_built("icons.json")[name]}</svg>'
    )
