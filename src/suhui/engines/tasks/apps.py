from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "suhui.engines.tasks"
    label = "tasks"
