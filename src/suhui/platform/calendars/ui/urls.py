from django.urls import path

from suhui.platform.calendars.ui import holiday_views, views

urlpatterns = [
    path("", views.calendars, name="list"),
    path("new/", views.add, name="new"),
    path("branches/", views.branches, name="branches"),
    path("branches/<int:branch_id>/", views.assign, name="assign"),
    path("holidays/import/", holiday_views.import_list, name="import"),
    path("holidays/fill/", holiday_views.fill, name="fill"),
    path("<int:calendar_id>/", views.year, name="year"),
    path("<int:calendar_id>/week/", views.week, name="week"),
    path("<int:calendar_id>/settings/", views.settings, name="settings"),
    path("<int:calendar_id>/default/", views.default, name="default"),
    path("<int:calendar_id>/retire/", views.retire, name="retire"),
    path("<int:calendar_id>/days/<slug:day>/", views.day, name="day"),
]
