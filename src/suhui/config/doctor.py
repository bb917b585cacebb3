"""`suhui doctor`: looks at an installation and says what is wrong and what to do."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from suhui.config import embedded, home
from suhui.config.words import Trouble, _

LEAST_SPACE = 1024**3
"""Bytes free below which the disk is said to be nearly full."""
OLDEST_REDIS = 6


class Fine(str):
    """Words worth reading although nothing is wrong: a version, a number."""

    __slots__ = ()


Check = Callable[[], str]
"""Nothing, Fine words, or what is wrong and what to do."""


def examine() -> bool:
    """Run every check and print a line for each as it is done. True when nothing is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    with ExitStack() as at_the_end:
        well = _look_at_all(console, first_checks())
        if _look(console, _("Database"), partial(_open_database, at_the_end)):
            from suhui.config import doctor_inside

            return _look_at_all(console, doctor_inside.checks()) and well
    return False


def _look_at_all(console: Console, checks: list[tuple[str, Check]]) -> bool:
    found = [_look(console, name, check) for name, check in checks]
    return all(found)


def _look(console: Console, name: str, check: Check) -> bool:
    try:
        words = check()
    except Trouble as trouble:
        words = str(trouble)
    wrong = bool(words) and not isinstance(words, Fine)
    line = f"{'✗' if wrong else '✓'} {name}" + (f": {words}" if words else "")
    console.print(line, style="red" if wrong else "", markup=False)
    return not wrong


def first_checks() -> list[tuple[str, Check]]:
    """What can be looked at without a database."""
    return [
        (_("Data folder"), data_folder),
        (_("Disk space"), disk_space),
        (_("Front end"), front_end),
        (_("Chinese catalogue"), catalogues),
        (_("Chinese font"), chinese_font),
        (_("Demo"), demo_stays_home),
        (_("Redis"), redis),
    ]


def data_folder() -> str:
    """It and what lies in it can be written by this user."""
    folder = home.folder()
    home.prepare(folder)
    for name in ("files", "secret.key"):
        if (folder / name).exists() and not os.access(folder / name, os.W_OK):
            return _("%(folder)s cannot be written by this user: mend its owner or its rights.") % {
                "folder": folder / name
            }
    return Fine(folder)


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
    """The variable that says so is set by `suhui run`; what the database holds is looked at later."""
    return demo_is_public() if os.environ.get("SUHUI_DEMO") == "1" else ""


def demo_is_public() -> str:
    named = os.environ.get("SUHUI_ALLOWED_HOSTS", "").split(",") + os.environ.get("SUHUI_ORIGINS", "").split(",")
    hosts = {urlsplit(name).hostname or name if "//" in name else name for name in named if name}
    if hosts <= {"localhost", "127.0.0.1", "[::1]", "::1"}:
        return ""
    return _("it lets anybody in as any post and is open to other machines: take SUHUI_DEMO or the hosts away.")


def redis() -> str:
    address = os.environ.get("SUHUI_REDIS_URL")
    if not address:
        return Fine(_("none; live updates go through PostgreSQL"))
    from redis import Redis, RedisError

    try:
        found = Redis.from_url(address, socket_timeout=5, socket_connect_timeout=5).info("server")
    except (RedisError, ValueError) as error:
        return _("SUHUI_REDIS_URL cannot be reached (%(why)s): start it, or take the variable away.") % {"why": error}
    version = str(found["redis_version"])
    if int(version.split(".")[0]) < OLDEST_REDIS:
        return _("version %(found)s is too old: Suhui needs %(ours)s or newer.") % {
            "found": version,
            "ours": OLDEST_REDIS,
        }
    return Fine(version)


def _open_database(at_the_end: ExitStack) -> str:
    """Reach it, starting the embedded one for the time of the examination where nobody runs it."""
    from suhui.config import running

    embedded_one = "SUHUI_DATABASE_URL" not in os.environ
    if embedded_one:
        folder = home.folder() / "postgres"
        if not (folder / "PG_VERSION").exists():
            return _("there is none yet: `suhui run` makes it.")
        at_the_end.enter_context(embedded.borrowed(folder))
    version = running.demand_database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    place = _("embedded") if embedded_one else _("outside server")
    return Fine(f"PostgreSQL {version} · {place}")
