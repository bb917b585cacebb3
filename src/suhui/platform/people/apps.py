from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "suhui.platform.people"
    label = "people"
