"""Real processes, each test with an installation of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from suhui.config import embedded
from tests.product import Suhui, copied


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated database, stopped, to be copied."""
    home = tmp_path_factory.mktemp("migrated") / "var"
    installation = Suhui(home)
    code, said = installation.said("migrate")
    assert code == 0, said
    embedded.stop(home / "postgres")
    return home


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Suhui]:
    """An installation that has never been started."""
    installation = Suhui(tmp_path / "var")
    yield installation
    installation.end()


@pytest.fixture
def suhui(migrated: Path, tmp_path: Path) -> Iterator[Suhui]:
    """An installation whose database is migrated and empty."""
    installation = copied(migrated, tmp_path)
    yield installation
    installation.end()
