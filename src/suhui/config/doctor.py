"""`suhui doctor`: looks at an installation and says what is wrong and what to do."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from suhui.config import embedded, home
from suhui.config.words import Trouble, _

LEAST_SPACE = 1024**3
"""Bytes free below which the disk is said to be nearly full."""

Check = Callable[[], str]


def examine() -> bool:
    """Run every check and print a line for each. True when nothing is wrong."""
    console = Console(highlight=False)
    well = True
    for name, check in [*first_checks(), *(later_checks() if _can_reach_database() else [])]:
        try:
            wrong = check()
        except Trouble as trouble:
            wrong = str(trouble)
        well = well and not wrong
        console.print(f"{'✗' if wrong else '✓'} {name}" + (f": {wrong}" if wrong else ""), style="red" if wrong else "")
    return well


def first_checks() -> list[tuple[str, Check]]:
    """What can be looked at without a database, then the database itself."""
    return [
        (_("Data folder"), data_folder),
        (_("Disk space"), disk_space),
        (_("Front end"), front_end),
        (_("Chinese catalogue"), catalogues),
        (_("Chinese font"), chinese_font),
        (_("Demo"), demo_stays_home),
        (_("Database"), database),
    ]


def later_checks() -> list[tuple[str, Check]]:
    """What only a reachable database can tell."""
    return [
        (_("Tables"), migrations),
        (_("Calendar data"), calendar_data),
        (_("Worker"), worker_alive),
        (_("Failed events"), failed_events),
        (_("Failed jobs"), failed_jobs),
    ]


def data_folder() -> str:
    home.prepare(home.folder())
    return ""


def disk_space() -> str:
    free = shutil.disk_usage(_existing(home.folder())).free
    if free >= LEAST_SPACE:
        return ""
    return _("only %(free)s MB are free: make room.") % {"free": free // 1024**2}


def _existing(folder: Path) -> Path:
    return next(path for path in [folder, *folder.parents] if path.exists())


def front_end() -> str:
    built = Path(__file__).resolve().parent.parent / "static" / "manifest.json"
    return "" if built.exists() else _("it is not built: run `make run` in the sources, or install the wheel again.")


def catalogues() -> str:
    package = Path(__file__).resolve().parent.parent
    stale = [
        po for po in package.rglob("*.po")
        if not po.with_suffix(".mo").exists() or po.stat().st_mtime > po.with_suffix(".mo").stat().st_mtime + 1
    ]  # fmt: skip
    return _("%(count)s catalogues are not compiled: run `make run`.") % {"count": len(stale)} if stale else ""


def chinese_font() -> str:
    if not shutil.which("fc-list"):
        return ""
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout
    return "" if found else _("none is installed: printed papers would show boxes; install fonts-noto-cjk.")


def demo_stays_home() -> str:
    hosts = set(os.environ.get("SUHUI_ALLOWED_HOSTS", "localhost").split(",")) - {"localhost", "127.0.0.1", "[::1]"}
    if os.environ.get("SUHUI_DEMO") == "1" and hosts:
        return _("it lets anybody in as any post and is open to other machines: take SUHUI_DEMO or the hosts away.")
    return ""


def database() -> str:
    from suhui.config import running

    if "SUHUI_DATABASE_URL" not in os.environ:
        folder = home.folder() / "postgres"
        if not (folder / "PG_VERSION").exists():
            return _("there is none yet: `suhui run` makes it.")
        embedded.use(folder)
    running.demand_database()
    return ""


def _can_reach_database() -> bool:
    try:
        if database():
            return False
    except Trouble:
        return False
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    return True


def migrations() -> str:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return _("%(count)s migrations wait: run `suhui migrate`.") % {"count": waiting} if waiting else ""


def calendar_data() -> str:
    if migrations():
        return ""
    from suhui.platform.calendars import selectors
    from suhui.platform.core.clock import now

    years = ", ".join(str(year) for year in selectors.years_without_data(now()))
    return _("no holidays on record for %(years)s: import them under Settings.") % {"years": years} if years else ""


def worker_alive() -> str:
    if migrations():
        return ""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) > now() - interval '1 minute' FROM procrastinate_workers")
        (alive,) = cursor.fetchone()
    return "" if alive else _("none has given a sign of life for a minute: start `suhui run` or `suhui worker`.")


def failed_events() -> str:
    if migrations():
        return ""
    from suhui.platform.core.models import Delivery

    count = Delivery.objects.exclude(failed_at=None).count()
    return _("%(count)s wait for a person: see Settings, failed events.") % {"count": count} if count else ""


def failed_jobs() -> str:
    if migrations():
        return ""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        (count,) = cursor.fetchone()
    return _("%(count)s wait for a person: see Settings, jobs.") % {"count": count} if count else ""
