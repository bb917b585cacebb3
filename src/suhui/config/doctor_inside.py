"""What `suhui doctor` asks a database that can be reached. Django is set up before any of these is called."""

import time
from datetime import timedelta

from suhui.config.doctor import Check, Fine, demo_is_public
from suhui.config.words import _

CLOCKS_APART = 2.0
"""Seconds by which this machine's clock and the database's may differ: deadlines are compared on both."""
LATE = timedelta(minutes=15)
"""How long after its time a schedule may begin before it is called overdue."""


def checks() -> list[tuple[str, Check]]:
    """Tables first: nothing else can be asked of a database that lacks some."""
    tables = (_("Tables"), migrations)
    if migrations():
        return [tables]
    return [
        tables,
        (_("Clock"), clock),
        (_("Data held"), contents),
        (_("Calendar data"), calendar_data),
        (_("Monthly parts"), monthly_parts),
        (_("Worker"), worker_alive),
        (_("Replica"), read_replica),
        (_("Schedules"), schedules),
        (_("Failed events"), failed_events),
        (_("Failed jobs"), failed_jobs),
    ]


def migrations() -> str:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return _("%(count)s migrations wait: run `suhui migrate`.") % {"count": waiting} if waiting else ""


def clock() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (theirs,) = cursor.fetchone()
    apart = abs(float(theirs) - (before + time.time()) / 2)
    if apart <= CLOCKS_APART:
        return ""
    return _("this machine and the database are %(seconds)s seconds apart: let both ask a time server.") % {
        "seconds": round(apart, 1)
    }


def contents() -> str:
    """Whose data these are; the demo company must stay on this machine."""
    from suhui.config import demo

    found = demo.holds()
    if found == "unfinished":
        return _("a demo company that is only half made: `suhui run` throws it away and begins anew.")
    if found == "demo":
        return demo_is_public() or Fine(_("the demo company"))
    return Fine(_("a company of your own") if found == "company" else _("nothing yet: open the set-up page"))


def calendar_data() -> str:
    from suhui.platform.calendars import selectors
    from suhui.platform.core.clock import now

    years = ", ".join(str(year) for year in selectors.years_without_data(now()))
    return _("no holidays on record for %(years)s: import them under Settings.") % {"years": years} if years else ""


def monthly_parts() -> str:
    """The large tables have a part for this month and the next, and no new row lies in the default part."""
    from suhui.platform.core import partitions
    from suhui.platform.core.clock import now

    known = partitions.tables()
    lacking = [name for table in known for name in partitions.lacking(table, now())]
    if lacking:
        return _("%(names)s are missing: run `suhui parts`.") % {"names": ", ".join(lacking)}
    astray = sum(partitions.strays(table, now()) for table in known)
    if astray:
        return _("%(count)s rows lie in a default part: run `suhui parts`.") % {"count": astray}
    return Fine(sum(len(partitions.parts(table)) for table in known))


def worker_alive() -> str:
    from suhui.platform.desk import system

    alive = system.workers_alive()
    if alive:
        return Fine(alive)
    return _("none has given a sign of life for a minute: start `suhui run` or `suhui worker`.")


def read_replica() -> str:
    """The copy that reports are read from can be asked and keeps up."""
    from django.conf import settings

    from suhui.platform.core import replica

    if not settings.REPLICA_URL:
        return Fine(_("none; reports are read from the database itself"))
    seconds = replica.behind()
    if seconds is None:
        return _("SUHUI_REPLICA_URL cannot be asked, or no worker runs: start it, or take the variable away.")
    if seconds > replica.MOST_BEHIND:
        return _("it is %(seconds)s seconds behind, so reports are read from the database itself.") % {
            "seconds": round(seconds)
        }
    return Fine(_("%(seconds)s seconds behind") % {"seconds": round(seconds)})


def schedules() -> str:
    from suhui.platform.core.clock import now
    from suhui.platform.desk import system

    late = [line.name for line in system.schedules() if line.is_overdue(now(), LATE)]
    if not late:
        return ""
    return _("%(names)s did not run when they should have: see Settings, system.") % {"names": ", ".join(late)}


def failed_events() -> str:
    from suhui.platform.desk import system

    count = system.failed_deliveries().count()
    return _("%(count)s wait for a person: see Settings, failed events.") % {"count": count} if count else ""


def failed_jobs() -> str:
    from suhui.platform.desk import system

    count = system.failed_jobs().count()
    return _("%(count)s wait for a person: see Settings, jobs.") % {"count": count} if count else ""
