from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "suhui.service.cases"
    label = "cases"
