from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "suhui.platform.search"
    label = "search"
