from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "suhui.engines.sla"
    label = "sla"
