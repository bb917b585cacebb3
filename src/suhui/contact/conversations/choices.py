from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    PHONE = "phone", _("Telephone")
    PORTAL = "portal", _("Customer pages")
    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Chat")
    WECHAT = "wechat", _("WeChat")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")


class Direction(TextChoices):
    IN = "in", _("Incoming")
    OUT = "out", _("Outgoing")


ICONS = {
    Channel.PHONE: "phone",
    Channel.PORTAL: "device-mobile",
    Channel.MAIL: "mail",
    Channel.CHAT: "message-circle",
    Channel.WECHAT: "brand-wechat",
    Channel.LETTER: "file-text",
    Channel.VISIT: "walk",
}
