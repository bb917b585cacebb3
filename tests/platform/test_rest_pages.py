"""The page of tokens: made once, shown once, revoked; and the limits."""

from collections.abc import Callable

import pytest
from django.test import Client

from suhui.platform.people.models import User
from suhui.platform.rest.models import Limit, Token
from tests.api import caller

pytestmark = pytest.mark.django_db
PAGE = "/settings/tokens/"
Enter = Callable[[User], Client]


def test_a_token_is_made_and_its_secret_shown_once(enter: Enter, administrator: User) -> None:
    desk = enter(administrator)
    page = desk.post(PAGE, {"name": "网店", "days": "90", "scopes": ["case.view", "case.create"]}).content.decode()
    token = Token.objects.get()
    assert (token.scopes, token.user) == (["case.view", "case.create"], administrator)
    assert token.expires_at is not None
    secret = page.split('class="token-secret">')[1].split("<")[0]
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    again = desk.get(PAGE).content.decode()
    assert secret not in again
    assert token.prefix in again


def test_a_form_without_a_name_or_scope_makes_nothing(enter: Enter, administrator: User) -> None:
    for given in ({"name": "", "scopes": ["case.view"]}, {"name": "网店"}):
        assert enter(administrator).post(PAGE, given).status_code == 422
    assert not Token.objects.exists()


def test_a_token_is_revoked_by_its_person_or_an_administrator_only(
    enter: Enter, administrator: User, agent: User, supervisor: User
) -> None:
    made = caller(agent)
    address = f"{PAGE}{made.token.pk}/revoke/"
    assert enter(supervisor).post(address).status_code == 403
    assert made.get("/me").status_code == 200
    assert enter(administrator).post(address).status_code == 302
    assert made.get("/me").status_code == 401


def test_an_administrator_sets_the_limits(enter: Enter, administrator: User, agent: User) -> None:
    address = f"{PAGE}limits/"
    assert enter(agent).get(address).status_code == 403
    desk = enter(administrator)
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"read": "10", "write": "0", "bulk": "1"}).status_code == 422
    assert desk.post(address, {"read": "10", "write": "5", "bulk": "1"}).status_code == 302
    assert dict(Limit.objects.values_list("pk", "per_minute")) == {"read": 10, "write": 5, "bulk": 1}
