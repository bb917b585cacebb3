"""Whose data a reveal was about and what it was, in words: for the list supervisors read."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.platform.privacy import registry
from suhui.platform.privacy.models import Reveal

_FIELDS = {
    "name": _("Name"),
    "phone": _("Phone"),
    "address": _("Address"),
    "email": _("E-mail"),
    "wechat": _("WeChat"),
    "contact": _("Contact person"),
}


@dataclass(frozen=True)
class About:
    label: str
    url: str


def reveal_subject(row: Reveal) -> About:
    """`Customer 12` with the way there, when the room of that kind has one."""
    kind, _colon, key = row.subject.partition(":")
    known = registry.kind_of(row.subject)
    label = f"{known.label if known else kind} {key}"
    return About(label, known.url(key) if known and known.url else "")


def reveal_field(field: str) -> Any:
    """`phone:33` and `recipient_phone` are both a phone."""
    name = field.partition(":")[0]
    return next((label for word, label in _FIELDS.items() if word in name), name)
