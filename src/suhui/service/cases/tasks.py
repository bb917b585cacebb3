from datetime import UTC, datetime

from suhui.platform.core.jobs import schedule
from suhui.service.cases import services


@schedule(name="cases.publish", cron="* * * * * */5")
def publish(timestamp: int) -> None:
    """Let replies take effect whose ten seconds to be taken back are over."""
    services.publish_due(datetime.now(UTC))
