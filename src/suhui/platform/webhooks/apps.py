from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "suhui.platform.webhooks"
    label = "webhooks"
