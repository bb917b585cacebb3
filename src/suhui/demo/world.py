"""The demo company while it is being made: its people and places at hand, its dice, its clock."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from suhui.platform.core import dispatch, events
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local
from suhui.platform.people.models import Branch, User
from suhui.records.customers.models import Customer

SYSTEM = Actor.system("demo")
QUIET = range(8)
"""Hours of the night, when a service desk open day and night has little to do."""


@dataclass(frozen=True)
class Known:
    """A customer with the facts the stories need."""

    customer: Customer
    phone: str
    address: str
    outlet: Branch


@dataclass
class World:
    """`now` is the moment the company is alive at; everything else lies before it."""

    now: datetime
    random: Random
    headquarters: Branch = field(init=False)
    regions: list[Branch] = field(default_factory=list)
    outlets: list[Branch] = field(default_factory=list)
    people: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    customers: list[Known] = field(default_factory=list)

    def region_of(self, outlet: Branch) -> Branch:
        return next(region for region in self.regions if region.pk == outlet.parent_id)

    def outlet_of(self, region: Branch) -> Branch:
        return self.random.choice([outlet for outlet in self.outlets if outlet.parent_id == region.pk])

    def someone(self, post: str, branch: Branch) -> User:
        """A holder of `post` at `branch`, else the nearest one anywhere."""
        here = [user for user in self.people[post] if user.branch_id == branch.pk]
        return self.random.choice(here or self.people[post])

    def at_outlet(self, outlet: Branch) -> User:
        """Whoever answers for an outlet: its service clerk, else its manager."""
        staff = [
            u for post in ("branch-clerk", "branch-manager") for u in self.people[post] if u.branch_id == outlet.pk
        ]
        return staff[0]

    def past(self, days: float) -> datetime:
        """A moment within the last `days`, more of them lately and few at night, however late it is now."""
        back = timedelta(days=days * self.random.random() ** 1.3)
        moment = local(self.now - back)
        if moment.hour in QUIET and back > timedelta(hours=8) and self.random.random() < 0.8:
            moment = moment.replace(hour=self.random.randrange(QUIET.stop, 24))
        return min(moment, self.now - timedelta(minutes=self.random.randrange(2, 40)))


def in_turn(items: list[Branch]) -> Iterator[Branch]:
    """Around and around."""
    while True:
        yield from items


def hand_out() -> None:
    """Every stored event to its handlers, save to those that look only at how things are in the end."""
    dispatch.run_all(1_000_000, later=events.names_wanting_newest())
