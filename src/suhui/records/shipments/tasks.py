"""What runs by the clock: looking for trouble that time brings, and asking carriers."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.jobs import job, schedule
from suhui.platform.search import services as search
from suhui.records.shipments import services
from suhui.records.shipments.services.subscriptions import due_ids

_LOOKING = Actor.system("exceptions")
_LONGEST = timedelta(seconds=50)


@schedule(name="shipments.look_for_exceptions", cron="* * * * *", title=_("Find parcel exceptions"))
def look_for_exceptions(timestamp: int) -> None:
    """Look at the parcels whose time has come, in batches, for less than a minute."""
    begun = now()
    while services.look_again(at=begun, by=_LOOKING) and now() - begun < _LONGEST:
        pass


@schedule(name="shipments.ask_carriers", cron="* * * * *", title=_("Ask carriers for tracks"))
def ask_carriers(timestamp: int) -> None:
    """Subscribe what is wanted, ask where there is no push. One failure does not hold up the others."""
    begun = now()
    for subscription_id in due_ids(at=begun):
        if now() - begun > _LONGEST:
            return
        services.subscribe_now(subscription_id=subscription_id)


@job(name="shipments.index")
def index(ids: list[int]) -> None:
    """Search for waybills that came many at once."""
    search.index_many("waybill", ids)
