from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "suhui.insight.reports"
    label = "reports"
