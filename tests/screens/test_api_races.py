"""Two calls that do the same at once: one is told what the other did, none that something broke."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from suhui.engines.sla.models import Policy
from suhui.platform.calendars.models import Calendar
from suhui.platform.core.errors import Conflict, SuhuiError
from suhui.platform.desk import races
from suhui.platform.people.models import Branch, BusyReason, Department, Role, User
from suhui.records.shipments.models import Carrier, NumberPattern
from suhui.service.cases.models import Category, Cause, KindField, SavedView
from tests.api import Caller, caller, problem

pytestmark = pytest.mark.long

WEEK = ["09:00-18:00"] * 5 + ["", ""]
TARGETS = [{"kind": "resolution", "amount": 24, "unit": "hours"}]
ADDED: dict[str, tuple[type[Any], str, dict[str, Any]]] = {
    "calendar": (Calendar, "/calendars", {"code": "late", "name": "晚班", "week": WEEK}),
    "service level": (Policy, "/service-levels", {"code": "key", "name": "大客户", "targets": TARGETS}),
    "category": (Category, "/cases/setup/categories", {"code": "box", "name": "外箱破损"}),
    "cause": (Cause, "/cases/setup/causes", {"code": "sorting-x", "name": "分拣错误"}),
    "field": (KindField, "/cases/setup/fields", {"kind": "complaint", "key": "box", "name": "尺寸", "type": "text"}),
    "view": (SavedView, "/cases/views", {"name": "我的投诉", "query": {"state": ["open"]}}),
    "branch": (Branch, "/branches", {"parent": 0, "name": "杭州滨江网点", "code": "HZ02", "kind": "outlet"}),
    "department": (Department, "/branches/{outlet}/departments", {"function": "warehouse", "name": "仓储部"}),
    "person": (User, "/people", {"username": "wangfang", "name": "王芳", "branch": 0, "role": 0}),
    "reason": (BusyReason, "/presence/reasons", {"name": "盘点"}),
    "pattern": (NumberPattern, "/carriers/patterns", {"carrier": "", "pattern": r"QQ\d{9}"}),
}
"""What two administrators may add at once: its table, the operation, the body."""
HARMLESS = {"view", "pattern"}
"""What sent again writes the same row anew."""


def filled(body: dict[str, Any], outlet: Branch) -> dict[str, Any]:
    """The body with the rows of this company it leads to."""
    there: dict[str, Any] = {"parent": outlet.parent_id, "branch": outlet.pk}
    there |= {"role": Role.objects.get(code="agent").pk, "carrier": Carrier.objects.earliest("pk").code}
    return body | {name: there[name] for name in there.keys() & body.keys()}


def at_once(table: str, act: Callable[[int], Any]) -> list[Any]:
    """What two get who both come as far as writing into `table` before either has written."""
    gate = threading.Barrier(2)

    def wait_to_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(f'INSERT INTO "{table}"'):
            with suppress(threading.BrokenBarrierError):  # what waits for the other before it writes never meets it
                gate.wait(2)
        return execute(sql, params, many, context)

    def turn(which: int) -> Any:
        try:
            with connection.execute_wrapper(wait_to_write):
                return act(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(turn, range(2)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ADDED)
def test_of_two_who_add_the_same_at_once_the_second_is_told_so(what: str, administrator: User, outlet: Branch) -> None:
    model, path, body = ADDED[what]
    sent, path = filled(body, outlet), path.format(outlet=outlet.pk)
    callers: list[Caller] = [caller(administrator) for _turn in range(2)]
    before = model.objects.count()
    answers = at_once(model._meta.db_table, lambda which: callers[which].post(path, sent))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201, [answer.content.decode() for answer in answers]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == int(what not in HARMLESS)
    assert {problem(answer)["code"] for answer in refused} <= {"conflict", "invalid"}
    assert model.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_page_tells_the_second_too(administrator: User) -> None:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(administrator)
    address = reverse("organisation:reason-add")
    answers = at_once(
        BusyReason._meta.db_table,
        lambda which: clients[which].post(address, {"name": "盘点"}, headers={"X-Suhui-Page": "1"}),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert refused["X-Suhui-Error"] == "1"
    assert "可能刚刚" in refused.content.decode()
    assert BusyReason.objects.filter(name="盘点").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_wait_for_each_other_one_is_asked_to_try_again() -> None:
    gate = threading.Barrier(2)

    def take_both(first: int) -> SuhuiError | None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for key in (first, 3 - first):
                    cursor.execute("SELECT pg_advisory_xact_lock(%s, 991)", [key])
                    with suppress(threading.BrokenBarrierError):
                        gate.wait(2)
            return None
        except OperationalError as error:
            gate.abort()
            return races.in_words(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(take_both, (1, 2)))
    assert [type(one) for one in told if one is not None] == [Conflict]
