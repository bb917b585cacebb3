from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "suhui.screens.portal"
    label = "portal"
