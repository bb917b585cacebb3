"""`suhui import` as somebody at a terminal has it: tried, killed in the middle, gone on with, repeated, taken back."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from suhui.config import embedded
from tests.product import Suhui, until

pytestmark = pytest.mark.house
LINES = 12_000
COMPANY = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
import django
django.setup()
from suhui.platform.calendars.models import Calendar
from suhui.platform.core.clock import now
from suhui.screens.setup import services
services.install(
    wanted=services.Wanted(
        company="速达快递", name="陈建国", username="chenjg", password="kite-lamp-four",
        calendar=Calendar.objects.get(is_default=True).code, branches=[],
    ),
    at=now(),
)
"""
Count = Callable[[str], int]


@pytest.fixture
def company(suhui: Suhui) -> Suhui:
    """An installation with one administrator, its database running and no worker."""
    suhui.more = {"SUHUI_DATABASE_URL": embedded.start(suhui.home / "postgres")}
    subprocess.run([sys.executable, "-c", COMPANY], env=suhui.environment(), check=True, capture_output=True)
    return suhui


@pytest.fixture
def count(company: Suhui) -> Count:
    def ask(text: str) -> int:
        with psycopg.connect(company.more["SUHUI_DATABASE_URL"], autocommit=True) as connection:
            row = connection.execute(text.encode()).fetchone()
            return int(row[0]) if row and row[0] is not None else 0

    return ask


def a_file(folder: Path) -> Path:
    """As a shop in China sends it: GBK, and one line that lacks a name."""
    lines = [
        "姓名,手机,地址",
        *(f"王小{number:04d},{13_800_000_000 + number},文三路{number}号" for number in range(LINES)),
    ]
    lines.append(",12345,")
    file = folder / "客户.csv"
    file.write_bytes("\r\n".join(lines).encode("gb18030"))
    return file


def test_a_killed_import_goes_on_with_nothing_lost_and_nothing_twice_and_can_be_taken_back(
    company: Suhui, count: Count, tmp_path: Path
) -> None:
    file = a_file(tmp_path)
    code, said = company.said("import", str(file), "--by", "chenjg", "--try")
    assert code == 0, said
    assert count("SELECT count(*) FROM customers_customer") == 0

    process = company.start("import", str(file), "--by", "chenjg")
    until(lambda: count("SELECT count(*) FROM customers_customer") > 0 or process.poll() is not None)
    process.kill()
    process.wait()
    half = count("SELECT count(*) FROM customers_customer")
    assert 0 < half < LINES, "killed too late: the test proves nothing"
    number = count("SELECT max(id) FROM exchange_import")
    assert count(f"SELECT count(*) FROM exchange_import WHERE id = {number} AND state = 'running'") == 1

    code, said = company.said("import", "continue", str(number), "--by", "chenjg")
    assert code == 0, said
    assert count("SELECT count(*) FROM customers_customer") == LINES
    assert count("SELECT count(DISTINCT number) FROM customers_phone") == LINES

    report = tmp_path / "again.csv"
    code, said = company.said("import", str(file), "--by", "chenjg", "--report", str(report))
    assert code == 0, said
    assert count("SELECT count(*) FROM customers_customer") == LINES
    assert "12345" in report.read_text("utf-8-sig")

    code, said = company.said("import", "undo", str(number), "--by", "chenjg")
    assert code == 0, said
    assert count("SELECT count(*) FROM customers_customer") == 0


def test_what_a_command_cannot_do_it_says_in_one_sentence(company: Suhui, count: Count, tmp_path: Path) -> None:
    file = a_file(tmp_path)
    for arguments in (
        ("import", str(file), "--by", "nobody"),
        ("import", str(file), "--by", "chenjg", "--branch", "NOWHERE"),
        ("import", "continue", "4711", "--by", "chenjg"),
        ("import", "undo", "4711", "--by", "chenjg"),
    ):
        code, said = company.said(*arguments)
        assert code != 0
        assert "Traceback" not in said
        assert re.search(r"\w", said)
    assert count("SELECT count(*) FROM exchange_import") == 0
    assert count("SELECT count(*) FROM customers_customer") == 0
