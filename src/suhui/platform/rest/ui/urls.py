from django.urls import path

from suhui.platform.rest.ui import views

PREFIX = "settings/tokens/"
urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("<int:token_id>/revoke/", views.revoke, name="revoke"),
    path("limits/", views.limits, name="limits"),
]
