import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from suhui.platform.calendars.models import Calendar
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Refused
from suhui.platform.desk import banners
from suhui.platform.people.models import Branch, Role, User
from suhui.platform.people.permissions import Perm
from suhui.screens.setup import selectors, services
from suhui.screens.setup.models import Installation
from suhui.screens.setup.services import Wanted

GIVEN = {
    "company": "速达快递",
    "branches": "华东区域 > 杭州西湖网点\n华东区域＞苏州园区网点\n\n总部直营网点",
    "calendar": "every-day",
    "name": "陈建国",
    "username": "chenjg",
    "password": "kite-lamp-four",
    "again": "kite-lamp-four",
}


@pytest.mark.django_db
def test_an_empty_house_leads_to_its_set_up(client: Client) -> None:
    assert client.get(reverse("people:sign-in"))["Location"] == reverse("setup:start")
    assert client.get(reverse("setup:start")).status_code == 200


@pytest.mark.django_db
def test_one_page_makes_a_company_that_can_work(client: Client) -> None:
    response = client.post(reverse("setup:start"), GIVEN)
    assert (response.status_code, response["Location"]) == (302, reverse("setup:guide"))
    root = Branch.objects.get(parent=None)
    assert root.name == "速达快递"
    assert {(b.name, b.parent.name if b.parent else "") for b in Branch.objects.exclude(parent=None)} == {
        ("华东区域", "速达快递"),
        ("杭州西湖网点", "华东区域"),
        ("苏州园区网点", "华东区域"),
        ("总部直营网点", "速达快递"),
    }
    assert all(branch.departments.filter(function="service").exists() for branch in Branch.objects.all())
    assert Calendar.objects.get(is_default=True).code == "every-day"
    administrator = User.objects.get()
    assert administrator.may(Perm.SYSTEM_MANAGE)
    assert client.get(reverse("setup:guide")).status_code == 200
    assert client.get(reverse("setup:start")).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("again", "other"), ("company", ""), ("calendar", "no-such"), ("username", "")],
)
def test_what_cannot_be_used_is_said_at_its_field_and_makes_nothing(client: Client, field: str, value: str) -> None:
    response = client.post(reverse("setup:start"), {**GIVEN, field: value})
    assert response.status_code == 422
    assert User.objects.count() == Branch.objects.count() == Installation.objects.count() == 0


@pytest.mark.django_db
def test_the_page_tells_the_hours_and_a_refusal_stands_in_chinese_where_one_types_next(client: Client) -> None:
    page = client.get(reverse("setup:start")).content.decode()
    assert "星期一–星期五 09:00-12:00 13:30-18:00" in page
    assert re.findall(r"<input[^>]*autofocus[^>]*id=.(\w+)", page) == ["id_company"]
    refused = client.post(reverse("setup:start"), {**GIVEN, "password": "short", "again": "short"}).content.decode()
    assert "密码至少要有 10 个字符" in refused
    assert re.findall(r"<input[^>]*autofocus[^>]*id=.(\w+)", refused) == ["id_password"]


@pytest.mark.django_db
def test_the_guide_shows_one_next_step_and_does_not_point_to_itself(client: Client) -> None:
    client.post(reverse("setup:start"), GIVEN)
    guide = client.get(reverse("setup:guide")).content.decode()
    assert guide.count("button primary") == 1
    assert "再走几步" not in guide
    assert "再走几步" in client.get("/settings/").content.decode()


def test_once_somebody_exists_the_page_is_gone(client: Client, agent: User) -> None:
    assert client.get(reverse("setup:start")).status_code == 404
    assert client.post(reverse("setup:start"), GIVEN).status_code == 404
    assert User.objects.get() == agent


@pytest.mark.django_db
def test_the_guide_stays_until_the_first_case(client: Client) -> None:
    client.post(reverse("setup:start"), GIVEN)
    administrator = User.objects.get()
    assert [step.done for step in selectors.steps()] == [True, False, False, False]
    assert "setup:guide" in [banner.url_name for banner in banners.banners_for(administrator)]
    assert services.finish_guide_when_done(at=now()) is False
    client.post(reverse("setup:done"))
    assert "setup:guide" not in [banner.url_name for banner in banners.banners_for(administrator)]


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_make_one_company() -> None:
    Role.objects.get_or_create(
        code="administrator",
        defaults={"name": "系统管理员", "reach": "all", "permissions": [p.value for p in Perm], "shipped": True},
    )
    Calendar.objects.get_or_create(code="standard", defaults={"name": "标准", "is_default": True})
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def install(company: str) -> None:
        wanted = Wanted(company=company, name="陈", username="chen", password="kite-lamp-four", calendar="standard")
        gate.wait()
        try:
            services.install(wanted=wanted, at=now())
            outcomes.append("made")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=install, args=(company,)) for company in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert Branch.objects.count() == User.objects.count() == Installation.objects.count() == 1
