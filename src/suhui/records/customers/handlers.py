from suhui.engines.rules.events import RulesSwitchedOn
from suhui.platform.core import jobs
from suhui.platform.core.actors import Actor
from suhui.platform.core.events import Happened, handles
from suhui.platform.search import services as search
from suhui.records.customers import tiers
from suhui.records.customers.events import CustomerAdded, CustomerChanged, CustomersMerged, CustomersParted
from suhui.records.customers.models import Customer

DECIDING = {"vip", "yearly_spend_fen", "contract_value_fen"}
BY = Actor.system("customers")


@handles(CustomerAdded, name="customers.first_tier")
def first_tier(happened: Happened) -> None:
    """A new customer gets a tier at once."""
    _assess(happened)


@handles(CustomerChanged, name="customers.tier_after_change")
def tier_after_change(happened: Happened) -> None:
    """Somebody changed what the tier depends on."""
    if DECIDING & set(happened.data.changes):
        _assess(happened)


@handles(CustomersMerged, name="customers.tier_of_merged")
@handles(CustomersParted, name="customers.tier_of_parted")
def tiers_after_merge(happened: Happened) -> None:
    """What was counted for two counts for one, and after a parting for two again."""
    for customer in Customer.objects.living().filter(pk__in=[happened.data.customer_id, happened.data.merged_id]):
        tiers.assess(customer=customer, by=BY, at=happened.at)


@handles(RulesSwitchedOn, name="customers.tiers_by_new_rules")
def decide_by_new_rules(happened: Happened) -> None:
    """Another version of the table is in force: everybody is decided anew, in a job."""
    if happened.data.table == tiers.TABLE and happened.data.before:
        jobs.defer("customers.assess_tiers")


def _assess(happened: Happened) -> None:
    customer = Customer.objects.living().filter(pk=happened.data.customer_id).first()
    if customer is not None:
        tiers.assess(customer=customer, by=BY, at=happened.at)


@handles(CustomerAdded, name="customers.index_added", newest=True)
@handles(CustomerChanged, name="customers.index_changed", newest=True)
def keep_found(happened: Happened) -> None:
    """The search box knows what changed."""
    search.index("customer", happened.data.customer_id)


@handles(CustomersMerged, name="customers.index_merged")
@handles(CustomersParted, name="customers.index_parted")
def keep_both_found(happened: Happened) -> None:
    search.index("customer", happened.data.customer_id)
    search.index("customer", happened.data.merged_id)
