"""The set-up of carriers by the programming interface: no secret comes out, nothing a push said is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, User
from suhui.records.shipments import services
from suhui.records.shipments.candidates import forget_patterns
from suhui.records.shipments.models import CarrierAccount, CarrierPush, CustomerWords, StatusCode, UnknownCode
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db
WORDS = {"headline": "包裹在路上耽搁了", "happened": "中转延误。", "next_step": "我们正在催促。"}


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


@pytest.fixture
def account(db: None) -> CarrierAccount:
    return services.save_account(
        provider="kuaidi100", name="快递100", customer="C17", secrets={"key": "top-secret", "salt": "grain"}, by=SYSTEM
    )


def test_an_account_is_seen_and_switched_without_its_secrets(one: Caller, account: CarrierAccount) -> None:
    listed = one.get("/carriers/accounts")
    assert listed.json()["rows"][0]["complete"] is True
    changed = one.patch("/carriers/accounts/kuaidi100", {"active": False, "name": "备用"})
    assert (changed.status_code, changed.json()["active"], changed.json()["name"]) == (200, False, "备用")
    assert "top-secret" not in listed.content.decode() + changed.content.decode()
    account.refresh_from_db()
    assert account.secrets == {"key": "top-secret", "salt": "grain"}
    assert problem(one.patch("/carriers/accounts/sf", {"active": True}))["code"] == "missing"
    assert problem(one.patch("/carriers/accounts/nobody", {"active": True}))["status"] == 422
    sent = {"secrets": {"key": "x"}}
    assert problem(one.patch("/carriers/accounts/kuaidi100", sent))["errors"][0]["pointer"] == "/secrets"


def test_a_code_nobody_knows_is_explained(one: Caller) -> None:
    UnknownCode.objects.create(source="kuaidi100", code="9001", text="无人机", first_at=now(), last_at=now())
    assert [row["code"] for row in one.get("/carriers/codes/unknown").json()["rows"]] == ["9001"]
    body = {"source": "kuaidi100", "code": "9001", "status": "in_transit"}
    assert one.put("/carriers/codes", body).status_code == 200
    assert one.get("/carriers/codes/unknown").json()["rows"] == []
    assert [row["code"] for row in one.get("/carriers/codes").json()["rows"]] == ["9001"]
    assert problem(one.put("/carriers/codes", body | {"source": "pigeon"}))["errors"][0]["pointer"] == "/source"
    assert problem(one.put("/carriers/codes", body | {"status": "unknown"}))["errors"][0]["pointer"] == "/status"
    assert StatusCode.objects.count() == 1


@pytest.fixture
def patterns_read_anew() -> Iterator[None]:
    """They are kept for half a minute, and forgotten by a commit, which a test's transaction never comes to."""
    forget_patterns()
    yield
    forget_patterns()


@pytest.mark.usefixtures("patterns_read_anew")
def test_a_pattern_is_added_recognised_and_removed(one: Caller) -> None:
    code = one.get("/carriers").json()["rows"][0]["code"]
    body = {"carrier": code, "pattern": r"QQ\d{9}", "score": 99}
    made = one.post("/carriers/patterns", body)
    assert made.status_code == 201, made.content
    assert one.get("/carriers/recognise", number="QQ123456789").json()["rows"][0]["carrier"] == code
    assert problem(one.post("/carriers/patterns", body | {"pattern": "("}))["errors"][0]["pointer"] == "/pattern"
    assert problem(one.post("/carriers/patterns", body | {"carrier": "x"}))["errors"][0]["pointer"] == "/carrier"
    assert one.delete(f"/carriers/patterns/{made.json()['id']}").status_code == 204
    assert one.get("/carriers/patterns").json()["rows"] == []


def test_a_failed_push_is_listed_without_what_it_said(
    one: Caller, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(6):
        CarrierPush.objects.create(
            provider="kuaidi100",
            digest=str(number),
            fields={"param": "13800138000"},
            state="failed",
            received_at=now(),
            error="编码",
        )
    with django_assert_max_num_queries(5):
        found = one.get("/carriers/pushes", limit=4)
    assert len(found.json()["rows"]) == 4
    assert "13800138000" not in found.content.decode()
    push = CarrierPush.objects.earliest("pk")
    assert problem(one.post(f"/carriers/pushes/{push.pk}/again"))["status"] in {403, 409, 422}
    assert problem(one.post("/carriers/pushes/999999/again"))["code"] == "missing"


def test_the_words_customers_read_are_written(one: Caller) -> None:
    kinds = [row["kind"] for row in one.get("/customer-words").json()["rows"]]
    here = f"/customer-words/{kinds[0]}"
    assert one.put(here, WORDS).json()["headline"] == "包裹在路上耽搁了"
    assert CustomerWords.objects.get(kind=kinds[0]).next_step == "我们正在催促。"
    half = WORDS | {"english_headline": "Delayed"}
    assert problem(one.put(here, half))["status"] == 422
    assert problem(one.put(here, WORDS | {"happened": ""}))["errors"][0]["pointer"] == "/happened"
    assert problem(one.put("/customer-words/nothing", WORDS))["status"] == 422


def test_carriers_are_set_up_by_who_may(agent: User, administrator: User, outlet: Branch) -> None:
    worker, bound = caller(agent), caller(administrator, branch=outlet)
    for method, path, body in (
        ("GET", "/carriers/accounts", None),
        ("GET", "/carriers/pushes", None),
        ("PUT", "/customer-words/unsigned", WORDS),
        ("PUT", "/carriers/codes", {"source": "sf", "code": "1", "status": "in_transit"}),
    ):
        assert problem(worker.call(method, path, body))["status"] == 403, path
    assert problem(bound.put("/customer-words/unsigned", WORDS))["code"] == "person_needed"
    assert not StatusCode.objects.exists()
