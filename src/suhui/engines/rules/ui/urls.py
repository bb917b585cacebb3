from django.urls import path

from suhui.engines.rules.ui import editing, views

PREFIX = "rules/"
urlpatterns = [
    path("", views.list_tables, name="list"),
    path("<str:code>/", views.table, name="table"),
    path("<str:code>/start/", editing.start, name="start"),
    path("<str:code>/draft/", editing.draft, name="draft"),
    path("<str:code>/save/", editing.save, name="save"),
    path("<str:code>/try/", editing.try_out, name="try"),
    path("<str:code>/switch-on/", editing.switch_on, name="switch-on"),
    path("<str:code>/drop/", editing.drop, name="drop"),
    path("<str:code>/drop-plan/", editing.drop_plan, name="drop-plan"),
    path("<str:code>/export/", views.export, name="export"),
    path("<str:code>/import/", editing.import_rows, name="import"),
]
