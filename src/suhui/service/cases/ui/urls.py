from django.urls import path

from suhui.service.cases.ui import asking, bulk, cases, lists, opening, setup, talking, views

PREFIX = "cases/"
urlpatterns = [
    path("", lists.list_cases, name="list"),
    path("rows/", lists.rows, name="rows"),
    path("menu/", lists.menu, name="menu"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/export/", bulk.export, name="export"),
    path("bulk/<slug:what>/", bulk.ask, name="bulk-ask"),
    path("views/", views.views, name="views"),
    path("views/move/", views.move, name="move-view"),
    path("views/first/", views.first, name="first-view"),
    path("views/<int:view_id>/", views.change, name="change-view"),
    path("views/<int:view_id>/drop/", views.drop, name="drop-view"),
    path("new/", opening.new, name="new"),
    path("new/fields/", opening.kind_fields, name="new-fields"),
    path("new/recognise/", opening.recognise, name="recognise"),
    path("new/offered/", opening.offered, name="offered"),
    path("setup/", setup.index, name="setup"),
    path("setup/<slug:what>/new/", setup.edit, name="setup-new"),
    path("setup/<slug:what>/<int:pk>/", setup.edit, name="setup-edit"),
    path("<int:case_id>/", cases.case, name="case"),
    path("<int:case_id>/work/", cases.work, name="work"),
    path("<int:case_id>/story/", cases.story, name="story"),
    path("<int:case_id>/context/", cases.context, name="context"),
    path("<int:case_id>/why/", cases.why, name="why"),
    path("<int:case_id>/ask/<slug:name>/", asking.ask, name="ask"),
    path("<int:case_id>/do/<slug:name>/", asking.do, name="do"),
    path("<int:case_id>/reply/", talking.reply, name="reply"),
    path("<int:case_id>/note/", talking.note, name="note"),
    path("<int:case_id>/colleagues/", talking.colleagues, name="colleagues"),
    path("<int:case_id>/macro/<int:macro_id>/", talking.macro, name="macro"),
    path("<int:case_id>/unsend/<int:entry_id>/", talking.unsend, name="unsend"),
    path("<int:case_id>/tick/<int:check_id>/", talking.tick, name="tick"),
]
