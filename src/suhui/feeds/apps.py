from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "suhui.feeds"
    label = "feeds"
