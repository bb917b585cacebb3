"""The style page shows every component: when it renders, every macro works."""

from collections.abc import Callable

from django.test import Client

from suhui.platform.people.models import User

Enter = Callable[[User], Client]


def test_every_component_renders(enter: Enter, administrator: User) -> None:
    client = enter(administrator)
    assert client.get("/settings/kit/").status_code == 200
    assert client.get("/settings/kit/?rows=none").status_code == 200
    assert client.get("/settings/kit/why/").status_code == 200


def test_a_form_that_lacks_something_comes_back_with_the_errors_at_the_fields(
    enter: Enter, administrator: User
) -> None:
    answer = enter(administrator).post("/settings/kit/", {"name": "王芳"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'id="id_text_error"' in page


def test_the_style_page_is_for_those_who_look_after_the_system(enter: Enter, agent: User) -> None:
    assert enter(agent).get("/settings/kit/").status_code == 403
