from django.apps import AppConfig


class ShipmentsConfig(AppConfig):
    name = "suhui.records.shipments"
    label = "shipments"
