"""Cases by the programming interface: what the screens do, and nothing a token may not see."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, Department, User
from suhui.platform.people.permissions import Perm
from suhui.records.customers.models import Customer
from suhui.service.cases import services
from suhui.service.cases.models import Case, CaseEntry
from tests.api import Caller, caller, problem
from tests.conftest import MakePerson
from tests.service.cases import anew, complain, parcel

pytestmark = pytest.mark.django_db
MATTER = {
    "channel": "phone",
    "kind": "complaint",
    "text": "包裹破损，要求赔偿",
    "phone": "13800138000",
    "name": "王小明",
}


@pytest.fixture
def one(supervisor: User) -> Caller:
    return caller(supervisor)


def opened(one: Caller, **more: Any) -> dict[str, Any]:
    answer = one.post("/cases", MATTER | more)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_case_is_opened_found_and_read_masked(one: Caller, outlet: Branch) -> None:
    parcel("YT8803912345678", outlet)
    made = opened(one, waybills=["YT8803912345678"])
    [row] = one.get("/cases", state="open", kind="complaint").json()["rows"]
    assert (row["id"], row["waybill"], row["contact_name"]) == (made["id"], "YT8803912345678", "王**")
    whole = one.get(f"/cases/{made['id']}").json()
    assert whole["contact_phone"] == "138******00"
    assert [one["number"] for one in whole["waybills"]] == ["YT8803912345678"]
    assert {"first_response", "resolution"} <= {clock["kind"] for clock in whole["clocks"]}
    story = one.get(f"/cases/{made['id']}/entries").json()["rows"]
    assert story[-1]["text"] == "包裹破损，要求赔偿"
    assert "13800138000" not in str(whole) + str(story)


def test_what_is_done_names_the_token(one: Caller) -> None:
    made = opened(one)
    entry = CaseEntry.objects.filter(case_id=made["id"]).order_by("id").first()
    assert entry is not None
    assert (entry.actor_id, entry.actor_label) == (one.token.user_id, "李主管 · 测试")


def test_the_same_source_is_one_case(one: Caller) -> None:
    first, second = opened(one, source="order-17"), opened(one, source="order-17")
    assert first["id"] == second["id"]
    assert Case.objects.count() == 1


def test_a_whole_complaint_goes_by_calls(one: Caller, outlet: Branch, supervisor: User) -> None:
    case = f"/cases/{opened(one, mine=True)['id']}"
    assert one.post(f"{case}/contacts", {"text": "已致歉"}).status_code == 201
    assert one.post(f"{case}/notes", {"text": "查仓库"}).status_code == 201
    asked = one.post(f"{case}/requests", {"question": "谁交接的？", "branch": outlet.pk, "wait": False})
    assert asked.status_code == 201
    reply = one.post(f"{case}/replies", {"text": "我们正在核实"}).json()
    assert one.delete(f"{case}/replies/{reply['id']}").status_code == 204
    proposed = one.post(f"{case}/proposals", {"text": "赔 128 元", "amount_fen": 12800, "steps": [{"text": "打款"}]})
    assert proposed.json()["state"] == "proposed"
    assert problem(one.post(f"{case}/proposals", {"text": "再赔"}))["code"] == "refused"
    assert one.post(f"{case}/proposals/answer", {"accepted": True}).json()["state"] == "executing"
    assert problem(one.post(f"{case}/close", {"outcome": "compensated", "cause": "nonsense"}))["errors"][0][
        "pointer"
    ] == ("/cause")
    code = one.get("/cases/setup").json()["causes"][0]["code"]
    closed = one.post(f"{case}/close", {"outcome": "compensated", "cause": code, "anyway": True, "satisfaction": 5})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert one.post(f"{case}/reopen", {"reason": "款未到"}).json()["state"] == "reopened"


def test_handling_a_case(one: Caller, agent: User, supervisor: User, outlet: Branch) -> None:
    made = opened(one)
    case = f"/cases/{made['id']}"
    assert one.post(f"{case}/take").json()["owner"]["id"] == supervisor.pk
    assert one.post(f"{case}/assign", {"owner": agent.pk, "words": "请跟进"}).json()["owner"]["name"] == "王芳"
    assert one.post(f"{case}/release").json()["owner"] is None
    assert one.post(f"{case}/state", {"to": "waiting_customer"}).json()["state"] == "waiting_customer"
    changed = one.patch(case, {"subject": "外箱破损", "tags": ["双十一"], "priority": 4}).json()
    assert (changed["subject"], changed["tags"], changed["priority"]) == ("外箱破损", ["双十一"], 4)
    parcel("YT8803912345678", outlet)
    assert one.post(f"{case}/waybills", {"numbers": ["YT8803912345678"]}).status_code == 200
    [held] = one.get(case).json()["waybills"]
    assert one.delete(f"{case}/waybills/{held['id']}").status_code == 204
    assert one.put(f"{case}/watch").status_code == 204
    assert [row["id"] for row in one.get("/cases", watched="true").json()["rows"]] == [made["id"]]
    assert one.delete(f"{case}/watch").status_code == 204


def test_a_change_of_an_older_state_is_refused(one: Caller) -> None:
    made = opened(one)
    case = f"/cases/{made['id']}"
    tag = one.get(case)["ETag"]
    assert one.patch(case, {"subject": "一"}, if_match=tag).status_code == 200
    assert problem(one.patch(case, {"subject": "二"}, if_match=tag))["code"] == "changed"
    assert Case.objects.get(pk=made["id"]).subject == "一"


def test_cases_are_merged_split_and_linked(one: Caller) -> None:
    first, second, third = (opened(one)["id"] for _turn in range(3))
    merged = one.post(f"/cases/{second}/merge", {"into": first}).json()
    assert one.get(f"/cases/{second}").json()["merged_into"] == first
    assert one.post("/undo", {"token": merged["undo"]}).status_code == 204
    assert one.get(f"/cases/{second}").json()["merged_into"] is None
    assert one.post(f"/cases/{first}/links", {"other": third}).status_code == 200
    [link] = one.get(f"/cases/{first}").json()["links"]
    assert link["case_id"] == third
    assert one.delete(f"/cases/{first}/links/{link['id']}").status_code == 204
    part = one.post(f"/cases/{first}/split", {"subject": "另一件"})
    assert (part.status_code, part.json()["subject"]) == (201, "另一件")


@pytest.mark.long
def test_many_cases_at_once(one: Caller, agent: User) -> None:
    ids = [opened(one)["id"] for _turn in range(3)]
    done = one.post("/cases/bulk", {"ids": [*ids, 10**9], "do": "tag", "tag": "双十一"}).json()
    assert (sorted(done["done"]), done["skipped"]) == (sorted(ids), [])
    assert one.post("/undo", {"token": done["undo"]}).status_code == 204
    assert not Case.objects.filter(tags__contains=["双十一"]).exists()
    assert problem(one.post("/cases/bulk", {"ids": ids, "do": "owner"}))["errors"][0]["pointer"] == "/owner"
    assert one.get("/cases/export", id=ids).status_code == 200


def test_a_file_is_uploaded_attached_and_read_again(one: Caller) -> None:
    case = f"/cases/{opened(one)['id']}"
    sent = {"Authorization": f"Bearer {one.secret}"}
    upload = SimpleUploadedFile("说明.txt", "外箱有水渍".encode())
    answer = one.client.post("/api/v1/files", {"file": upload}, headers=sent)
    assert answer.status_code == 201, answer.content
    key = answer.json()["id"]
    assert problem(one.get(f"/files/{key}"))["code"] == "missing"
    assert one.post(f"{case}/notes", {"text": "见附件", "files": [key]}).json()["files"] == [key]
    assert b"".join(one.get(f"/files/{key}").streaming_content) == "外箱有水渍".encode()
    assert problem(one.post(f"{case}/notes", {"text": "再来", "files": [key]}))["code"] == "missing"


def test_views_are_kept_shared_ordered_and_forgotten(one: Caller) -> None:
    made = one.post(
        "/cases/views", {"name": "超时投诉", "query": {"kind": ["complaint"], "due": "late"}, "shared": True}
    )
    assert made.status_code == 201
    key, pk = made.json()["key"], made.json()["id"]
    assert one.put(f"/cases/views/{pk}", {"name": "晚了", "shared": False}).json()["name"] == "晚了"
    assert one.put("/cases/views/order", {"keys": [key], "first": key}).status_code == 204
    listed = one.get("/cases/views").json()
    assert (listed["first"], listed["rows"][0]["key"]) == (key, key)
    assert one.get("/cases", view=key).json()["rows"] == []
    assert one.delete(f"/cases/views/{pk}").status_code == 204
    assert problem(one.get("/cases", view=key))["code"] == "missing"


@pytest.mark.parametrize("sort", ["urgency", "newest", "changed"])
def test_the_work_list_pages_in_every_order(one: Caller, agent: User, sort: str) -> None:
    ids = {complain(agent).case.pk for _turn in range(7)}
    Case.objects.filter(pk__in=list(ids)[:3]).update(next_due_at=None)
    seen: list[int] = []
    cursor = ""
    while True:
        words = {"sort": sort, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = one.get("/cases", **words).json()
        seen += [row["id"] for row in page["rows"]]
        if not (cursor := page["next"]):
            break
    assert (len(seen), set(seen)) == (7, ids)


@pytest.fixture
def foreign(make_person: MakePerson, other_outlet: Branch, supervisor: User, outlet: Branch) -> Case:
    """A case of another outlet that the token's owner owns himself, and that knows a case of the first outlet."""
    clerk = make_person("branch-clerk", branch=other_outlet)
    case = complain(clerk, branch=other_outlet, owner=supervisor, phone="13900139000", name="李四").case
    return anew(case)


