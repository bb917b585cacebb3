from django.urls import path

from suhui.contact.conversations.ui import views

PREFIX = "contacts/"
urlpatterns = [
    path("", views.contacts, name="list"),
    path("new/", views.new, name="new"),
    path("who/", views.who, name="who"),
    path("<int:contact_id>/", views.contact, name="contact"),
]
