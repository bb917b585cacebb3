"""Waybills out of files: told by number, filled in and never overwritten, taken back; and every list as a file."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.http import QueryDict
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.exchange import exporting, services
from suhui.platform.people.models import Branch, User
from suhui.records.shipments import services as shipments
from suhui.records.shipments.choices import Source
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.services import Facts, Scan
from tests.conftest import MakePerson
from tests.records.importing import finish, imported, own_shelf, tried

__all__ = ["own_shelf"]
BY = Actor.system("test")
FILE = (
    "运单号,快递公司,收件人,收件人电话,收件地址,重量(kg),代收货款,派件网点,预计送达\n"
    "YT1234567890123,圆通,王小明,13812341234,杭州市西湖区文三路1号,1.25,￥35.5,HZ01,2026/11/23 18:00\n"
    "SF1234567890123,,李雷,13912341234,,,,,\n"
    "12,圆通,甲,,,,,,\n"
    "YT1234567890124,不存在的快递,乙,,,,,,\n"
    "YT1234567890123,圆通速递,又一次,,,,,,\n"
)


def test_waybills_come_in_with_what_the_file_says(supervisor: User, outlet: Branch) -> None:
    row = imported(supervisor, FILE, kind="waybills", name="运单.csv")
    assert row.counts == {"new": 2, "wrong": 2, "duplicate": 1, "created": 2, "skipped": 1}
    made = Waybill.objects.get(number="YT1234567890123")
    assert (made.carrier.code, made.weight_grams, made.cod_fen) == ("yto", 1250, 3550)
    assert (made.recipient_phone, made.destination, made.source) == ("+8613812341234", outlet, Source.FILE)
    assert made.promised_at is not None
    assert made.promised_at.isoformat() == "2026-11-23T10:00:00+00:00"
    assert Waybill.objects.get(number="SF1234567890123").carrier.code == "sf"


def test_the_same_file_again_changes_nothing_and_a_fuller_one_fills_in(supervisor: User) -> None:
    imported(supervisor, FILE, kind="waybills")
    assert imported(supervisor, FILE, kind="waybills").counts["same"] == 2
    fuller = "运单号,快递公司,收件人,物品\nSF1234567890123,顺丰,另一个人,图书\n"
    row = imported(supervisor, fuller, kind="waybills")
    assert row.counts == {"change": 1, "changed": 1}
    made = Waybill.objects.get(number="SF1234567890123")
    assert (made.recipient_name, made.goods) == ("李雷", "图书")
    finish(services.undo(row=row, user=supervisor))
    made.refresh_from_db()
    assert (made.recipient_name, made.goods) == ("李雷", "")


def test_taking_back_spares_parcels_to_which_something_happened(supervisor: User) -> None:
    row = imported(supervisor, FILE, kind="waybills")
    moved = Waybill.objects.get(number="YT1234567890123")
    scan = Scan(at=moved.created_at, text="已揽收", code="GOT")
    shipments.record_scans(waybill=moved, scans=[scan], source=Source.MANUAL, by=BY)
    back = finish(services.undo(row=row, user=supervisor))
    assert back.counts["undone"] == 1
    assert back.counts["left"] == 1
    assert list(Waybill.objects.values_list("number", flat=True)) == ["YT1234567890123"]


def test_parcels_of_other_branches_are_neither_shown_nor_filled_in(
    make_person: MakePerson, outlet: Branch, other_outlet: Branch
) -> None:
    there = shipments.register_waybill(number="SF1234567890123", carrier="sf", facts=Facts(origin=other_outlet), by=BY)
    manager = make_person("branch-manager", branch=outlet)
    row = tried(manager, FILE, kind="waybills")
    assert {one.number: one.reason for one in row.rows.all()}[3] == "shipments.elsewhere"
    finish(services.start(row=row, user=manager, perhaps="anew"))
    there.refresh_from_db()
    assert there.recipient_name == ""


@pytest.mark.parametrize("view", ["waybills", "exceptions", "contacts", "cases"])
def test_every_list_goes_out_masked_and_by_scope(
    supervisor: User, outlet: Branch, view: str, enter: Callable[[User], Client]
) -> None:
    imported(supervisor, FILE, kind="waybills")
    known = exporting.view_named(view)
    assert known is not None
    _row, pieces = exporting.begin(user=supervisor, view=known, query=QueryDict("sort=-news&state=any"), form="csv")
    text = b"".join(pieces).decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text)))
    assert len(lines) == (4 if view == "waybills" else 2)
    assert "13812341234" not in text
    assert "王小明" not in text
    assert enter(supervisor).get(f"/exchange/exports/{view}/?sort=-news").status_code == 200
