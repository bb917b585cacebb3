from django.urls import path

from suhui.platform.webhooks.ui import views

PREFIX = "settings/webhooks/"
urlpatterns = [
    path("", views.list_endpoints, name="list"),
    path("new/", views.new, name="new"),
    path("<int:endpoint_id>/", views.endpoint, name="endpoint"),
    path("<int:endpoint_id>/log/", views.log, name="log"),
    path("<int:endpoint_id>/change/", views.change, name="change"),
    path("<int:endpoint_id>/secret/", views.secret, name="secret"),
    path("<int:endpoint_id>/ping/", views.ping, name="ping"),
    path("<int:endpoint_id>/switch/", views.switch, name="switch"),
    path("<int:endpoint_id>/replay/", views.replay_failed, name="replay-failed"),
    path("messages/<int:message_id>/", views.message, name="message"),
    path("messages/<int:message_id>/replay/", views.replay, name="replay"),
]
