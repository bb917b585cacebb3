from django.urls import path

from suhui.platform.desk.ui import kit, sharing, system, views

PREFIX = ""
urlpatterns = [
    path("undo/<uuid:token>/", views.undo, name="undo"),
    path("draft/", views.draft, name="draft"),
    path("share/<slug:kind>/<int:subject_id>/", sharing.share, name="share"),
    path("preferences/", views.preferences, name="preferences"),
    path("settings/", views.settings, name="settings"),
    path("settings/kit/", kit.kit, name="kit"),
    path("settings/kit/why/", kit.kit_fragment, name="kit-fragment"),
    path("settings/system/", system.events, name="system-events"),
    path("settings/system/events/<int:delivery_id>/retry/", system.retry_event, name="event-retry"),
    path("settings/system/events/<int:delivery_id>/skip/", system.skip_event, name="event-skip"),
    path("settings/system/jobs/", system.jobs, name="system-jobs"),
    path("settings/system/jobs/<int:job_id>/retry/", system.retry_job, name="job-retry"),
]
