import json
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from suhui.engines.rules import registry, selectors, services, sheets
from suhui.engines.rules.comparing import differences
from suhui.engines.rules.explaining import explain
from suhui.engines.rules.models import Version
from suhui.engines.rules.registry import Column, Row, TableSpec
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import User

BY = Actor.system("test")
CODE = "test.page"
Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def page_table() -> Iterator[TableSpec]:
    spec = TableSpec(
        code=CODE,
        title="优先级",
        inputs=[
            Column("kind", "类型", "enum", choices=[("complaint", "投诉"), ("enquiry", "咨询")]),
            Column("hours", "时长", "number", unit="小时"),
            Column("vip", "贵宾", "flag"),
            Column("text", "内容", "text"),
        ],
        outputs=[Column("level", "级别", "enum", choices=[("high", "加急"), ("low", "普通")])],
        rows=[
            Row(
                {"kind": "complaint", "hours": registry.between(1, 48), "vip": True},
                {"level": "high"},
                basis="内部规定",
            ),
            Row(
                {"kind": registry.none_of("complaint", "enquiry"), "text": registry.contains("破损")}, {"level": "high"}
            ),
            Row({"hours": registry.zen("$ > 3"), "text": registry.starts_with("急")}, {"level": "low"}, verified=False),
            Row({"kind": registry.unknown(), "hours": registry.at_least(2.5)}, {"level": "low"}),
            Row({}, {"level": "low"}),
        ],
    )
    registry.register_table(spec)
    yield spec
    registry._tables.pop(CODE)


def at(name: str) -> str:
    return reverse(f"rules:{name}", args=[CODE])


@pytest.mark.django_db
def test_a_manager_changes_tries_and_switches_on(enter: Enter, administrator: User) -> None:
    services.decide(table=CODE, inputs={"kind": "complaint", "hours": 99}, subject="case:7", by=BY)
    client = enter(administrator)
    assert "优先级" in client.get(reverse("rules:list")).content.decode()
    assert "加急" in client.get(at("table")).content.decode()
    client.post(at("start"))
    draft = selectors.draft_of(CODE)
    assert draft is not None
    rows = [{"when": {"hours": {"op": "at_least", "value": 50}}, "then": {"level": {"op": "is", "value": "high"}}}]
    saved = client.post(at("save"), {"rows": json.dumps(rows), "revision": draft.revision, "verified": "on"})
    assert saved.status_code == 302
    assert client.post(at("switch-on"), {"when": "now"}).status_code == 409
    client.post(at("try"))
    page = client.get(at("draft")).content.decode()
    assert "case:7" in page
    assert client.post(at("switch-on"), {"when": "now"}).status_code == 302
    assert selectors.version_in_force(CODE).number == 2
    old = Version.objects.get(table=CODE, number=1)
    assert client.get(at("table"), {"version": old.pk}).status_code == 200


@pytest.mark.django_db
def test_a_bad_cell_comes_back_marked_with_all_that_was_typed(enter: Enter, administrator: User) -> None:
    client = enter(administrator)
    client.post(at("start"))
    rows = [{"when": {"hours": {"op": "zen", "value": "$ >"}}, "then": {}, "note": "试一下"}]
    answer = client.post(at("save"), {"rows": json.dumps(rows), "revision": 1})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "0.when.hours" in page
    assert "试一下" in page.encode().decode("unicode_escape", errors="ignore") or "\\u8bd5\\u4e00\\u4e0b" in page
    draft = selectors.draft_of(CODE)
    assert draft is not None
    assert draft.revision == 1


@pytest.mark.django_db
def test_reading_is_not_changing(enter: Enter, supervisor: User) -> None:
    client = enter(supervisor)
    assert client.get(at("table")).status_code == 200
    assert client.post(at("start")).status_code == 403
    assert selectors.draft_of(CODE) is None


