from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FileKind(TextChoices):
    IMAGE = "image", _("Picture")
    DOCUMENT = "document", _("Document")
    SOUND = "sound", _("Sound")
    VIDEO = "video", _("Video")
