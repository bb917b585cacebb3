from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "suhui.platform.privacy"
    label = "privacy"
