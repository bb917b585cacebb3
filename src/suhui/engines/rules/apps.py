from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "suhui.engines.rules"
    label = "rules"
