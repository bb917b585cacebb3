"""The pages of imports and exports: the whole way by hand, who may what, and what the file holds."""

import csv
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import NotAllowed, Refused
from suhui.platform.exchange import exporting
from suhui.platform.exchange.models import Export, Import, SavedMapping
from suhui.platform.people.models import Branch, User
from suhui.records.customers import bulk
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer
from tests.conftest import MakePerson
from tests.records.importing import finish, own_shelf, tried

__all__ = ["own_shelf"]
BY = Actor.system("test")
Enter = Callable[[User], Client]
GOOD = "客户名称,手机号码,备注\n王小明,13812341234,=1+1\n,13912341234,\n"


def upload(client: Client, text: str, name: str = "客户.csv") -> Import:
    given = {"kind": "customers", "branch": "", "file": SimpleUploadedFile(name, text.encode("gbk"))}
    answer = client.post("/exchange/new/", given)
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("id")


def test_the_whole_way_by_hand(enter: Enter, supervisor: User) -> None:
    client = enter(supervisor)
    row = upload(client, GOOD)
    page = client.get(f"/exchange/{row.pk}/").content.decode()
    assert "GB18030" in page
    assert "王小明" in page
    mapping = {**{name: str(place) for name, place in row.mapping.items()}, "save_as": "月度名单"}
    client.post(f"/exchange/{row.pk}/check/", mapping)
    row = finish(row)
    page = client.get(f"/exchange/{row.pk}/").content.decode()
    assert "已试导" in page
    lines = client.get(f"/exchange/{row.pk}/lines/?state=wrong").content.decode()
    assert "缺少姓名。" in lines
    client.post(f"/exchange/{row.pk}/start/", {"known": "update", "perhaps": "skip"})
    client.post(f"/exchange/{row.pk}/start/", {"known": "update", "perhaps": "skip"})
    row = finish(row)
    assert row.counts["created"] == 1
    assert "撤销" in client.get(f"/exchange/{row.pk}/").content.decode()
    client.post(f"/exchange/{row.pk}/undo/")
    assert finish(row).state == "undone"
    assert Customer.objects.count() == 0
    assert "客户.csv" in client.get("/exchange/").content.decode()
    assert SavedMapping.objects.get().columns == {"客户名称": "name", "手机号码": "phone", "备注": "note"}


def test_a_saved_mapping_is_found_again_for_the_same_columns(enter: Enter, supervisor: User) -> None:
    client = enter(supervisor)
    row = upload(client, "甲列,乙列\n王小明,13812341234\n")
    assert row.mapping == {}
    client.post(f"/exchange/{row.pk}/check/", {"name": "0", "phone": "1", "save_as": "怪表"})
    finish(row)
    assert upload(client, "乙列,甲列\n13912341234,李雷\n").mapping == {"name": 1, "phone": 0}


def test_another_encoding_can_be_chosen(enter: Enter, supervisor: User) -> None:
    client = enter(supervisor)
    row = upload(client, GOOD)
    client.post(f"/exchange/{row.pk}/read/", {"encoding": "big5hkscs"})
    row.refresh_from_db()
    assert row.how["encoding"] == "big5hkscs"
    client.post(f"/exchange/{row.pk}/read/", {"encoding": "gb18030"})
    row.refresh_from_db()
    assert row.columns == ["客户名称", "手机号码", "备注"]


