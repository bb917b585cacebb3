"""Decision tables by the programming interface: read, drafted, tried, switched on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from suhui.engines.rules import services
from suhui.engines.rules.models import Version
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, User
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db
TABLE = "case.priority"


@pytest.fixture
def one(administrator: User) -> Caller:
    return caller(administrator)


def rows_of(one: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one.get(f"/rules/{TABLE}").json()["active"]["rows"]
    return found


def test_a_table_is_read_with_its_columns_and_history(one: Caller) -> None:
    listed = {row["code"]: row for row in one.get("/rules").json()["rows"]}
    assert listed[TABLE]["draft"] is False
    found = one.get(f"/rules/{TABLE}").json()
    known = {column["name"] for column in found["inputs"]}
    assert found["active"]["rows"]
    assert all(set(row["when"]) <= known for row in found["active"]["rows"])
    [version] = one.get(f"/rules/{TABLE}/versions").json()["rows"]
    assert one.get(f"/rules/{TABLE}/versions/{version['number']}").json()["rows"] == found["active"]["rows"]
    assert one.get(f"/rules/{TABLE}/sheet").content[:2] == b"PK"
    assert problem(one.get("/rules/no.such"))["code"] == "missing"
    assert problem(one.get(f"/rules/{TABLE}/versions/99"))["code"] == "missing"


def test_a_draft_is_saved_tried_switched_on_and_taken_back(one: Caller) -> None:
    rows, here = rows_of(one), f"/rules/{TABLE}/draft"
    assert problem(one.get(here))["code"] == "missing"
    assert one.post(here, {}).json()["state"] == "draft"
    tag = one.get(here)["ETag"]
    saved = one.put(here, {"rows": rows[:-1], "note": "双十一"}, if_match=tag)
    assert saved.status_code == 200, saved.content
    assert saved.json()["rows"] == rows[:-1]
    assert problem(one.put(here, {"rows": rows}, if_match=tag))["code"] == "changed"
    assert problem(one.post(f"{here}/switch-on", {}))["code"] == "refused"
    assert one.post(f"{here}/try").json()["trial"]["total"] == 0
    later = (now() + timedelta(days=1)).isoformat()
    assert one.post(f"{here}/switch-on", {"start": later}).json()["state"] == "planned"
    assert one.delete(f"/rules/{TABLE}/plan").json()["state"] == "draft"
    assert one.post(f"{here}/switch-on", {}).json()["state"] == "active"
    assert rows_of(one) == rows[:-1]
    assert one.post(here, {"like": 1}).json()["rows"] == rows
    sheet = SimpleUploadedFile("rows.xlsx", one.get(f"/rules/{TABLE}/sheet").content)
    token = {"Authorization": f"Bearer {one.secret}", "Accept-Language": "en"}
    taken = one.client.post(f"/api/v1{here}/sheet", {"sheet": sheet}, headers=token)
    assert (taken.status_code, len(taken.json()["rows"])) == (200, len(rows) - 1)
    wrong = {"sheet": SimpleUploadedFile("rows.xlsx", b"no sheet")}
    assert problem(one.client.post(f"/api/v1{here}/sheet", wrong, headers=token))["errors"][0]["pointer"] == "/sheet"
    assert one.delete(here).status_code == 204
    assert not Version.objects.filter(state="draft").exists()
    assert problem(one.delete(f"/rules/{TABLE}/plan"))["code"] == "missing"
    assert problem(one.post(here, {"like": 99}))["errors"][0]["pointer"] == "/like"


def test_a_row_that_cannot_be_understood_is_named(one: Caller) -> None:
    here = f"/rules/{TABLE}/draft"
    one.post(here, {})
    rows = rows_of(one)
    then = rows[0]["then"]
    for when, pointer in (
        ({"nonsense": {"op": "is", "value": 1}}, "/rows/0/when/nonsense"),
        ({"kind": {"op": "is", "value": "no such kind"}}, "/rows/0/when/kind"),
        ({"kind": {"op": "smells_of", "value": 1}}, "/rows/0/when/kind/op"),
    ):
        answer = problem(one.put(here, {"rows": [{"when": when, "then": then}]}))
        assert answer["errors"][0]["pointer"] == pointer
    assert one.get(here).json()["rows"] == rows


def test_decisions_are_told_without_what_went_in(
    one: Caller, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    inputs = {"kind": "complaint", "severity": 3}
    for number in range(6):
        services.decide(table=TABLE, inputs=inputs, subject=f"case:{number}", by=SYSTEM)
    with django_assert_max_num_queries(6):
        found = one.get(f"/rules/{TABLE}/decisions", limit=4).json()
    assert [row["subject"] for row in found["rows"]] == ["case:5", "case:4", "case:3", "case:2"]
    assert "inputs" not in found["rows"][0]
    assert len(one.get(f"/rules/{TABLE}/decisions", limit=4, cursor=found["next"]).json()["rows"]) == 2


def test_rules_are_changed_by_who_may(agent: User, administrator: User, supervisor: User, outlet: Branch) -> None:
    assert problem(caller(agent).get("/rules"))["status"] == 403
    assert problem(caller(supervisor).post(f"/rules/{TABLE}/draft", {}))["status"] == 403
    bound = caller(administrator, branch=outlet)
    assert problem(bound.post(f"/rules/{TABLE}/draft", {}))["code"] == "person_needed"
    assert not Version.objects.filter(state="draft").exists()
