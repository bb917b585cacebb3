"""Every room's pages, found by its `ui/urls.py`. A room's module says its own prefix in `PREFIX`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path


def room_urls() -> list[URLPattern | URLResolver]:
    """One include per room that has pages; the namespace is the room's label."""
    found: list[URLPattern | URLResolver] = []
    for room in settings.ROOMS:
        if find_spec(f"{room}.ui") is None or find_spec(f"{room}.ui.urls") is None:
            continue
        module = import_module(f"{room}.ui.urls")
        label = room.rsplit(".", 1)[1]
        found.append(path(getattr(module, "PREFIX", f"{label}/"), include((module.urlpatterns, label))))
    return found


urlpatterns = room_urls()
handler404 = "suhui.platform.desk.ui.views.missing"
handler500 = "suhui.platform.desk.ui.views.broken"
