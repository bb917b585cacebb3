"""The product's pages and an empty one: what a page costs that asks nothing and says nothing."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_safe

from suhui.config.urls import handler404, handler500
from suhui.config.urls import urlpatterns as pages
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm

__all__ = ["handler404", "handler500", "urlpatterns"]
EMPTY = '{% extends "desk/base.html" %}'


@require_safe
@requires(Perm.WORKBENCH_USE)
def empty(request: Request) -> HttpResponse:
    return HttpResponse(next(iter(engines.all())).from_string(EMPTY).render({}, request))


urlpatterns = [*pages, path("bench/empty/", empty)]
