"""Customers out of files: tried, written, killed in between, taken back."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, NotAllowed, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.exchange import problems, registry, running, services
from suhui.platform.exchange.choices import ImportState
from suhui.platform.exchange.models import Import, ImportRow
from suhui.platform.people.models import Branch, User
from suhui.records.customers import merging
from suhui.records.customers import services as customers
from suhui.records.customers.models import Customer, Phone
from suhui.records.shipments import services as shipments
from tests.conftest import MakePerson
from tests.records.importing import finish, imported, own_shelf, send, states, tried

__all__ = ["own_shelf"]
BY = Actor.system("test")
HEAD = "客户名称,手机号码,详细地址,客户类型,备注\n"
GOOD = HEAD + "王小明,13812341234,浙江省杭州市西湖区文三路478号,个人,常客\n远行服饰有限公司,0571-88881234,,企业,\n"
MISTAKES = GOOD + ",13912341234,,,\n李雷,12,,,\n韩梅,13712341234,,外星人,\n"


def test_columns_are_found_by_their_chinese_names(supervisor: User) -> None:
    row = send(supervisor, GOOD)
    assert row.how["encoding"] == "gb18030"
    assert row.mapping == {"name": 0, "phone": 1, "address": 2, "kind": 3, "note": 4}


def test_a_trial_writes_no_customer_and_says_what_is_wrong(supervisor: User) -> None:
    row = tried(supervisor, MISTAKES)
    assert row.state == ImportState.CHECKED
    assert row.counts == {"new": 2, "wrong": 3}
    assert Customer.objects.count() == 0
    kind = registry.kind_named("customers")
    assert kind is not None
    said = [
        problems.say(one.problems[0], {"name": "姓名", "phone": "电话", "kind": "类型"})
        for one in row.rows.filter(state="wrong")
    ]
    assert said == ["缺少姓名。", "电话不是有效号码：12", "类型不在可选范围内：个人, 企业"]


def test_an_import_writes_what_the_file_says(supervisor: User, outlet: Branch, region: Branch) -> None:
    row = imported(supervisor, MISTAKES)
    assert row.state == ImportState.DONE
    assert row.counts == {"new": 2, "wrong": 3, "created": 2}
    made = Customer.objects.get(name="王小明")
    assert (made.branch, made.note, made.source) == (region, "常客", "import")
    assert made.phones.get().number == "+8613812341234"
    assert made.addresses.get().district == "西湖区"
    assert Customer.objects.get(name="远行服饰有限公司").kind == "company"
    assert StoredEvent.objects.filter(kind="customers.CustomerAdded", actor_id=supervisor.pk).count() == 2


def test_the_same_file_again_changes_nothing(supervisor: User) -> None:
    imported(supervisor, GOOD)
    events = StoredEvent.objects.filter(subject__startswith="customer:").count()
    again = imported(supervisor, GOOD, known="update", perhaps="update")
    assert again.counts == {"same": 2, "kept": 2}
    assert Customer.objects.count() == 2
    assert StoredEvent.objects.filter(subject__startswith="customer:").count() == events


def test_known_likely_and_repeated_lines_are_told_apart(supervisor: User, region: Branch) -> None:
    customers.add_customer(name="王小明", branch=region, phone="13812341234", by=BY)
    customers.add_customer(name="张伟", branch=region, phone="13612341234", by=BY)
    customers.add_customer(name="远行服饰有限公司", branch=region, kind="company", by=BY)
    text = GOOD + "章伟,13612341234,,,\n王小民,13812341234,,,\n新人,13512341234,,,\n新人,13512341234,,,\n"
    row = tried(supervisor, text)
    found = {one.number: (one.state, one.reason) for one in row.rows.all()}
    assert found == {
        2: ("change", ""),
        3: ("duplicate", "customers.same-name"),
        4: ("duplicate", "customers.same-phone"),
        5: ("duplicate", "file"),
        6: ("new", ""),
        7: ("duplicate", "file"),
    }


def test_a_name_that_sounds_the_same_counts_where_no_phone_says_otherwise(supervisor: User, region: Branch) -> None:
    customers.add_customer(name="章伟", branch=region, by=BY)
    customers.add_customer(name="李雷", branch=region, phone="13812341234", by=BY)
    row = tried(supervisor, HEAD + "张伟,13912341234,,,\n李雷,13712341234,,,\n")
    assert [one.reason for one in row.rows.order_by("number")] == ["customers.sounds-same", ""]


def test_with_other_phones_on_both_sides_the_address_tells_a_namesake_from_a_known_one(supervisor: User) -> None:
    home = "浙江省杭州市西湖区文三路478号"
    imported(supervisor, HEAD + f"李雷,13812341234,{home},,\n韩梅,13812345678,{home},,\n寒梅,13812340000,,,\n")
    row = tried(
        supervisor, HEAD + f"李雷,13712341234,{home},,\n李雷,13712345678,文三路1号,,\n涵梅,13712340000,{home},,\n"
    )
    known = Customer.objects.in_bulk(field_name="number")
    names = {one.pk: one.name for one in known.values()}
    found = [(one.reason, names.get(one.match_id or 0)) for one in row.rows.order_by("number")]
    assert found == [("customers.same-name", "李雷"), ("", None), ("customers.sounds-same", "韩梅")]


def test_who_was_merged_away_is_nobody_a_line_may_mean(supervisor: User, region: Branch) -> None:
    kept = customers.add_customer(name="钱多多", branch=region, by=BY)
    gone = customers.add_customer(name="张伟", branch=region, phone="13812341234", by=BY)
    merging.merge(winner=kept, loser=gone, by=supervisor)
    row = tried(supervisor, HEAD + "张伟,13912341234,,,\n")
    assert states(row) == {2: "new"}


@pytest.mark.parametrize(("perhaps", "count", "note"), [("skip", 1, "旧"), ("update", 1, "新"), ("anew", 2, "旧")])
def test_the_reader_decides_what_becomes_of_likely_ones(
    supervisor: User, region: Branch, perhaps: str, count: int, note: str
) -> None:
    known = customers.add_customer(name="张三", branch=region, phone="13812341234", note="旧", by=BY)
    imported(supervisor, HEAD + "张叁,13812341234,,,新\n", perhaps=perhaps)
    known.refresh_from_db()
    assert (Customer.objects.count(), known.note) == (count, note)
    assert Phone.objects.filter(number="+8613812341234", identifies=True).get().customer == known


def test_a_file_learns_nothing_about_customers_of_other_branches(
    make_person: MakePerson, outlet: Branch, other_outlet: Branch
) -> None:
    manager = make_person("branch-manager", branch=outlet)
    customers.add_customer(name="王小明", branch=other_outlet, phone="13812341234", by=BY)
    row = tried(manager, GOOD)
    assert row.counts == {"new": 2}
    with_branch = tried(manager, "姓名,网点\n甲,SZ01\n乙,杭州西湖网点\n")
    assert states(with_branch) == {2: "wrong", 3: "new"}
    finish(services.start(row=with_branch, user=manager))
    assert Customer.objects.get(name="乙").branch == outlet


def test_who_may_not_import_is_refused_and_nothing_is_kept(agent: User) -> None:
    with pytest.raises(NotAllowed):
        send(agent, GOOD)
    assert not Import.objects.exists()


def test_a_mapping_without_the_name_is_refused(supervisor: User) -> None:
    row = send(supervisor, GOOD)
    with pytest.raises(BadInput):
        services.check(row=row, given={"phone": 1}, user=supervisor)
    row.refresh_from_db()
    assert row.state == ImportState.CHOOSING


def big(count: int) -> str:
    return HEAD + "".join(f"客户甲{n},138{n:08},,,\n" for n in range(count))


def test_why_an_import_failed_is_said_in_the_language_of_the_reader(supervisor: User) -> None:
    lines = [f"客户{n},{13800000000 + n}" for n in range(60)]
    with translation.override("en"):
        row = tried(supervisor, "\r\n".join(["姓名,手机", *lines, '"王小明,13900000000', ""]))
        assert row.state == "failed"
        assert "Near line 62 a quotation mark" in row.trouble
    with translation.override("zh-hans"):
        assert "62" in row.trouble
        assert "quotation" not in row.trouble
    assert row.rows.count() == 0


def test_an_import_that_never_gets_on_is_ended_and_says_so_to_every_reader(supervisor: User) -> None:
    row = tried(supervisor, GOOD)
    long_ago = now() - timedelta(hours=1)
    Import.objects.filter(pk=row.pk).update(state="running", attempts=5, touched_at=long_ago)
    assert running.resume(stale=now() - timedelta(minutes=2)) == 1
    row.refresh_from_db()
    assert row.state == "failed"
    with translation.override("en"):
        assert row.trouble == "The work on this import broke off five times at the same place."
    with translation.override("zh-hans"):
        assert row.trouble
        assert not row.trouble.isascii()


@pytest.mark.long
def test_killed_between_batches_nothing_is_double_and_nothing_lost(
    supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    row = tried(supervisor, big(95))
    services.start(row=row, user=supervisor)
    for _kill in range(3):
        with pytest.raises(KeyboardInterrupt):
            running.work(row.pk, told=_die_at_the_second())
    with monkeypatch.context() as patched:
        patched.setattr(running, "_progress", _die)
        with pytest.raises(KeyboardInterrupt):
            running.work(row.pk)
    done = finish(row)
    assert done.state == ImportState.DONE
    assert done.counts == {"new": 95, "created": 95}
    assert sorted(Customer.objects.values_list("name", flat=True)) == sorted(f"客户甲{n}" for n in range(95))


def _die_at_the_second() -> Any:
    calls = iter([None])

    def told(_row: Import) -> None:
        if next(calls, "dead") == "dead":
            raise KeyboardInterrupt

    return told


def _die(*_given: Any, **_named: Any) -> None:
    raise KeyboardInterrupt


def test_a_trial_killed_in_the_middle_reads_on_where_it_was(supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    row = send(supervisor, big(45))
    services.check(row=row, given=row.mapping, user=supervisor)
    with pytest.raises(KeyboardInterrupt):
        running.work(row.pk, told=_die_at_the_second())
    assert ImportRow.objects.count() == 20
    done = finish(row)
    assert (done.state, done.total, done.counts) == (ImportState.CHECKED, 45, {"new": 45})
    assert ImportRow.objects.count() == 45


def test_one_bad_line_does_not_hold_up_the_others(supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = tried(supervisor, big(5))
    ImportRow.objects.filter(batch=row, number=3).update(given={"name": "x" * 300})
    done = finish(services.start(row=row, user=supervisor))
    assert done.counts == {"new": 5, "created": 4, "refused": 1}
    assert states(done)[3] == "wrong"
    assert Customer.objects.count() == 4


def test_stopped_half_way_it_can_go_on_or_be_taken_back(supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    row = tried(supervisor, big(30))
    services.start(row=row, user=supervisor)
    running.work(row.pk, most=0)
    services.stop(row=Import.objects.get(pk=row.pk), by=BY)
    assert running.work(row.pk)
    assert Customer.objects.count() == 10
    going = services.start(row=Import.objects.get(pk=row.pk), user=supervisor)
    assert finish(going).counts["created"] == 30
    back = finish(services.undo(row=Import.objects.get(pk=row.pk), user=supervisor))
    assert back.state == ImportState.UNDONE
    assert Customer.objects.count() == 0


def test_taking_back_spares_what_people_touched_and_says_why(supervisor: User, region: Branch) -> None:
    known = customers.add_customer(name="张三", branch=region, phone="13812341234", note="旧", by=BY)
    both = customers.add_customer(name="李四", branch=region, phone="13912341234", note="旧", by=BY)
    text = HEAD + (
        "张三,13812341234,浙江省杭州市西湖区文三路1号,,新\n李四,13912341234,,,新\n甲,13700000001,,,\n乙,13700000002,,,\n丙,13700000003,,,\n"
    )
    row = imported(supervisor, text)
    first = Customer.objects.get(name="甲")
    customers.change_customer(customer=first, by=BY, version=first.version, note="有人写过")
    third = Customer.objects.get(name="丙")
    facts = shipments.Facts(sender=third)
    shipments.register_waybill(number="SF1234567890123", carrier="sf", facts=facts, by=BY)
    both.refresh_from_db()
    customers.change_customer(customer=both, by=BY, version=both.version, note="后来的")
    back = finish(services.undo(row=row, user=supervisor))
    assert {one.number: (one.state, one.reason) for one in back.rows.all()} == {
        2: ("undone", ""),
        3: ("left", "touched"),
        4: ("left", "touched"),
        5: ("undone", ""),
        6: ("left", "touched"),
    }
    known.refresh_from_db()
    both.refresh_from_db()
    assert (known.note, both.note) == ("旧", "后来的")
    assert not known.addresses.filter(removed_at=None).exists()
    assert set(Customer.objects.values_list("name", flat=True)) == {"张三", "李四", "甲", "丙"}


def test_only_who_may_takes_back(supervisor: User, make_person: MakePerson, region: Branch) -> None:
    officer = make_person("crm-officer", branch=region)
    row = imported(officer, GOOD)
    with pytest.raises(NotAllowed):
        services.undo(row=row, user=officer)
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_start_the_same_import_write_it_once(supervisor: User) -> None:
    row = tried(supervisor, big(30))
    begin, refused = threading.Barrier(2), []

    def start() -> None:
        mine = Import.objects.get(pk=row.pk)
        begin.wait()
        try:
            services.start(row=mine, user=supervisor)
        except (Conflict, Refused):
            refused.append(1)
        finally:
            connection.close()

    _together(start, start)
    assert refused == [1]

    def work() -> None:
        begin.wait()
        running.work(row.pk)
        connection.close()

    _together(work, work)
    assert finish(row).counts == {"new": 30, "created": 30}
    assert Customer.objects.count() == 30


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_customers_at_once_add_them_once(supervisor: User) -> None:
    rows = [tried(supervisor, big(30)), tried(supervisor, big(30))]
    for row in rows:
        services.start(row=row, user=supervisor)
    begin = threading.Barrier(2)

    def work(row: Import) -> None:
        begin.wait()
        running.work(row.pk)
        connection.close()

    _together(lambda: work(rows[0]), lambda: work(rows[1]))
    assert Customer.objects.count() == 30


def _together(*functions: Any) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
