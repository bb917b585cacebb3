"""ETag and If-Match: who changes a thing may say which state of it they saw."""

from datetime import datetime

from django.utils.translation import gettext as _

from suhui.platform.rest.calls import Call
from suhui.platform.rest.problems import ProblemError


def etag(revision: int | datetime) -> str:
    """The tag of a row's state: its version, or the moment it last changed."""
    if isinstance(revision, datetime):
        return f'"{int(revision.timestamp() * 1_000_000):x}"'
    return f'"{revision}"'


def demand_unchanged(call: Call, revision: int | datetime) -> None:
    """Raises a problem (412) when the caller says with If-Match that they saw another state. Call it with the row
    locked, or let the service compare the version once more."""
    wanted = call.headers.get("If-Match", "").strip()
    if not wanted or wanted == "*":
        return
    tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    if etag(revision) not in tags:
        raise ProblemError("changed", _("Read it again, then decide whether your change still holds."))
