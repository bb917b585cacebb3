from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "suhui.platform.desk"
    label = "desk"
