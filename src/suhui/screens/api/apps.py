from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "suhui.screens.api"
    label = "api"
