from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "suhui.platform.files"
    label = "files"
