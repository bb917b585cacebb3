from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.jobs import job, schedule
from suhui.records.customers import bulk, tiers

BY = Actor.system("customers")


@schedule(name="customers.tiers", cron="17 19 * * *", title=_("Decide every customer's tier"))
def count_tiers(timestamp: int) -> None:
    """Every night (03:17 in Beijing): parcels and complaints are counted, every customer's tier is decided anew."""
    tiers.assess_all(by=BY, at=datetime.fromtimestamp(timestamp, UTC))


@job(name="customers.assess_tiers")
def assess_tiers() -> None:
    """Everybody's tier now: the rules were changed."""
    tiers.assess_all(by=BY, at=now())


@job(name="customers.index")
def index(ids: list[int]) -> None:
    """Search of customers that came many at once."""
    bulk.index(ids)


@job(name="customers.settle")
def settle(ids: list[int]) -> None:
    """Search and tier of customers that came or changed many at once."""
    bulk.settle(ids, BY)
