"""Jinja2 for every room's `templates/`: translation, assets, icons, and the words a page needs."""

import json
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from markupsafe import Markup

from suhui.platform.desk import banners, filters, navigation, toasts, words
from suhui.platform.people.permissions import Perm


class RoomTemplates(Jinja2):
    app_dirname = "templates"


def environment(**options: Any) -> Environment:
    env = Environment(  # noqa: S701 - Django passes autoescape=True in `options`
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        _=_said,
        gettext=_said,
        url=_url,
        maybe_url=_maybe_url,
        asset=asset,
        icon=icon,
        Perm=Perm,
        get_language=translation.get_language,
        demo=settings.DEMO,
        script_words=words.for_scripts,
        banners_for=banners.banners_for,
        **filters.FUNCTIONS,
    )
    env.filters.update(filters.ALL)
    return env


def _said(message: str, **values: Any) -> Markup:
    """A sentence of a template in the reader's language. Jinja's own way to it takes three times as long, and a page
    says a thousand."""
    found = _sentence(message, translation.get_language())
    return found % values if values or "%" in found else found


@lru_cache(maxsize=20_000)
def _sentence(message: str, language: str | None) -> Markup:
    with translation.override(language):
        return Markup(gettext(message))


def _compiled() -> FileSystemBytecodeCache | None:
    """Templates compiled by an earlier process, in the data folder; none where nothing can be written."""
    folder = settings.HOME / "templates"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page may use: the person, whether the shell around it is already on screen, and the rail."""
    user = request.user if request.user.is_authenticated else None
    return {
        "user": user,
        "swap": request.headers.get("X-Suhui-Page") == "1",
        "places": navigation.places_for(user) if user else [],
        "settings_pages": navigation.settings_for(user) if user else [],
        "path": request.path,
        "rail": "wide" if request.COOKIES.get("rail") == "wide" else "narrow",
        "pending_toasts": partial(toasts.take, request),
    }


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def _maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page of an upper room, or nothing while there is no such page."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@cache
def _built(name: str) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((settings.BUILT_FRONTEND / name).read_text())
    except OSError as error:
        raise RuntimeError("The front end is not built. Run: cd frontend && npm ci && npm run build") from error
    return found


@cache
def _drawing(name: str) -> str:
    """The inner SVG of an icon: from the build, or in a checkout, for one named since, from the icon set."""
    if name in _built("icons.json"):
        return _built("icons.json")[name]
    file = Path(__file__).parents[4] / f"frontend/node_modules/@tabler/icons/icons/outline/{name}.svg"
    if not file.is_file():
        raise RuntimeError(f"There is no icon {name!r} in the build. Is it a Tabler name written as a literal?")
    text = file.read_text()
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]


def asset(name: str) -> str:
    """The address of a built file ("app.js", "app.css") under its content hash."""
    return f"{settings.STATIC_URL}{_built('manifest.json')[name]}"


def icon(name: str, label: str = "") -> Markup:
    """A Tabler outline icon as inline SVG; with a `label` it is announced, without one it is decoration.

    The front-end build collects the names from the sources, so `name` is written as a literal.
    """
    hidden = f'role="img" aria-label="{Markup.escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" {hidden}>{_drawing(name)}</svg>'
    )
