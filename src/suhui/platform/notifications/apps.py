from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "suhui.platform.notifications"
    label = "notifications"
