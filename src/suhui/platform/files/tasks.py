from datetime import UTC, datetime

from suhui.platform.core.jobs import schedule
from suhui.platform.files import services


@schedule(name="files.sweep", cron="41 3 * * *")
def sweep(timestamp: int) -> None:
    """Every night: bytes nobody owns go."""
    services.sweep(at=datetime.fromtimestamp(timestamp, UTC))
