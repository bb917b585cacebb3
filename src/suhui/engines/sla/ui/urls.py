from django.urls import path

from suhui.engines.sla.ui import views

urlpatterns = [
    path("", views.policies, name="list"),
    path("new/", views.add, name="new"),
    path("<slug:code>/", views.edit, name="edit"),
    path("<slug:code>/retire/", views.retire, name="retire"),
]
