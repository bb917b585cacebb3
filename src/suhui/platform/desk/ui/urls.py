from django.urls import path

from suhui.platform.desk.ui import views

PREFIX = ""
urlpatterns = [
    path("undo/<uuid:token>/", views.undo, name="undo"),
    path("draft/", views.draft, name="draft"),
    path("preferences/", views.preferences, name="preferences"),
    path("settings/", views.settings, name="settings"),
]
