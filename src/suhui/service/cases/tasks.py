from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import schedule
from suhui.service.cases import services


@schedule(name="cases.publish", cron="* * * * * */5", title=_("Send replies that can no longer be taken back"))
def publish(timestamp: int) -> None:
    """Let replies take effect whose ten seconds to be taken back are over."""
    services.publish_due(datetime.now(UTC))
