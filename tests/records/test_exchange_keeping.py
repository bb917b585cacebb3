"""How long files that came in and their lines stay."""

import os
from datetime import timedelta

import pytest

from suhui.platform.core.clock import now
from suhui.platform.exchange import keeping, shelf
from suhui.platform.exchange.models import Import, ImportRow
from suhui.platform.people.models import User
from tests.records.importing import own_shelf, send, tried

__all__ = ["own_shelf"]
pytestmark = pytest.mark.django_db
TEXT = "客户名称,手机号码\n王小明,13812341234\n"


def aged(name: str, days: float) -> None:
    at = (now() - timedelta(days=days)).timestamp()
    os.utime(shelf.path_of(name), (at, at))


def test_after_their_time_file_and_lines_go_and_the_history_stays(supervisor: User) -> None:
    row, young = tried(supervisor, TEXT), tried(supervisor, TEXT)
    Import.objects.filter(pk=row.pk).update(updated_at=now() - timedelta(days=31))
    assert keeping.sweep(at=now()) == 1
    row.refresh_from_db()
    assert row.purged_at is not None
    assert set(ImportRow.objects.values_list("batch", flat=True)) == {young.pk}
    assert [shelf.path_of(one.shelf).exists() for one in (row, young)] == [False, True]
    assert keeping.sweep(at=now()) == 0


def test_bytes_that_no_import_names_go_after_a_day(supervisor: User) -> None:
    kept = send(supervisor, TEXT)
    lost, fresh = shelf.put([b"a,b\n"]), shelf.put([b"a,b\n"])
    for name, days in ((kept.shelf, 9), (lost, 1.1), (fresh, 0.9)):
        aged(name, days)
    assert keeping.sweep(at=now()) == 1
    assert [shelf.path_of(name).exists() for name in (kept.shelf, lost, fresh)] == [True, False, True]
