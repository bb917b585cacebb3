from datetime import UTC, datetime

from suhui.platform.core.actors import Actor
from suhui.platform.core.jobs import schedule
from suhui.records.customers import tiers


@schedule(name="customers.tiers", cron="17 3 * * *")
def count_tiers(timestamp: int) -> None:
    """Every night: parcels and complaints are counted and every customer's tier is decided anew."""
    tiers.assess_all(by=Actor.system("customers"), at=datetime.fromtimestamp(timestamp, UTC))
