"""A pytest plugin: pages need the built front end, so build it when nothing is built yet (`make` keeps it fresh)."""

import os

import pytest
from tools import frontend


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and not (frontend.STATIC / "manifest.json").exists():
        frontend.build()