@pytest.mark.long
def test_a_token_of_a_branch_sees_nothing_of_another_anywhere(
    foreign: Case, supervisor: User, agent: User, outlet: Branch
) -> None:
    own = complain(agent, branch=outlet).case
    services.link(case=own, other=foreign, kind="related", by=Actor.staff(supervisor))
    wide, bound = caller(supervisor), caller(supervisor, branch=outlet)
    assert {row["id"] for row in wide.get("/cases").json()["rows"]} == {own.pk, foreign.pk}
    for words in (
        {},
        {"owner": "me"},
        {"sort": "newest"},
        {"view": "mine"},
        {"q": foreign.number},
        {"watched": "true"},
    ):
        assert foreign.pk not in [row["id"] for row in bound.get("/cases", **words).json()["rows"]], words
    page = bound.get(f"/cases/{own.pk}")
    story = bound.get(f"/cases/{own.pk}/entries")
    assert foreign.number not in page.content.decode() + story.content.decode()
    assert page.json()["links"] == []
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/entries", None),
        ("PATCH", "", {"subject": "x"}),
        ("POST", "/take", None),
        ("POST", "/notes", {"text": "x"}),
        ("POST", "/replies", {"text": "x"}),
        ("POST", "/merge", {"into": own.pk}),
        ("POST", "/links", {"other": own.pk}),
        ("POST", "/close", {"outcome": "solved"}),
    ]
    for method, rest, body in calls:
        assert problem(bound.call(method, f"/cases/{foreign.pk}{rest}", body))["code"] == "missing", rest
    assert problem(bound.post(f"/cases/{own.pk}/merge", {"into": foreign.pk}))["code"] == "missing"
    assert problem(bound.post(f"/cases/{own.pk}/links", {"other": foreign.pk}))["code"] == "missing"
    assert problem(bound.post("/cases", MATTER | {"append_to": foreign.pk}))["code"] == "missing"
    done = bound.post("/cases/bulk", {"ids": [own.pk, foreign.pk], "do": "tag", "tag": "x"}).json()
    assert done["done"] == [own.pk]
    assert bound.get("/cases/views").json()["rows"][0]["count"] == 0
    assert anew(foreign).version == foreign.version


