"""The bench's company is true: what its loader writes by COPY is what the services would have written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZE = "400"
pytestmark = pytest.mark.house


def bench(*arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_loaded_company_is_as_its_services_would_have_left_it_and_can_be_measured() -> None:
    try:
        assert "400 cases" in bench("bench.load", "--cases", SIZE)
        said = bench("bench.verify", "--cases", SIZE)
        measured = bench(
            "bench", "--one", SIZE, "--parts", "pages,report", "--only", "views,two,team", "--requests", "3"
        )
    finally:
        bench("bench.load", "--drop", "--cases", SIZE)
    assert said.count(" ok") == 5
    assert measured.count("queries") == 6
