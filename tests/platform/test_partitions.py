"""The large tables lie in monthly parts: what they hold stays whole, and who asks about one thing asks one part."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from suhui.config import doctor_inside
from suhui.config.doctor import Fine
from suhui.platform.core import partitions
from suhui.platform.core.clock import BEIJING, now
from suhui.platform.core.dividing import Division, divide
from suhui.platform.core.partitions import Divided
from suhui.platform.desk.tasks import keep_parts
from suhui.platform.people.models import User
from suhui.records.shipments import services as shipments
from suhui.records.shipments.divisions import SCANS
from suhui.records.shipments.models import Carrier, ScanEvent, Waybill
from suhui.service.cases import services as cases
from suhui.service.cases.divisions import ENTRIES
from suhui.service.cases.models import Case, CaseEntry
from tests.conftest import SYSTEM
from tests.service.cases import complain

Rows = list[tuple[Any, ...]]


def ask(statement: str, *values: Any) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def register(number: str, at: datetime | None = None) -> Waybill:
    """A waybill with three scans, registered at `at`."""
    carrier = Carrier.objects.filter(active=True)[0]
    waybill = Waybill.objects.create(number=number, carrier=carrier, status_since=at or now())
    if at:
        Waybill.objects.filter(pk=waybill.pk).update(created_at=at)
        waybill.refresh_from_db()
    begun = min(waybill.created_at, now() - timedelta(days=1))
    told = [shipments.Scan(at=begun + timedelta(hours=n), text=f"第{n}站", code="") for n in range(3)]
    shipments.record_scans(waybill=waybill, scans=told, source="manual", by=SYSTEM)
    return waybill


def part_of(row: ScanEvent | CaseEntry) -> str:
    found = ask(f"SELECT tableoid::regclass::text FROM {row._meta.db_table} WHERE id = %s", row.pk)
    return str(found[0][0])


def run(operation: Callable[[Any, Any], None]) -> None:
    operation(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def stories(agent: User) -> None:
    for number in range(3):
        register(f"SF10000000000{number}", datetime(2026, 3 + number, 5, tzinfo=UTC))
        cases.note(case=complain(agent).case, text="记一笔", by=SYSTEM, source=f"call:{number}")


@pytest.mark.parametrize("division", [SCANS, ENTRIES], ids=["scans", "entries"])
def test_putting_a_table_together_and_dividing_it_again_keeps_every_row(stories: None, division: Division) -> None:
    table, operation = division.table, divide(division)
    before = ask(f"SELECT * FROM {table} ORDER BY id")
    shape = sorted(ask("SELECT indexname FROM pg_indexes WHERE tablename = %s", table))
    assert operation.reverse_code
    run(operation.reverse_code)
    assert ask("SELECT relkind FROM pg_class WHERE oid = %s::regclass", table) == [("r",)]
    assert ask(f"SELECT count(*) FROM {table}") == [(len(before),)]
    assert not ask("SELECT 1 FROM pg_class WHERE relname ~ %s", f"^{table}_\\d")
    run(operation.code)
    assert partitions.parts(division.divided)
    assert sorted(ask("SELECT indexname FROM pg_indexes WHERE tablename = %s", table)) == shape
    names = [name for (name,) in ask(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum", table
    )]  # fmt: skip
    again = ask(f"SELECT {', '.join(names)} FROM {table} ORDER BY id")
    assert [set(map(str, row)) for row in again] == [set(map(str, row)) for row in before]
    assert ask(f"SELECT count(*) FROM {table}_default") == [(0,)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) > max(id) FROM {table}")
        assert cursor.fetchone() == (True,)


def test_a_row_lies_in_the_month_of_what_it_belongs_to(stories: None) -> None:
    partitions.prepare(SCANS.divided, since=datetime(2026, 3, 1, tzinfo=UTC), until=now())
    waybill = Waybill.objects.get(number="SF100000000001")
    late = shipments.Scan(at=now(), text="很久以后的一条", code="")
    shipments.record_scans(waybill=waybill, scans=[late], source="manual", by=SYSTEM)
    assert {part_of(scan) for scan in ScanEvent.objects.of(waybill)} == {"shipments_scanevent_2026_04"}
    entry = CaseEntry.objects.latest("pk")
    assert part_of(entry) == ENTRIES.divided.part(partitions.first_of_month(entry.case.opened_at))


def test_the_month_turns_in_beijing() -> None:
    assert partitions.first_of_month(datetime(2026, 3, 31, 16, tzinfo=UTC)) == datetime(2026, 4, 1, tzinfo=BEIJING)
    assert partitions.first_of_month(datetime(2026, 12, 31, 15, tzinfo=UTC), 1) == datetime(2027, 1, 1, tzinfo=BEIJING)


def test_who_asks_about_one_thing_asks_one_part(stories: None) -> None:
    waybills = list(Waybill.objects.filter(number__startswith="SF10000000000"))
    partitions.prepare(SCANS.divided, since=datetime(2026, 3, 1, tzinfo=UTC), until=now())
    one = ScanEvent.objects.of(waybills[0]).explain()
    assert one.count(" on shipments_scanevent_2026") == 1
    assert "default" not in one
    assert "shipments_scanevent_2026_03" in ScanEvent.objects.of(*waybills).explain()
    case = Case.objects.latest("pk")
    part = ENTRIES.divided.part(partitions.first_of_month(case.opened_at))
    plan = CaseEntry.objects.of(case).explain()
    assert part in plan
    assert plan.count(" on cases_caseentry_") == 1


def test_a_scan_told_twice_is_one_row_even_past_the_service(stories: None) -> None:
    scan = ScanEvent.objects.order_by("pk")[0]
    scan.pk, scan._state.adding = None, True
    with pytest.raises(IntegrityError, match="waybill_id_key"), transaction.atomic():
        scan.save(force_insert=True)


def test_a_line_cannot_lie_about_when_its_case_was_opened(stories: None) -> None:
    entry = CaseEntry.objects.latest("pk")
    wrong = CaseEntry(case=entry.case, kind="note", at=now(), actor_kind="system")
    wrong.case_opened_at = entry.case_opened_at - timedelta(seconds=1)
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="cases_caseentry_belongs"), transaction.atomic():
        wrong.save()


def test_lines_move_along_when_the_day_of_opening_is_corrected(stories: None) -> None:
    case = Case.objects.latest("pk")
    lines = CaseEntry.objects.of(case).count()
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    Case.objects.filter(pk=case.pk).update(opened_at=now() + timedelta(days=62))
    case.refresh_from_db()
    assert lines == CaseEntry.objects.of(case).count() > 1
    month = ENTRIES.divided.part(partitions.first_of_month(case.opened_at))
    assert {part_of(entry) for entry in CaseEntry.objects.of(case)} == {month}


def test_the_nights_care_makes_months_ahead_and_brings_strays_home(
    stories: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = SCANS.divided
    far = partitions.first_of_month(now(), 5)
    stray = register("SF100000000009", far + timedelta(days=3))
    held = sorted(ScanEvent.objects.values_list("pk", "key"))
    assert {part_of(scan) for scan in ScanEvent.objects.of(stray)} == {"shipments_scanevent_default"}
    assert partitions.strays(scans, now()) == 3
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    keep_parts(int((far - timedelta(days=40)).timestamp()))
    assert {part_of(scan) for scan in ScanEvent.objects.of(stray)} == {scans.part(far)}
    assert partitions.strays(scans, now()) == 0
    # Past months: only those that hold enough to be worth a part.
    assert ask("SELECT count(*) FROM shipments_scanevent_default") == [(9,)]
    monkeypatch.setattr(partitions, "WORTH", 3)
    keep_parts(int(now().timestamp()))
    assert ask("SELECT count(*) FROM shipments_scanevent_default") == [(0,)]
    assert sorted(ScanEvent.objects.values_list("pk", "key")) == held
    assert partitions.keep(scans, now()) == []


def test_the_doctor_misses_next_months_part(db: None) -> None:
    entries = ENTRIES.divided
    assert isinstance(doctor_inside.monthly_parts(), Fine)
    name = entries.part(partitions.first_of_month(now(), 1))
    ask(f"ALTER TABLE {entries.table} DETACH PARTITION {name}")
    said = doctor_inside.monthly_parts()
    assert name in said
    assert not isinstance(said, Fine)


def test_every_table_in_parts_is_looked_after(db: None) -> None:
    divided = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relkind = 'p' AND NOT relispartition")}
    assert divided == {table.table for table in partitions.tables()}
    assert Divided("shipments_scanevent", "waybill_created_at") in partitions.tables()
