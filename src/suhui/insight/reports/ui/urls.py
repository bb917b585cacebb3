from django.urls import path

from suhui.insight.reports.ui import plan_views, views

urlpatterns = [
    path("", views.runs, name="list"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("runs/<int:run_id>/rows/", views.rows, name="rows"),
    path("runs/<int:run_id>/report.xlsx", views.xlsx, name="xlsx"),
    path("runs/<int:run_id>/confirm/", views.confirm, name="confirm"),
    path("runs/<int:run_id>/readers/", views.readers, name="readers"),
    path("runs/<int:run_id>/chase/", views.chase, name="chase"),
    path("plans/<slug:code>/", plan_views.plan, name="plan"),
    path("plans/<slug:code>/make/", plan_views.make, name="make"),
    path("plans/<slug:code>/receivers/", plan_views.add_receiver, name="add-receiver"),
    path("plans/<slug:code>/receivers/<int:receiver_id>/remove/", plan_views.remove_receiver, name="remove-receiver"),
]
