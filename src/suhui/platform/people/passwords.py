"""What a password must be, in the reader's words."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's own rule; its sentence lacks a Chinese translation."""

    def get_error_message(self) -> str:
        return _("A password needs at least %(count)s characters.") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()
