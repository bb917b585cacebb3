from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import schedule
from suhui.platform.files import services


@schedule(name="files.sweep", cron="41 3 * * *", title=_("Remove files nobody owns"))
def sweep(timestamp: int) -> None:
    """Every night: bytes nobody owns go."""
    services.sweep(at=datetime.fromtimestamp(timestamp, UTC))
