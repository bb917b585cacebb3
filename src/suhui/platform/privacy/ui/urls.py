from django.urls import path

from suhui.platform.privacy.ui import views

PREFIX = "privacy/"
urlpatterns = [
    path("reveal/", views.reveal, name="reveal"),
    path("reveals/", views.reveals, name="reveals"),
]
