from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "suhui.platform.organisation"
    label = "organisation"
