from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "suhui.platform.rest"
    label = "rest"
