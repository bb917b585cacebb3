from django.urls import path, re_path

from suhui.platform.rest.mounting import addresses
from suhui.screens.api.assembly import assembled
from suhui.screens.api.ui import views

PREFIX = "api/v1/"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("docs/", views.docs, name="docs"),
    *addresses(assembled()),
    re_path(r"^", views.nothing, name="nothing"),
]
