"""The data folder (SUHUI_HOME): may it be written, is another Suhui at work in it, the key that is made once."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suhui.config.words import Trouble, _

DISK_FULL = "53100"
"""PostgreSQL's code for it."""
NO_ROOM = 1 << 20
"""Bytes: with fewer free, PostgreSQL cannot even begin another segment of its log."""


def folder() -> Path:
    """Where this installation keeps its data."""
    return Path(os.environ.get("SUHUI_HOME", "var")).resolve()


def prepare(home: Path) -> None:
    """Make the folder and try to write in it. Raises Trouble when that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        trial = home / f".trial-{os.getpid()}"
        trial.write_text("")
        trial.unlink()
    except OSError as error:
        raise Trouble(said(error, home)) from error


def said(error: OSError, home: Path) -> str:
    """What a failure to write in the data folder means and what to do about it."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(home)
    return _("Cannot write in %(folder)s: make it writable, or name another folder in SUHUI_HOME.") % {"folder": home}


def disk_full(home: Path) -> str:
    return _("The disk that holds %(folder)s is full: make room and start again; nothing is lost.") % {"folder": home}


@contextmanager
def plainly(home: Path) -> Iterator[None]:
    """What goes wrong in this block because a disk is full, or a file cannot be written, is said in a sentence."""
    try:
        yield
    except Trouble:
        raise
    except OSError as error:
        raise Trouble(said(error, home)) from error
    except Exception as error:
        # PostgreSQL says so itself while it can; when its log has no room left, it only goes away.
        full = getattr(error.__cause__ or error, "sqlstate", "") == DISK_FULL
        if full or shutil.disk_usage(home).free < NO_ROOM:
            raise Trouble(disk_full(home)) from error
        raise


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the folder against a second `suhui run`. The kernel lets go when this process ends, however it ends."""
    lock = (home / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "?"
        lock.close()
        raise Trouble(
            _("Suhui is running here already (process %(pid)s): stop it first, or name another folder in SUHUI_HOME.")
            % {"pid": holder}
        ) from error
    try:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
    finally:
        lock.truncate(0)
        lock.close()


def make_secret_key(home: Path) -> None:
    """Make the key that signs sessions and links, once. A half-written one is never left behind."""
    kept = home / "secret.key"
    if os.environ.get("SUHUI_SECRET_KEY") or kept.exists():
        return
    fresh = home / f".secret-{os.getpid()}"
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    fresh.rename(kept)
