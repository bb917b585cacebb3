from django.urls import path

from suhui.platform.notifications.ui import views

urlpatterns = [
    path("", views.everything, name="list"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read-all"),
    path("<int:notification_id>/", views.open_one, name="open"),
]
