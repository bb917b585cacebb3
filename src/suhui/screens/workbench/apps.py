from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "suhui.screens.workbench"
    label = "workbench"
