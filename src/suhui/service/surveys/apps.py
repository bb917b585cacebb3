from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "suhui.service.surveys"
    label = "surveys"
