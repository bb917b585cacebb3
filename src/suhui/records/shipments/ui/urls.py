from django.urls import path

from suhui.records.shipments.ui import changes, exceptions, hooks, settings, tables, views, words

PREFIX = ""
urlpatterns = [
    path("waybills/", views.list_waybills, name="list"),
    path("waybills/new/", views.register, name="register"),
    path("waybills/read/", views.read_paste, name="read"),
    path("waybills/exceptions/", exceptions.list_exceptions, name="exceptions"),
    path("waybills/exceptions/bulk/", exceptions.bulk, name="bulk"),
    path("waybills/exceptions/<int:exception_id>/clear/", exceptions.clear, name="clear"),
    path("waybills/exceptions/<int:exception_id>/why/", exceptions.why, name="exception-why"),
    path("waybills/follow-ups/", tables.follow_ups, name="follow-ups"),
    path("waybills/amendments/", tables.amendments, name="amendments"),
    path("waybills/follow-ups/<int:follow_up_id>/", changes.move_follow_up, name="follow-up"),
    path("waybills/amendments/<int:amendment_id>/", changes.settle, name="settle"),
    path("waybills/<int:waybill_id>/", views.waybill, name="waybill"),
    path("waybills/<int:waybill_id>/body/", views.body, name="body"),
    path("waybills/<int:waybill_id>/parcel/", views.parcel, name="parcel"),
    path("waybills/<int:waybill_id>/print/", views.print_waybill, name="print"),
    path("waybills/<int:waybill_id>/facts/", changes.facts, name="facts"),
    path("waybills/<int:waybill_id>/note/", changes.note, name="note"),
    path("waybills/<int:waybill_id>/scan/", changes.scan, name="scan"),
    path("waybills/<int:waybill_id>/follow-up/", changes.add_follow_up, name="add-follow-up"),
    path("waybills/<int:waybill_id>/amend/", changes.amend, name="amend"),
    path("waybills/<int:waybill_id>/ask/", changes.ask, name="ask"),
    path("settings/carriers/", settings.carriers, name="carriers"),
    path("settings/carriers/accounts/<slug:provider>/", settings.account, name="account"),
    path("settings/carriers/codes/", settings.codes, name="codes"),
    path("settings/carriers/numbers/", settings.numbers, name="numbers"),
    path("settings/carriers/numbers/<int:pattern_id>/remove/", settings.remove_pattern, name="remove-pattern"),
    path("settings/carriers/pushes/", settings.pushes, name="pushes"),
    path("settings/carriers/pushes/<int:push_id>/again/", settings.push_again, name="push-again"),
    path("settings/customer-words/", words.all_words, name="all-words"),
    path("settings/customer-words/<slug:kind>/", words.words, name="words"),
    path("hooks/carriers/<slug:provider>/", hooks.push, name="push"),
]
