from django.urls import path

from suhui.platform.desk.ui import kit, views

PREFIX = ""
urlpatterns = [
    path("undo/<uuid:token>/", views.undo, name="undo"),
    path("draft/", views.draft, name="draft"),
    path("preferences/", views.preferences, name="preferences"),
    path("settings/", views.settings, name="settings"),
    path("settings/kit/", kit.kit, name="kit"),
    path("settings/kit/why/", kit.kit_fragment, name="kit-fragment"),
]
