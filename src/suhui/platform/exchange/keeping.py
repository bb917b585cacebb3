"""How long files and their lines stay: they are people's data, and an import is taken back soon or never."""

from datetime import datetime, timedelta

from suhui.platform.exchange import shelf
from suhui.platform.exchange.choices import ImportState
from suhui.platform.exchange.models import Import, ImportRow

KEPT_FOR = timedelta(days=30)
"""After so long the lines of an import go, and with them the way back."""
UNCLAIMED = timedelta(days=1)
"""After so long bytes that no import names go: what took them in was broken off."""


def sweep(*, at: datetime) -> int:
    """Remove bytes and lines of imports that nobody touched for their time; how many. The history stays."""
    old = Import.objects.filter(purged_at=None, updated_at__lt=at - KEPT_FOR)
    done = 0
    for row in old.exclude(state__in=[ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING])[:500]:
        ImportRow.objects.filter(batch=row).delete()
        shelf.remove(row.shelf)
        Import.objects.filter(pk=row.pk).update(purged_at=at)
        done += 1
    return done + _unclaimed(at - UNCLAIMED)


def _unclaimed(before: datetime) -> int:
    found = list(shelf.names(before))
    claimed = set(Import.objects.filter(shelf__in=found, purged_at=None).values_list("shelf", flat=True))
    left = [name for name in found if name not in claimed]
    for name in left:
        shelf.remove(name)
    return len(left)