def test_a_case_of_a_branchs_token_is_the_branchs(supervisor: User, outlet: Branch) -> None:
    made = opened(caller(supervisor, branch=outlet))
    assert Case.objects.get(pk=made["id"]).branch == outlet


def test_who_may_only_read_changes_nothing(make_person: MakePerson, agent: User, outlet: Branch) -> None:
    case = complain(agent).case
    reader = caller(make_person("quality", branch=outlet))
    assert reader.get(f"/cases/{case.pk}").status_code == 200
    assert problem(reader.post(f"/cases/{case.pk}/notes", {"text": "x"}))["code"] in {"not_allowed", "scope_missing"}
    assert anew(case).version == case.version


@pytest.mark.long
def test_the_list_costs_the_same_however_long(
    one: Caller, agent: User, django_assert_max_num_queries: Any, service_department: Department
) -> None:
    for _turn in range(12):
        complain(agent)
    with django_assert_max_num_queries(8):
        assert len(one.get("/cases").json()["rows"]) == 12


def test_opening_a_case_asks_little_of_the_database(one: Caller, django_assert_max_num_queries: Any) -> None:
    opened(one)
    with django_assert_max_num_queries(45):
        opened(one, phone="13700137000")
    assert Customer.objects.count() == 2
    assert one.get("/me").status_code == 200
    assert Perm.CASE_CREATE.value in one.token.scopes
