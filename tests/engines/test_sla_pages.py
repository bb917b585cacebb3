"""Service levels on screen, the clock chips, and the bells that ring."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from suhui.engines.sla import selectors, services
from suhui.engines.sla.choices import ClockKind
from suhui.engines.sla.models import Clock, Policy
from suhui.platform.core.clock import BEIJING
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch, User
from tests.conftest import SYSTEM, MakePerson

Enter = Callable[[User], Client]
MONDAY = datetime(2026, 11, 16, 9, tzinfo=BEIJING)


def start(branch: Branch, owner: User | None = None) -> None:
    services.start_clocks(
        subject="case:1",
        policy=Policy.objects.get(code="complaint", is_current=True),
        branch=branch,
        owner=owner,
        at=MONDAY,
        label="T26111600018 破损",
        url="/cases/1/",
        by=SYSTEM,
    )


def test_service_level_pages_are_for_those_who_set_them_up(administrator: User, agent: User, enter: Enter) -> None:
    for path in ("/sla/", "/sla/new/", "/sla/complaint/"):
        assert enter(agent).get(path).status_code == 403
        assert enter(administrator).get(path).status_code == 200
    assert enter(administrator).get("/sla/nothing/").status_code == 404


def test_the_list_shows_times_sources_and_doubts(administrator: User, enter: Enter) -> None:
    page = enter(administrator).get("/sla/").content.decode()
    for words in ("7 天（昼夜连续）", "快递暂行条例", "未核对", "超时 60 分：上一级主管"):
        assert words in page


def test_the_list_takes_few_queries(
    administrator: User, enter: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = enter(administrator)
    with django_assert_max_num_queries(14):
        client.get("/sla/")


def test_saving_makes_a_new_version_and_leaves_clocks_alone(administrator: User, enter: Enter, outlet: Branch) -> None:
    start(outlet)
    due = Clock.objects.get(kind=ClockKind.FIRST_RESPONSE).due_at
    fields = {
        "name": "投诉",
        "version": 1,
        "first_response_amount": 5,
        "first_response_unit": "minutes",
        "first_response_counting": "calendar",
        "after1": 0,
        "tier1": 0,
    }
    client = enter(administrator)
    assert client.post("/sla/complaint/", {**fields, "after2": 0, "tier2": 1}).status_code == 422
    assert client.post("/sla/complaint/", fields).status_code == 302
    current = Policy.objects.get(code="complaint", is_current=True)
    assert (current.version, current.targets.get().amount) == (2, 5)
    assert Clock.objects.get(kind=ClockKind.FIRST_RESPONSE).due_at == due
    assert client.post("/sla/complaint/", fields).status_code == 409
    assert client.post("/sla/complaint/", {"name": "投诉", "version": 2}).status_code == 422
    assert Policy.objects.get(code="complaint", is_current=True) == current


def test_a_new_level_is_added_and_taken_out_of_use(administrator: User, enter: Enter) -> None:
    client = enter(administrator)
    fields = {"code": "gold", "name": "金牌", "resolution_amount": 1, "resolution_unit": "days"}
    assert client.post("/sla/new/", fields).status_code == 302
    assert client.post("/sla/new/", fields).status_code == 422
    assert client.post("/sla/gold/retire/").status_code == 302
    assert client.get("/sla/gold/").status_code == 404
    assert client.post("/sla/standard/retire/").status_code == 409


def test_bells_ring_once_and_fall_silent_when_the_promise_is_kept(
    outlet: Branch, region: Branch, make_person: MakePerson
) -> None:
    owner = make_person("agent", name="王芳")
    boss = make_person("service-supervisor", branch=region)
    start(outlet, owner)
    Clock.objects.exclude(kind=ClockKind.FIRST_RESPONSE).delete()
    for minutes in (100, 100, 125, 125):
        services.tick(MONDAY + timedelta(minutes=minutes))
    assert list(Notification.objects.filter(user=owner).order_by("pk").values_list("level", flat=True)) == [
        *["warn", "urgent"]
    ]
    told = Notification.objects.get(user=boss)
    assert (told.params["owner"], told.url) == ("王芳", "/cases/1/")
    services.meet(subject="case:1", kind=ClockKind.FIRST_RESPONSE, at=MONDAY + timedelta(minutes=130), by=SYSTEM)
    assert not Notification.objects.exists()


@time_machine.travel(MONDAY + timedelta(minutes=100), tick=False)
def test_clock_chips_show_urgency_and_why(outlet: Branch, agent: User) -> None:
    start(outlet)
    request = RequestFactory().get("/")
    request.user = agent
    with translation.override("zh-hans"):
        page = render(request, "sla/_clocks.html", {"clocks": selectors.clocks_of("case:1")}).content.decode()
    for words in (
        "首次响应",
        "is-soon",
        "为什么是 11:00",
        "昼夜连续计算：7 天",
        "快递暂行条例",
        'popover role="dialog"',
    ):
        assert words in page
    services.meet(subject="case:1", kind=ClockKind.FIRST_RESPONSE, at=MONDAY + timedelta(minutes=130), by=SYSTEM)
    services.pause(subject="case:1", at=MONDAY + timedelta(minutes=130), reason="", by=SYSTEM)
    with translation.override("zh-hans"):
        page = render(request, "sla/_clocks.html", {"clocks": selectors.clocks_of("case:1")}).content.decode()
    assert "超时完成" in page
    assert "is-paused" in page


@pytest.mark.django_db
def test_clocks_of_a_subject_are_read_in_two_queries(
    outlet: Branch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    start(outlet)
    with django_assert_max_num_queries(2):
        for clock in selectors.clocks_of("case:1"):
            assert clock.policy.targets.all()
