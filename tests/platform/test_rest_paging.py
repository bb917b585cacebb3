"""Pages by cursor: nothing twice, nothing lost, whatever comes in between; and nobody makes a cursor up."""

from collections.abc import Iterator

import pytest

from suhui.platform.people.models import Branch, Department, User
from tests.api import Caller, caller, problem
from tests.conftest import MakePerson

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform.rest_trial")]


@pytest.fixture
def crowd(make_person: MakePerson, service_department: Department) -> list[User]:
    """Several with one name, some without a department: ties and nulls in every sort field."""
    return [
        make_person("agent", name=f"王{number % 3}", department=service_department if number % 2 else None)
        for number in range(12)
    ]


def walk(one: Caller, limit: int, **words: str) -> Iterator[list[int]]:
    cursor = ""
    while True:
        page = one.get("/people", limit=limit, **words, **({"cursor": cursor} if cursor else {})).json()
        yield [row["id"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            return


@pytest.mark.parametrize("limit", [1, 2, 5, 12, 200])
def test_pages_put_together_are_the_list(crowd: list[User], limit: int) -> None:
    pages = list(walk(caller(crowd[0]), limit, name="王"))
    expected = User.objects.filter(name__startswith="王").order_by("-department_id", "name", "id")
    assert [pk for page in pages for pk in page] == [user.pk for user in expected]
    assert all(len(page) == limit for page in pages[:-1])


def test_rows_that_come_and_go_meanwhile_shift_nothing(crowd: list[User], make_person: MakePerson) -> None:
    one = caller(crowd[0])
    seen: list[int] = []
    for page in walk(one, 3, name="王"):
        seen += page
        make_person("agent", name="王0")
        Branch.objects.first()
    assert len(seen) == len(set(seen))
    assert set(seen) >= {user.pk for user in crowd}


def test_a_cursor_of_another_list_or_a_made_up_one_is_refused(crowd: list[User], supervisor: User) -> None:
    one = caller(crowd[0])
    cursor = one.get("/people", limit=2).json()["next"]
    assert one.get("/people", limit=5, cursor=cursor, fields="name").status_code == 200
    for refused in (
        one.get("/people", cursor=cursor, name="王"),
        one.get("/people", cursor=cursor[:-1]),
        one.get("/people", cursor="nonsense"),
        one.get("/people", cursor="é\x01"),
        caller(supervisor).get("/people", cursor=cursor),
    ):
        assert problem(refused)["code"] == "cursor_invalid"


def test_the_last_page_has_no_cursor(crowd: list[User]) -> None:
    assert caller(crowd[0]).get("/people", limit=12, name="王").json()["next"] is None
    assert caller(crowd[0]).get("/people", name="nobody").json() == {"rows": [], "next": None}
