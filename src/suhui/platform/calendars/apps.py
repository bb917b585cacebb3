from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "suhui.platform.calendars"
    label = "calendars"
