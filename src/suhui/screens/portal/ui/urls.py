from django.urls import path

from suhui.screens.portal.ui import asking, cases, views

PREFIX = "p/"
urlpatterns = [
    path("", views.home, name="home"),
    path("track/", views.track, name="track"),
    path("language/", views.language, name="language"),
    path("parcels/<int:waybill_id>/", views.parcel, name="parcel"),
    path("parcels/<int:waybill_id>/leave/", views.leave, name="leave"),
    path("tell/", asking.begin, name="begin"),
    path("tell/<uuid:inquiry_id>/keep/", asking.keep, name="keep"),
    path("tell/<uuid:inquiry_id>/drop/", asking.drop, name="drop"),
    path("tell/<uuid:inquiry_id>/sent/", asking.sent, name="sent"),
    path("tell/<uuid:inquiry_id>/photos/<uuid:file_id>/remove/", asking.remove_photo, name="remove-photo"),
    path("tell/<uuid:inquiry_id>/<slug:step>/", asking.question, name="question"),
    path("cases/<str:token>/", cases.case, name="case"),
    path("cases/<str:token>/say/", cases.say, name="say"),
    path("cases/<str:token>/answer/", cases.answer, name="answer"),
    path("cases/<str:token>/rate/", cases.rate, name="rate"),
]
