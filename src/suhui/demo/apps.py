from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "suhui.demo"
    label = "demo"
