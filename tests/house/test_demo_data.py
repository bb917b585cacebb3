"""Whose data a database holds decides what may be done with it: a demo is renewed and stays here, a company is kept."""

import psycopg
import pytest

from suhui.config import embedded
from suhui.config.demo import MARK, UNFINISHED
from tests.house.line import two_people
from tests.product import LONGEST, Suhui, until

pytestmark = pytest.mark.house
BRANCHES = "SELECT array_agg(name ORDER BY id) FROM people_branch"
BEING_MADE = f"SELECT obj_description('people_branch'::regclass) = '{UNFINISHED}'"


@pytest.fixture
def company(suhui: Suhui) -> Suhui:
    """A real company: headquarters and two people."""
    two_people(suhui, embedded.start(suhui.home / "postgres"))
    return suhui


@pytest.fixture
def demo(company: Suhui) -> Suhui:
    """What `suhui demo` leaves behind, but small."""
    asked(company, f"COMMENT ON TABLE people_branch IS '{MARK}'")
    return company


def asked(installation: Suhui, question: str) -> object:
    """The database's answer; None where it has none, or no table yet."""
    try:
        address = f"postgresql://postgres@/suhui?host={installation.home}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(question.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    except psycopg.Error:
        return None


@pytest.mark.parametrize("arguments", [("demo",), ("demo", "--reset")])
def test_a_company_of_ones_own_is_never_thrown_away(company: Suhui, arguments: tuple[str, ...]) -> None:
    code, said = company.said(*arguments)
    assert (code, len(said.splitlines())) == (3, 1)
    embedded.start(company.home / "postgres")
    assert asked(company, BRANCHES) == ["总部"]


def test_an_old_demo_goes_before_a_new_one_is_made(demo: Suhui) -> None:
    assert demo.said("demo")[0] == 3
    renewing = demo.start("demo", "--reset")
    until(lambda: asked(demo, BEING_MADE), within=LONGEST)
    assert asked(demo, BRANCHES) is None
    renewing.kill()
    renewing.wait()


def test_a_demo_is_not_served_to_other_machines(demo: Suhui) -> None:
    code, said = demo.said("run", "--host", "0.0.0.0", "--port", str(demo.port))
    assert (code, len(said.splitlines())) == (3, 1)
    assert "127.0.0.1" in said
    embedded.start(demo.home / "postgres")
    assert asked(demo, BRANCHES) == ["总部"]


def test_it_is_served_here_with_a_door_for_every_post_that_is_held(demo: Suhui) -> None:
    process = demo.start("run", "--port", str(demo.port))
    until(lambda: process.poll() is not None or demo.get("/readyz") == 200, within=LONGEST)
    assert "王芳" in demo.read("/sign-in/")


def test_a_company_has_no_such_doors(company: Suhui) -> None:
    company.run(demo=True)
    assert "王芳" not in company.read("/sign-in/")
