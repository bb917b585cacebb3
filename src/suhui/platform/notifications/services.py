"""Telling people: once per person and key, however often it is said."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg.types.json import Jsonb

from suhui.platform.core.clock import now
from suhui.platform.core.events import hint
from suhui.platform.notifications.choices import Level
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import User

_INSERT = """
    INSERT INTO notifications_notification (user_id, key, level, text, params, url, made_at)
    SELECT reader, %s, %s, %s, %s, %s, %s FROM unnest(%s::bigint[]) AS reader
    ON CONFLICT (user_id, key) DO NOTHING RETURNING user_id
"""


def notify(
    *,
    to: Iterable[User],
    text: str,
    key: str,
    params: dict[str, Any] | None = None,
    url: str = "",
    level: str = Level.INFO,
    at: datetime | None = None,
) -> list[int]:
    """Put a line on these people's bells; the ids of those who had none under `key` before.

    `text` is a msgid, marked with gettext_noop where it is written, with %(name)s places for `params` (JSON values;
    personal data masked). `key` says what it is about ("clock:17:breached"): the same key never rings twice.
    """
    readers = sorted({user.pk for user in to if user.is_active})
    if not readers:
        return []
    values: list[Any] = [key[:120], Level(level).value, text, Jsonb(params or {}), url, at or now(), readers]
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
            reached = [row[0] for row in cursor.fetchall()]
        if reached:
            hint([f"user:{user_id}" for user_id in reached], kind="notifications.notify")
    return reached


@transaction.atomic
def mark_read(*, user: User, ids: Iterable[int] | None = None) -> int:
    """Mark these lines of the person's own bell read, or all of them; how many were unread."""
    unread: QuerySet[Notification] = Notification.objects.filter(user=user, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    count = unread.update(read_at=now())
    if count:
        hint([f"user:{user.pk}"], kind="notifications.read")
    return count


@transaction.atomic(savepoint=False)
def take_away(*, keys: Collection[str]) -> int:
    """Remove the unread lines under these keys from every bell: what they told is no longer so. How many."""
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM notifications_notification WHERE key = ANY(%s) AND read_at IS NULL RETURNING user_id",
            [list(keys)],
        )
        readers = [row[0] for row in cursor.fetchall()]
    if readers:
        hint([f"user:{user_id}" for user_id in readers], kind="notifications.taken_away")
    return len(readers)


def forget_old(*, before: datetime) -> int:
    """Delete lines read, and unread ones made, before this moment; how many."""
    count, _kinds = Notification.objects.filter(made_at__lt=before).delete()
    return count
