"""Load, renew and describe the demo company."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from suhui.demo import company, contacts, parcels, stories
from suhui.demo.models import DemoLoad
from suhui.demo.world import SYSTEM, World
from suhui.engines.sla import services as sla
from suhui.engines.tasks import services as tasks
from suhui.platform.core import clock, dispatch
from suhui.platform.core.errors import Refused
from suhui.platform.people.models import User
from suhui.platform.search import registry
from suhui.platform.search import services as search
from suhui.records.customers import tiers
from suhui.service.cases import services as cases

SEED = 20260718
CASES = 300
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Account:
    """One click on the sign-in page. `look` says what to look at first."""

    username: str
    look: object


ACCOUNTS = (
    Account("agent", _("Take calls, answer cases: my day and the work list")),
    Account("supervisor", _("Late and soon late, load, chasing, hand-over")),
    Account("clerk", _("Parcels, exceptions and follow-up")),
    Account("branch", _("Answer requests for facts on a phone")),
    Account("branchmanager", _("What is open at my branch")),
    Account("manager", _("The weekly complaint report and service levels")),
    Account("quality", _("Causes and trends")),
    Account("warehouse", _("One request at a time, with a photo")),
    Account("admin", _("Organisation, rules, calendars, the system")),
)


def is_loaded() -> bool:
    return DemoLoad.objects.exclude(finished_at=None).exists()


def accounts() -> list[tuple[User, object]]:
    """Those the sign-in page and `suhui run` offer: (person, what to look at), in order of interest."""
    wanted = [account.username for account in ACCOUNTS]
    found = {user.username: user for user in User.objects.select_related("branch").filter(username__in=wanted)}
    return [(found[account.username], account.look) for account in ACCOUNTS if account.username in found]


def load(progress: Progress = silent, *, now: datetime | None = None, cases_wanted: int = CASES) -> bool:
    """Make the company in an empty database; False when it is there, or real people are. Times are relative to `now`.

    It is written in many transactions. One that was killed in the middle is wiped and made anew; a database that
    holds people and no trace of a demo is somebody's and is left alone.
    """
    if is_loaded() or (User.objects.exists() and not DemoLoad.objects.exists()):
        return False
    if DemoLoad.objects.exists():
        wipe()
    world = World(now or clock.now(), Random(SEED))  # noqa: S311 - dice, not secrets
    begun = DemoLoad.objects.create(begun_at=world.now)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    with transaction.atomic():
        company.build_tree(world)
        company.hire(world)
        company.take_on_customers(world, progress)
        troubles = parcels.load(world, progress)
        contacts.log_calls(world)
    tell(world, progress, cases_wanted, troubles)
    tiers.assess_all(by=SYSTEM, at=world.now)
    index(progress)
    dispatch.run_all(1_000_000)
    begun.finished_at = clock.now()
    begun.save()
    return True


def reset(progress: Progress = silent) -> None:
    """Throw the demo company away and make it anew, at today's date. Refused where real people work."""
    if User.objects.exists() and not DemoLoad.objects.exists():
        raise Refused(_("This database holds a real installation. The demo company is not put on top of it."))
    if DemoLoad.objects.exists():
        wipe()
    load(progress)


def wipe() -> None:
    """Empty the database and lay its tables anew. Called for databases that hold a demo company only."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)


def index(progress: Progress) -> None:
    """Make everything that was written in bulk findable."""
    kinds = [kind.kind for kind in registry.all_kinds() if kind.ids is not None]
    for number, kind in enumerate(kinds):
        progress("search", number, len(kinds))
        search.rebuild(kind)


def tell(world: World, progress: Progress, wanted: int, troubles: list[tuple[datetime, int]]) -> None:
    """The cases of the last week, hour by hour, with clocks and tasks ticking as they would have."""
    telling = stories.Telling(world)
    plan = stories.plan(telling, wanted) + [(at, telling.trouble(pk)) for at, pk in troubles]
    begin = min(at for at, _story in plan)

    def between(at: datetime) -> None:
        cases.publish_due(at)
        dispatch.run_all()
        sla.tick(at)
        tasks.tick(at)
        dispatch.run_all()

    total = int((world.now - begin).total_seconds() // 3600)
    for number, at in enumerate(stories.tell(world, plan, between)):
        if number % 25 == 0:
            progress("cases", int((at - begin).total_seconds() // 3600), total)
            dispatch.run_all()
    between(world.now)
