from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "suhui.screens.setup"
    label = "setup"
