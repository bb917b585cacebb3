from django.urls import path

from suhui.records.customers.ui import facts, merging, views

PREFIX = "customers/"
urlpatterns = [
    path("", views.customers, name="list"),
    path("new/", views.new, name="new"),
    path("recognise/", views.recognise, name="recognise"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("freshness/", facts.freshness, name="freshness"),
    path("<int:customer_id>/", views.customer, name="customer"),
    path("<int:customer_id>/edit/", views.edit, name="edit"),
    path("<int:customer_id>/timeline/", views.timeline, name="timeline"),
    path("<int:customer_id>/tier/", views.tier, name="tier"),
    path("<int:customer_id>/tier/decide/", views.decide_tier, name="decide-tier"),
    path("<int:customer_id>/facts/", facts.facts, name="facts"),
    path("<int:customer_id>/facts/<slug:kind>/", facts.add, name="add-fact"),
    path("<int:customer_id>/facts/<slug:kind>/<int:fact_id>/", facts.change, name="change-fact"),
    path("<int:customer_id>/facts/<slug:kind>/<int:fact_id>/correct/", facts.correct, name="correct-fact"),
    path("<int:customer_id>/files/", facts.attach, name="attach"),
    path("<int:customer_id>/merge/", merging.choose, name="merge"),
    path("<int:customer_id>/part/", merging.part, name="part"),
]
