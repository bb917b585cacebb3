from django.urls import path

from suhui.engines.tasks.ui import views, work

PREFIX = "tasks/"
urlpatterns = [
    path("", views.list_tasks, name="list"),
    path("<int:task_id>/", views.task, name="task"),
    path("<int:task_id>/body/", views.body, name="body"),
    path("<int:task_id>/why/", views.why, name="why"),
    path("<int:task_id>/claim/", work.claim, name="claim"),
    path("<int:task_id>/release/", work.release, name="release"),
    path("<int:task_id>/delegate/", work.delegate, name="delegate"),
    path("<int:task_id>/return/", work.give_back, name="return"),
    path("<int:task_id>/send-again/", work.send_again, name="send-again"),
    path("<int:task_id>/complete/", work.complete, name="complete"),
    path("<int:task_id>/break/", work.break_promise, name="break"),
    path("<int:task_id>/cancel/", work.cancel, name="cancel"),
    path("<int:task_id>/chase/", work.chase, name="chase"),
    path("<int:task_id>/postpone/", work.postpone, name="postpone"),
    path("<int:task_id>/remind/", work.remind, name="remind"),
    path("<int:task_id>/note/", work.note, name="note"),
    path("<int:task_id>/tick/<int:number>/", work.tick, name="tick"),
    path("<int:task_id>/photos/", work.photos, name="photos"),
    path("<int:task_id>/photos/<uuid:file_id>/remove/", work.remove_photo, name="remove-photo"),
]
