from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "suhui.platform.exchange"
    label = "exchange"
