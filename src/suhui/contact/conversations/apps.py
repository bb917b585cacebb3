from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "suhui.contact.conversations"
    label = "conversations"
