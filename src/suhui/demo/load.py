"""Load, renew and describe the demo company."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.db import connection, transaction

from suhui.demo import company, contacts, history, outward, parcels, reports, stories
from suhui.demo.world import SYSTEM, World, hand_out
from suhui.engines.sla import services as sla
from suhui.engines.tasks import services as tasks
from suhui.platform.core import clock, jobs
from suhui.platform.search import registry
from suhui.records.customers import tiers
from suhui.service.cases import services as cases

SEED = 20260718
STORIES = 85
HISTORY = 185
"""Cases told through the services, and closed ones written in bulk; parcel exceptions open some forty more."""
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def load(progress: Progress = silent, *, now: datetime | None = None) -> None:
    """Make the company in an empty database, with times relative to `now`.

    The caller marks it as begun and as whole: it is written in many transactions, because one of a hundred thousand
    statements grows slow on its own dead rows. What was written in bulk is indexed for the search by a job, and the
    deliveries of the others to the index are left to the worker: nobody searches yet, and the newest is enough.
    """
    world = World(now or clock.now(), Random(SEED))  # noqa: S311 - dice, not secrets
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    with transaction.atomic():
        company.build_tree(world)
        company.hire(world)
        company.take_on_customers(world, progress)
        troubles = parcels.load(world, progress)
        contacts.log_calls(world)
    tell(world, progress, troubles)
    company.fall_ill(world)
    hand_out()
    tiers.assess_all(by=SYSTEM, at=world.now)
    reports.make_past_weeks(world)
    outward.introduce_partner()
    hand_out()
    for kind in registry.all_kinds():
        if kind.ids is not None:
            jobs.defer("search.rebuild_kind", kind=kind.kind)


def tell(world: World, progress: Progress, troubles: list[tuple[datetime, int]]) -> None:
    """The cases of the last week, hour by hour, with clocks and tasks ticking as they would have."""
    telling = stories.Telling(world)
    plan = stories.plan(telling, STORIES) + [(at, telling.trouble(pk)) for at, pk in troubles]
    begin = min(at for at, _story in plan)
    with transaction.atomic():
        history.write(telling, count=HISTORY, before=begin)

    def between(at: datetime) -> None:
        cases.publish_due(at)
        hand_out()
        sla.tick(at)
        tasks.tick(at)
        hand_out()

    total = int((world.now - begin).total_seconds() // 3600)
    for number, at in enumerate(stories.tell(world, plan, between)):
        if number % 25 == 0:
            progress("cases", int((at - begin).total_seconds() // 3600), total)
            hand_out()
    between(world.now)