@pytest.mark.parametrize(("content", "sentence"), [(b"", "空"), (b"%PDF-1.4", "不是表格"), (b"<html><table>", "网页")])
def test_a_bad_file_comes_back_with_a_sentence(enter: Enter, supervisor: User, content: bytes, sentence: str) -> None:
    given = {"kind": "customers", "file": SimpleUploadedFile("a.xlsx", content)}
    answer = enter(supervisor).post("/exchange/new/", given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Import.objects.exists()


def test_the_report_holds_the_line_and_why(enter: Enter, supervisor: User) -> None:
    row = tried(supervisor, GOOD)
    answer = enter(supervisor).get(f"/exchange/{row.pk}/report.csv")
    lines = list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert lines[0][:4] == ["客户名称", "手机号码", "备注", "文件行号"]
    assert lines[1] == ["", "13912341234", "", "3", "有误", "缺少姓名。"]
    answer = enter(supervisor).get(f"/exchange/{row.pk}/report.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert sheet["F2"].value == "缺少姓名。"


def test_others_imports_are_seen_by_branch_and_their_files_stay_theirs(
    enter: Enter, supervisor: User, make_person: MakePerson, other_outlet: Branch, region: Branch
) -> None:
    row = tried(supervisor, GOOD)
    stranger = make_person("branch-manager", branch=other_outlet)
    assert enter(stranger).get(f"/exchange/{row.pk}/").status_code == 404
    colleague = make_person("service-manager", branch=region)
    client = enter(colleague)
    assert client.get(f"/exchange/{row.pk}/").status_code == 200
    assert client.get(f"/exchange/{row.pk}/report.csv").status_code == 409
    assert "13912341234" not in client.get(f"/exchange/{row.pk}/lines/").content.decode()


def test_an_agent_neither_imports_nor_exports(enter: Enter, agent: User) -> None:
    client = enter(agent)
    assert [client.get(f"/exchange/{page}").status_code for page in ("", "new/", "exports/", "exports/customers/")] == [
        403
    ] * 4
    assert client.post("/exchange/exports/customers/file/", {"form": "csv"}).status_code == 403


def customer(region: Branch, name: str, phone: str, **more: Any) -> Customer:
    return customers.add_customer(name=name, branch=region, phone=phone, by=BY, **more)


def taken(client: Client, **given: str) -> list[list[str]]:
    answer = client.post("/exchange/exports/customers/file/", {"form": "csv", **given})
    assert answer.status_code == 200
    return list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_an_export_is_masked_marked_and_written_down(enter: Enter, supervisor: User, region: Branch) -> None:
    customer(region, "王小明", "13812341234", note="=cmd 电话13812341234")
    customer(region, "远行服饰", "13712341234", kind="company")
    lines = taken(enter(supervisor))
    row = Export.objects.get()
    assert (row.by, row.view, row.rows, row.masked) == (supervisor, "customers", 2, True)
    text = "\n".join(",".join(line) for line in lines)
    assert "13812341234" not in text
    assert "王小明" not in text
    assert "远行服饰" in text
    assert all(line[-1] == row.number for line in lines[1:3])
    assert lines[2][12].startswith("'=cmd")
    assert supervisor.username in lines[-1][0]
    assert "共 2 行" in lines[-1][0]


def test_the_export_follows_the_filters_and_the_readers_branches(
    enter: Enter, make_person: MakePerson, outlet: Branch, other_outlet: Branch
) -> None:
    customers.add_customer(name="王小明", branch=outlet, by=BY)
    customers.add_customer(name="李雷", branch=outlet, source="phone", by=BY)
    customers.add_customer(name="韩梅", branch=other_outlet, by=BY)
    client = enter(make_person("branch-manager", branch=outlet))
    assert len(taken(client)) == 4
    assert len(taken(client, query="source=phone")) == 3


def test_full_data_needs_the_permission_and_a_reason(
    enter: Enter, supervisor: User, administrator: User, region: Branch
) -> None:
    customer(region, "王小明", "13812341234")
    refused = enter(supervisor).post("/exchange/exports/customers/file/", {"form": "csv", "reason": "contact"})
    assert refused.status_code == 403
    assert not Export.objects.exists()
    lines = taken(enter(administrator), reason="authority")
    assert "王小明" in lines[1]
    assert "完整" in lines[-1][0]
    assert Export.objects.get().reason == "authority"
    seen = enter(administrator).get("/exchange/exports/").content.decode()
    assert Export.objects.get().number in seen


def test_an_export_broken_off_has_no_count_and_gives_its_place_back(supervisor: User, region: Branch) -> None:
    view = exporting.view_named("customers")
    assert view is not None
    customer(region, "王小明", "13812341234")
    sent = [exporting.begin(user=supervisor, view=view, query=QueryDict(), form="csv") for _ in range(2)]
    with pytest.raises(Refused):
        exporting.begin(user=supervisor, view=view, query=QueryDict(), form="csv")
    for _row, pieces in sent:
        pieces.close()  # type: ignore[attr-defined]
    assert Export.objects.filter(rows=None).count() == 2
    _row, again = exporting.begin(user=supervisor, view=view, query=QueryDict(), form="xlsx")
    assert b"".join(again).startswith(b"PK")


def test_who_may_not_see_the_list_may_not_take_it(agent: User) -> None:
    view = exporting.view_named("customers")
    assert view is not None
    with pytest.raises(NotAllowed):
        exporting.begin(user=agent, view=view, query=QueryDict(), form="csv")


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_long_list_goes_out_in_little_memory(supervisor: User, region: Branch, form: str) -> None:
    bulk.add_many(rows=[bulk.NewCustomer(name=f"客户{n}", branch_id=region.pk) for n in range(8000)], by=BY)
    view = exporting.view_named("customers")
    assert view is not None

    def pieces() -> Iterator[bytes]:
        yield from exporting.begin(user=supervisor, view=view, query=QueryDict(), form=form)[1]

    list(pieces())
    tracemalloc.start()
    size = sum(len(piece) for piece in pieces())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Export.objects.latest("id").rows == 8000
    assert size > 50_000
    assert peak < 16 << 20