@pytest.mark.django_db
def test_a_plan_is_made_and_dropped_on_the_page(enter: Enter, administrator: User) -> None:
    client = enter(administrator)
    client.post(at("start"))
    client.post(at("try"))
    client.post(at("switch-on"), {"when": "later", "start": "2099-01-01T08:00"})
    assert selectors.planned_of(CODE) is not None
    assert client.get(at("table")).status_code == 200
    client.post(at("drop-plan"))
    client.post(at("drop"))
    assert selectors.planned_of(CODE) is None
    assert selectors.draft_of(CODE) is None


@pytest.mark.django_db
def test_a_sheet_goes_out_and_comes_back_the_same(enter: Enter, administrator: User, page_table: TableSpec) -> None:
    client = enter(administrator)
    sheet = client.get(at("export")).content
    back = sheets.read(page_table, sheet)
    shipped = page_table.shipped_rows()
    assert [(row["when"], row["then"], row["verified"]) for row in back] == [
        (row["when"], row["then"], row["verified"]) for row in shipped
    ]
    answer = client.post(at("import"), {"sheet": SimpleUploadedFile("a.xlsx", sheet)})
    assert answer.status_code == 302
    draft = selectors.draft_of(CODE)
    assert draft is not None
    assert len(draft.rows) == len(shipped)


@pytest.mark.django_db
def test_a_broken_sheet_changes_nothing(enter: Enter, administrator: User) -> None:
    answer = enter(administrator).post(at("import"), {"sheet": SimpleUploadedFile("a.xlsx", b"no sheet")})
    assert answer.status_code == 422
    assert selectors.draft_of(CODE) is None


def test_a_sheet_names_the_cells_that_cannot_be_read(page_table: TableSpec) -> None:
    rows = page_table.shipped_rows()
    rows[0]["when"]["hours"] = {"op": "is", "value": "many"}
    with pytest.raises(BadInput) as refusal:
        sheets.read(page_table, sheets.write(page_table, rows))
    assert list(refusal.value.fields) == ["B2"]


def test_differences_tell_changes_from_moves(page_table: TableSpec) -> None:
    before = page_table.shipped_rows()
    after = [before[1], before[0], before[2], {**before[4], "key": "new"}]
    after[2] = {**before[2], "then": {"level": {"op": "is", "value": "high"}}}
    found = [(change.kind, change.row) for change in differences(page_table, before, after)]
    assert ("changed", 3) in found
    assert ("added", 4) in found
    assert ("removed", 4) in found
    assert ("removed", 5) in found
    assert sum(kind == "moved" for kind, _row in found) == 1


@pytest.mark.django_db
def test_a_decision_says_which_row_and_on_what_basis() -> None:
    decision = services.decide(table=CODE, inputs={"kind": "complaint", "hours": 5, "vip": True}, subject="x:1", by=BY)
    told = explain(decision)
    assert told.basis == "内部规定"
    assert told.verified
    assert any("投诉" in words for words in told.conditions)
    unverified = services.decide(table=CODE, inputs={"hours": 5, "text": "急件"}, subject="x:1", by=BY)
    assert not explain(unverified).verified


@pytest.mark.django_db
@pytest.mark.parametrize(
    "subject", ["case:404", "case:99999999999999999999", "task:abc", "number:SF1390000000001", "", "case", "bogus:7"]
)
def test_a_trial_lists_decisions_whose_subject_leads_nowhere(enter: Enter, administrator: User, subject: str) -> None:
    services.decide(table=CODE, inputs={"kind": "complaint", "hours": 99}, subject=subject, by=BY)
    draft = services.start_draft(table=CODE, by=BY)
    row = {"when": {}, "then": {"level": {"op": "is", "value": "high"}}}
    draft = services.save_draft(draft=draft, revision=draft.revision, rows=[row], by=BY)
    services.try_out(draft=draft, by=BY, at=now())
    page = enter(administrator).get(at("draft")).content.decode()
    assert "加急" in page
    assert ("工单（内部编号 404）" if subject == "case:404" else "没有单独页面的对象") in page
    assert enter(administrator).get(at("table")).status_code == 200
