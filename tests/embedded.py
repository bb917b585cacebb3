"""A pytest plugin: the tests' own real PostgreSQL, started before Django reads its settings.

`SUHUI_TEST_DATABASE_URL` names another server instead. The embedded one stays up between runs (a warm start is 0.1 s)
and is told not to wait for the disk, which changes speed and nothing else.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SUHUI_TEST_HOME", ROOT / ".test-home"))
sys.path.insert(0, str(ROOT / "src"))
os.environ["SUHUI_HOME"] = str(HOME)
os.environ.setdefault("SUHUI_SECRET_KEY", "only-for-tests")


def start() -> None:
    """Runs at import, because pytest-django reads the settings before any plugin is configured."""
    import psycopg

    from suhui.config import embedded

    HOME.mkdir(exist_ok=True)
    os.environ["SUHUI_DATABASE_URL"] = embedded.start(HOME / "postgres")
    with psycopg.connect(os.environ["SUHUI_DATABASE_URL"], autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


if url := os.environ.get("SUHUI_TEST_DATABASE_URL"):
    os.environ["SUHUI_DATABASE_URL"] = url
elif "PYTEST_XDIST_WORKER" not in os.environ:
    start()
