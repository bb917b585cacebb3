from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.jobs import schedule
from suhui.platform.rest import services
from suhui.platform.rest.idempotency import KEPT


@schedule(name="rest.forget_answers", cron="17 * * * *", title=_("Forget the answers of idempotency keys after a day"))
def forget_answers(timestamp: int) -> None:
    """A key is good for 24 hours; its row goes within the hour after."""
    services.forget_answers(before=datetime.fromtimestamp(timestamp, UTC) - KEPT)
