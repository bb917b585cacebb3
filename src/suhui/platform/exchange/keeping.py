"""How long files and their lines stay: they are people's data, and an import is taken back soon or never."""

from datetime import datetime, timedelta

from suhui.platform.exchange import shelf
from suhui.platform.exchange.choices import ImportState
from suhui.platform.exchange.models import Import, ImportRow

KEPT_FOR = timedelta(days=30)
"""After so long the lines of an import go, and with them the way back."""


def sweep(*, at: datetime) -> int:
    """Remove bytes and lines of imports that nobody touched for their time; how many. The history stays."""
    old = Import.objects.filter(purged_at=None, updated_at__lt=at - KEPT_FOR)
    done = 0
    for row in old.exclude(state__in=[ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING])[:500]:
        ImportRow.objects.filter(batch=row).delete()
        shelf.remove(row.shelf)
        Import.objects.filter(pk=row.pk).update(purged_at=at)
        done += 1
    return done
