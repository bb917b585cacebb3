"""Drafts: what a person was writing, kept on the server while they write, so that nothing is lost (save as you go)."""

from datetime import datetime

from django.utils.translation import gettext as _

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.desk.models import Draft
from suhui.platform.people.models import User

MOST_FIELDS = 60
MOST_CHARACTERS = 40_000


def save(*, user: User, key: str, fields: dict[str, str], at: datetime | None = None) -> Draft:
    """Keep `fields` under `key` ("case:17:reply"); the last save wins. Raises BadInput when it is too much."""
    size = sum(len(name) + len(value) for name, value in fields.items())
    if not key or len(key) > 120 or len(fields) > MOST_FIELDS or size > MOST_CHARACTERS:
        raise BadInput(_("This draft is too long to keep. Copy it to a safe place."))
    draft, _created = Draft.objects.update_or_create(
        user=user, key=key, defaults={"fields": fields, "saved_at": at or now()}
    )
    return draft


def find(*, user: User, key: str) -> Draft | None:
    return Draft.objects.filter(user=user, key=key).first()


def drop(*, user: User, key: str) -> None:
    """Forget it: what was written has been sent. Harmless when there is none."""
    Draft.objects.filter(user=user, key=key).delete()
