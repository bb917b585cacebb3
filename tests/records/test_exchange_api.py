"""Imports and exports by the programming interface: the whole way, who may what, and what a file holds."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import StoredEvent
from suhui.platform.exchange import exporting
from suhui.platform.exchange.models import Export, Import, SavedMapping
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer
from tests.api import Caller, caller, problem
from tests.conftest import MakePerson
from tests.records.importing import finish, imported, own_shelf, tried

__all__ = ["own_shelf"]
pytestmark = pytest.mark.django_db
BY = Actor.system("test")
TEXT = "客户名称,手机号码,备注\n王小明,13812341234,=1+1\n,13912341234,\n"
KEY = "9f3c5a52-7a3e-4f0e-9a44-2b7c6d1c1f10"


@pytest.fixture
def one(supervisor: User) -> Caller:
    return caller(supervisor)


def file_of(text: str = TEXT, name: str = "客户.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("gbk"))


def worked(import_id: int) -> Import:
    return finish(Import.objects.get(pk=import_id))


def test_the_whole_way_of_a_file(one: Caller) -> None:
    sent = one.send("/imports", file_of(), kind="customers")
    assert sent.status_code == 201, sent.content
    here = f"/imports/{sent.json()['id']}"
    assert (sent.json()["state"], sent.json()["mapping"]) == ("choosing", {"name": 0, "phone": 1, "note": 2})
    assert one.post(f"{here}/check", {"save_as": "月度名单"}).json()["state"] == "checking"
    worked(sent.json()["id"])
    trial = one.get(here).json()
    assert trial["state"] == "checked"
    assert {count["state"]: count["lines"] for count in trial["counts"]}["wrong"] == 1
    assert Customer.objects.count() == 0
    assert StoredEvent.objects.filter(kind="exchange.ImportMoved").earliest("id").actor_label == "李主管 · 测试"
    started = [one.post(f"{here}/start", {"perhaps": "skip"}) for _turn in range(2)]
    assert [answer.json()["state"] for answer in started] == ["running", "running"]
    worked(sent.json()["id"])
    assert Customer.objects.get().name == "王小明"
    assert problem(one.post(f"{here}/start", {}))["code"] == "refused"
    assert problem(one.delete(here))["code"] == "refused"
    assert one.post(f"{here}/undo").json()["state"] == "undoing"
    assert worked(sent.json()["id"]).state == "undone"
    assert Customer.objects.count() == 0
    kinds = {kind["name"]: kind for kind in one.get("/imports/kinds").json()["rows"]}
    assert [saved["name"] for saved in kinds["customers"]["mappings"]] == ["月度名单"]
    assert {"name": "phone", "required": False} in [
        {name: field[name] for name in ("name", "required")} for field in kinds["customers"]["fields"]
    ]


def test_the_same_file_under_one_key_is_taken_in_once(one: Caller) -> None:
    answers = [
        one.send("/imports", file_of(), kind="customers", headers={"Idempotency-Key": KEY}) for _turn in range(2)
    ]
    assert answers[0].content == answers[1].content
    other = one.send("/imports", file_of("别的\n1\n"), kind="customers", headers={"Idempotency-Key": KEY})
    assert problem(other)["code"] == "key_reused"
    assert Import.objects.count() == 1


def test_columns_are_said_by_place_or_by_a_saved_mapping(one: Caller, supervisor: User) -> None:
    made = one.send("/imports", file_of("甲列,乙列\n王小明,13812341234\n"), kind="customers").json()
    here = f"/imports/{made['id']}"
    assert made["mapping"] == {}
    assert problem(one.post(f"{here}/check", {}))["status"] == 422
    for wrong, at in (
        ({"mapping": {"nonsense": 0}}, "/mapping/nonsense"),
        ({"mapping": {"name": 2}}, "/mapping/name"),
        ({"saved": 999_999}, "/saved"),
    ):
        assert problem(one.post(f"{here}/check", wrong))["errors"][0]["pointer"] == at
    assert one.post(f"{here}/check", {"mapping": {"name": 0, "phone": 1}, "save_as": "怪表"}).status_code == 200
    worked(made["id"])
    other = one.send("/imports", file_of("乙列,甲列,丙列\n13912341234,李雷,x\n"), kind="customers").json()
    saved = SavedMapping.objects.get()
    checked = one.post(f"/imports/{other['id']}/check", {"saved": saved.pk}).json()
    assert checked["mapping"] == {"name": 1, "phone": 0}


def test_a_file_is_read_otherwise_than_guessed(one: Caller) -> None:
    made = one.send("/imports", file_of(), kind="customers").json()
    here = f"/imports/{made['id']}/reading"
    found = one.get(here).json()
    assert (found["format"], found["encoding"], found["delimiter"]) == ("csv", "gb18030", ",")
    assert [(column["name"], column["field"]) for column in found["columns"]][:2] == [
        ("客户名称", "name"),
        ("手机号码", "phone"),
    ]
    assert found["columns"][0]["samples"] == ["王小明"]
    assert one.patch(here, {"encoding": "big5hkscs"}).json()["encoding"] == "big5hkscs"
    assert problem(one.patch(here, {"encoding": "klingon"}))["errors"][0]["pointer"] == "/encoding"
    assert problem(one.patch(here, {"delimiter": "x"}))["errors"][0]["pointer"] == "/delimiter"
    Import.objects.update(purged_at=now())
    assert problem(one.get(here))["status"] == 422
    assert problem(one.patch(here, {"encoding": "gb18030"}))["status"] == 422


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"<html><table>", b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_and_leaves_nothing(one: Caller, content: bytes) -> None:
    answer = one.send("/imports", SimpleUploadedFile("a.xlsx", content), kind="customers")
    assert problem(answer)["status"] == 422
    assert not Import.objects.exists()


def test_a_file_goes_only_where_its_person_may(one: Caller, headquarters: Branch, other_outlet: Branch) -> None:
    for branch in (headquarters.pk, 999_999):
        found = problem(one.send("/imports", file_of(), kind="customers", branch=branch))
        assert found["errors"][0]["pointer"] == "/branch"
    assert problem(one.send("/imports", file_of(), kind="nonsense"))["errors"][0]["pointer"] == "/kind"
    assert one.send("/imports", file_of(), kind="customers", branch=other_outlet.pk).status_code == 201


def test_imports_are_stopped_and_thrown_away(one: Caller, supervisor: User) -> None:
    row = tried(supervisor, TEXT)
    one.post(f"/imports/{row.pk}/start", {})
    assert one.post(f"/imports/{row.pk}/stop").json()["state"] == "stopped"
    assert problem(one.post(f"/imports/{row.pk}/stop"))["code"] == "refused"
    other = tried(supervisor, TEXT)
    assert one.delete(f"/imports/{other.pk}").status_code == 204
    assert problem(one.get(f"/imports/{other.pk}"))["code"] == "missing"


def test_lines_tell_their_reasons_and_are_masked_for_others(
    one: Caller, supervisor: User, administrator: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    row = imported(supervisor, TEXT + "李雷,13712341234,\n韩梅,13612341234,\n")
    with django_assert_max_num_queries(7):
        first = one.get(f"/imports/{row.pk}/lines", limit=2).json()
    rest = one.get(f"/imports/{row.pk}/lines", limit=2, cursor=first["next"]).json()
    assert [line["number"] for line in first["rows"] + rest["rows"]] == [2, 3, 4, 5]
    (wrong,) = one.get(f"/imports/{row.pk}/lines", state="wrong").json()["rows"]
    assert (wrong["reason"], wrong["row"]) == ("Name is missing.", None)
    assert first["rows"][0]["cells"][:2] == ["王小明", "13812341234"]
    seen = caller(administrator).get(f"/imports/{row.pk}/lines").content.decode()
    assert "13812341234" not in seen
    with django_assert_max_num_queries(7):
        listed = one.get("/imports", state="done").json()["rows"]
    assert [entry["id"] for entry in listed] == [row.pk]


def test_the_report_is_for_who_sent_the_file(one: Caller, supervisor: User, make_person: MakePerson) -> None:
    row = imported(supervisor, TEXT)
    answer = one.get(f"/imports/{row.pk}/report")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1][1] == "13912341234"
    book = one.get(f"/imports/{row.pk}/report", format="xlsx")
    assert openpyxl.load_workbook(BytesIO(book.getvalue())).active is not None
    assert problem(one.get(f"/imports/{row.pk}/report", format="pdf"))["status"] == 422
    colleague = make_person("service-supervisor", name="赵主管", branch=supervisor.branch)
    assert colleague.may(Perm.PERSONAL_DATA_EXPORT) is False
    assert problem(caller(colleague).get(f"/imports/{row.pk}/report"))["code"] == "refused"


def test_imports_belong_to_a_person_and_their_reach(
    supervisor: User, agent: User, outlet: Branch, headquarters: Branch, make_person: MakePerson
) -> None:
    row = tried(supervisor, TEXT)
    bound, worker = caller(supervisor, branch=outlet), caller(agent)
    elsewhere = caller(make_person("service-supervisor", name="孙主管", branch=outlet))
    here = f"/imports/{row.pk}"
    for method, path in (
        *(("GET", "/imports"), ("GET", here), ("GET", f"{here}/lines"), ("GET", f"{here}/report")),
        *(("POST", f"{here}/stop"), ("POST", f"{here}/undo"), ("DELETE", here)),
    ):
        assert problem(bound.call(method, path))["code"] == "person_needed", path
        assert problem(worker.call(method, path))["status"] == 403, path
        if path != "/imports":
            assert problem(elsewhere.call(method, path))["code"] == "missing", path
    assert elsewhere.get("/imports").json()["rows"] == []
    assert Import.objects.get(pk=row.pk).state == "checked"


def test_a_token_without_the_scope_of_a_kind_imports_none_of_it(supervisor: User) -> None:
    narrow = caller(supervisor, scopes=[Perm.DATA_IMPORT])
    assert narrow.get("/imports/kinds").json()["rows"] == []
    assert problem(narrow.send("/imports", file_of(), kind="customers"))["code"] == "not_allowed"
    row = tried(supervisor, TEXT)
    assert problem(narrow.post(f"/imports/{row.pk}/start", {}))["code"] == "not_allowed"
    assert Import.objects.get(pk=row.pk).state == "checked"


def test_a_list_is_taken_along_masked_narrowed_and_written_down(one: Caller, supervisor: User) -> None:
    for name, phone in (("王小明", "13812341234"), ("李雷", "13912341234")):
        customers.add_customer(name=name, phone=phone, branch=supervisor.branch, by=BY)
    views = {view["name"]: view for view in one.get("/exports/views").json()["rows"]}
    assert {"customers", "cases", "waybills"} <= views.keys()
    assert "q" in views["customers"]["filters"]
    answer = one.post("/exports/customers", {"filters": {"q": "13912341234"}})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = answer.getvalue().decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert "13912341234" not in text
    row = Export.objects.get()
    assert (row.rows, row.masked, row.number in text) == (1, True, True)
    assert StoredEvent.objects.get(kind="exchange.ListExported").actor_label == "李主管 · 测试"
    (listed,) = one.get("/exports").json()["rows"]
    assert (listed["number"], listed["query"], listed["by"]["name"]) == (row.number, "q=13912341234", "李主管")


def test_a_filter_the_list_does_not_know_exports_nothing(one: Caller) -> None:
    refused = problem(one.post("/exports/customers", {"filters": {"tierr": "vip"}}))
    assert refused["errors"][0]["pointer"] == "/filters/tierr"
    assert problem(one.post("/exports/nonsense", {}))["code"] == "missing"
    assert not Export.objects.exists()


def test_personal_data_in_full_needs_the_permission_and_a_reason(one: Caller, administrator: User) -> None:
    customers.add_customer(name="王小明", phone="13812341234", branch=administrator.branch, by=BY)
    assert problem(one.post("/exports/customers", {"reason": "contact"}))["code"] == "not_allowed"
    full = caller(administrator).post("/exports/customers", {"reason": "contact", "format": "xlsx"})
    assert full.status_code == 200, full.content
    cells = openpyxl.load_workbook(BytesIO(full.getvalue())).worksheets[0]
    assert any("王小明" in str(cell) for line in cells.values for cell in line)
    assert Export.objects.get().reason == "contact"


def test_a_token_bound_to_a_branch_exports_that_branch_alone(
    supervisor: User, outlet: Branch, other_outlet: Branch
) -> None:
    customers.add_customer(name="王小明", phone="13812341234", branch=outlet, by=BY)
    customers.add_customer(name="李雷", phone="13912341234", branch=other_outlet, by=BY)
    bound = caller(supervisor, branch=outlet)
    text = bound.post("/exports/customers", {}).getvalue().decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert problem(caller(supervisor, scopes=[Perm.DATA_EXPORT]).post("/exports/customers", {}))["code"] == "missing"


def test_every_list_that_goes_out_says_what_narrows_it(administrator: User) -> None:
    assert [view.name for view in exporting.views_for(administrator) if not view.words] == []
