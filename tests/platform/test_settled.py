"""What a process keeps of the house's settings is never stale: not after a change, a rollback or another's commit."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from suhui.engines.rules.models import Version
from suhui.engines.sla.models import Policy
from suhui.platform.calendars.models import Calendar
from suhui.platform.core import settled
from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.models import KindField
from tests.conftest import MakePerson


def names() -> list[str]:
    return list(Calendar.objects.order_by("pk").values_list("name", flat=True))


@pytest.fixture
def kept() -> "settled.Kept[list[str]]":
    return settled.Kept("calendars", names)


def rename(name: str) -> None:
    Calendar.objects.filter(is_default=True).update(name=name)


@pytest.mark.django_db
def test_what_is_known_costs_one_small_query_and_nothing_while_all_is_held_steady(
    kept: "settled.Kept[list[str]]", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = kept.get()
    with django_assert_num_queries(1):
        assert kept.get() is first
    with settled.steady(), django_assert_num_queries(1):
        assert kept.get() is first
        assert kept.get() is first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: rename("新的"),
        lambda: Calendar.objects.create(code="neu", name="新的"),
        lambda: Calendar.objects.exclude(is_default=True).delete(),
    ],
)
def test_every_kind_of_change_is_seen_at_once(kept: "settled.Kept[list[str]]", change: Callable[[], object]) -> None:
    before = kept.get()
    change()
    assert kept.get() == names() != before


@pytest.mark.django_db
def test_a_change_that_was_taken_back_leaves_nothing_behind(kept: "settled.Kept[list[str]]") -> None:
    before = kept.get()
    for name in ("一", "二"):
        with transaction.atomic():
            rename(name)
            assert name in kept.get()
            transaction.set_rollback(True)
        assert kept.get() == before


@pytest.mark.django_db
def test_within_a_steady_block_the_house_stands_still_until_it_is_looked_at_anew(
    kept: "settled.Kept[list[str]]",
) -> None:
    with settled.steady():
        before = kept.get()
        rename("新的")
        assert kept.get() == before
        settled.anew()
        assert "新的" in kept.get()


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_when_it_is_committed_and_not_before(kept: "settled.Kept[list[str]]") -> None:
    before = kept.get()
    changed, looked = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with transaction.atomic():
            rename("新的")
            changed.set()
            looked.wait(10)
        connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    assert changed.wait(10)
    assert kept.get() == before
    looked.set()
    other.join()
    assert "新的" in kept.get()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_between_two_statements_of_a_reading_is_not_kept_torn() -> None:
    reads: list[int] = []

    def elsewhere() -> None:
        rename("新的")
        connection.close()

    def two_statements() -> tuple[list[str], list[str]]:
        first = names()
        reads.append(1)
        if len(reads) == 1:
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()
        return first, names()

    first, second = settled.Kept("calendars", two_statements).get()
    assert first == second
    assert "新的" in first


@pytest.mark.django_db
@pytest.mark.parametrize("table", [Version, Policy, Calendar, KindField])
def test_writing_by_hand_counts_as_a_change(table: type[Version | Policy | Calendar | KindField]) -> None:
    topic = table._meta.app_label
    kept = settled.Kept(topic, lambda: object())
    before = kept.get()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table._meta.db_table} SET id = id")
    assert kept.get() is not before


@pytest.mark.django_db
def test_a_branch_added_or_moved_by_hand_is_in_reach_at_once(
    make_person: MakePerson, region: Branch, outlet: Branch
) -> None:
    supervisor = make_person("service-supervisor", branch=region)

    def reach() -> frozenset[int]:
        return scope(User.objects.get(pk=supervisor.pk), Perm.CASE_VIEW).branch_ids

    assert reach() == {region.pk, outlet.pk}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_branch SET path = '/999/' WHERE id = %s", [outlet.pk])
    assert reach() == {region.pk}
