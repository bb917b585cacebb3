"""The shell and what every page leans on."""

from collections.abc import Callable

import pytest
from django.test import Client

from suhui.platform.people.models import User

Enter = Callable[[User], Client]


def test_a_page_comes_with_the_shell_and_to_a_shell_that_is_there_comes_alone(
    enter: Enter, administrator: User
) -> None:
    whole = enter(administrator).get("/settings/").content.decode()
    assert "<!doctype html>" in whole
    assert 'class="rail"' in whole
    alone = enter(administrator).get("/settings/", headers={"X-Suhui-Page": "1"}).content.decode()
    assert alone.lstrip().startswith("<title>")
    assert '<main id="page"' in alone
    assert 'class="rail"' not in alone


def test_what_is_not_there_is_said_in_a_page_of_the_house(enter: Enter, agent: User) -> None:
    answer = enter(agent).get("/nowhere/")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_a_visitor_sees_no_rail(client: Client, agent: User) -> None:
    page = client.get("/sign-in/").content.decode()
    assert 'class="bare-page"' in page
    assert 'class="rail"' not in page
