"""Whoever was given a password chooses one of their own before anything else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.people import services
from suhui.platform.people.models import Role, User
from tests.conftest import SYSTEM, MakePerson

Enter = Callable[[User], Client]
GIVEN, OWN = "river-stone-nine", "kite-lamp-four-9"
PAGE = "/sign-in/own-password/"


@pytest.fixture
def newcomer(administrator: User) -> User:
    """Added by an administrator, as on the people page."""
    return services.add_person(
        username="wangfang", name="王芳", branch=administrator.branch, roles=[Role.objects.get(code="agent")],
        password=GIVEN, by=Actor.staff(administrator),
    )  # fmt: skip


def sign_in(client: Client, password: str) -> None:
    client.post(reverse("people:sign-in"), {"username": "wangfang", "password": password})


def test_the_first_sign_in_leads_to_an_own_password_and_then_to_work(client: Client, newcomer: User) -> None:
    sign_in(client, GIVEN)
    sent = client.get("/cases/")
    assert (sent.status_code, sent["Location"]) == (302, f"{PAGE}?next=%2Fcases%2F")
    assert client.get("/cases/", headers={"X-Suhui-Page": "1"})["X-Suhui-Location"].startswith(PAGE)
    assert "别人给您" in client.get(sent["Location"]).content.decode()
    done = client.post(PAGE, {"new": OWN, "again": OWN, "next": "/cases/"})
    assert (done.status_code, done["Location"]) == (302, "/cases/")
    assert client.get("/cases/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.check_password(OWN)


@pytest.mark.parametrize(
    ("new", "again"), [(GIVEN, GIVEN), (OWN, OWN + "x"), ("short", "short"), ("password123", "password123"), ("", "")]
)
def test_a_bad_choice_is_said_and_changes_nothing(client: Client, newcomer: User, new: str, again: str) -> None:
    sign_in(client, GIVEN)
    answer = client.post(PAGE, {"new": new, "again": again})
    assert answer.status_code == 422
    newcomer.refresh_from_db()
    assert newcomer.check_password(GIVEN)
    assert client.get("/cases/").status_code == 302


def test_nothing_can_be_written_before_and_signing_out_is_possible(client: Client, newcomer: User) -> None:
    sign_in(client, GIVEN)
    assert client.post(reverse("people:presence"), {"state": "break"}).status_code == 302
    newcomer.presence.refresh_from_db()
    assert newcomer.presence.state == "idle"
    client.post(reverse("people:sign-out"))
    assert "_auth_user_id" not in client.session


def test_a_password_set_for_a_forgotten_one_has_to_be_changed_too(
    client: Client, newcomer: User, administrator: User
) -> None:
    services.replace_first_password(user=newcomer, new=OWN)
    services.set_first_password(user=newcomer, password="lost-and-found-1", by=Actor.staff(administrator))
    sign_in(client, "lost-and-found-1")
    assert client.get("/cases/")["Location"].startswith(PAGE)


def test_an_own_password_is_not_replaced_without_knowing_it(enter: Enter, make_person: MakePerson) -> None:
    person = make_person("agent", password=OWN)
    with pytest.raises(Refused):
        services.replace_first_password(user=person, new="another-long-word")
    assert enter(person).post(PAGE, {"new": "another-long-word", "again": "another-long-word"}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(OWN)


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE)["Location"].startswith(reverse("people:sign-in"))


def test_the_given_one_is_refused_again(newcomer: User) -> None:
    with pytest.raises(BadInput):
        services.replace_first_password(user=newcomer, new=GIVEN)
    assert User.objects.get(pk=newcomer.pk).must_change_password


def test_an_administrator_of_the_set_up_page_chose_their_own(make_person: MakePerson) -> None:
    assert not make_person("administrator", password=OWN).must_change_password
    assert SYSTEM.user_id is None
