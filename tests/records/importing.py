"""What the tests of imports share: a file sent in, tried, imported."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from suhui.platform.exchange import running, services
from suhui.platform.exchange.models import Import
from suhui.platform.people.models import User


def send(user: User, text: str, *, encoding: str = "gbk", name: str = "客户.csv", kind: str = "customers") -> Import:
    upload = SimpleUploadedFile(name, text.encode(encoding))
    return services.receive(upload=upload, kind_name=kind, user=user)


def finish(row: Import) -> Import:
    while not running.work(row.pk):
        pass
    return Import.objects.get(pk=row.pk)


def tried(user: User, text: str, **more: Any) -> Import:
    row = send(user, text, **more)
    return finish(services.check(row=row, given=row.mapping, user=user))


def imported(user: User, text: str, *, known: str = "update", perhaps: str = "skip", **more: Any) -> Import:
    row = tried(user, text, **more)
    return finish(services.start(row=row, user=user, known=known, perhaps=perhaps))


def states(row: Import) -> dict[int, str]:
    return dict(row.rows.order_by("number").values_list("number", "state"))


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
