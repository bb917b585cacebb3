from django.urls import path

from suhui.screens.setup.ui import views

urlpatterns = [
    path("", views.start, name="start"),
    path("guide/", views.guide, name="guide"),
    path("guide/done/", views.done, name="done"),
]
