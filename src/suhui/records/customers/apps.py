from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "suhui.records.customers"
    label = "customers"
