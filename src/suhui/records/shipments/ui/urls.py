from django.urls import path

from suhui.records.shipments.ui import hooks

PREFIX = ""
urlpatterns = [
    path("hooks/carriers/<slug:provider>/", hooks.push, name="push"),
]
