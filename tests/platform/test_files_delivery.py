from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from suhui.platform.core.clock import now
from suhui.platform.files import access, services
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import User
from tests.conftest import SYSTEM
from tests.platform.test_files_store import image

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def owners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_owners", {"trial": lambda user, key: user.username.startswith(key)})


@pytest.fixture
def words(db: None) -> StoredFile:
    return services.store(upload=SimpleUploadedFile("说明.txt", b"0123456789"), owner_key="trial:agent", by=SYSTEM)


@pytest.fixture
def picture(db: None) -> StoredFile:
    upload = SimpleUploadedFile("a.png", image("PNG"))
    return services.store(upload=upload, owner_key="trial:agent", by=SYSTEM)


def test_only_whom_the_owner_lets_in_sees_a_file(
    enter: Enter, agent: User, supervisor: User, words: StoredFile
) -> None:
    assert b"".join(enter(agent).get(words.link)) == b"0123456789"
    assert enter(supervisor).get(words.link).status_code == 404
    assert Client().get(words.link).status_code == 302


def test_a_kind_nobody_registered_is_closed(enter: Enter, agent: User, words: StoredFile) -> None:
    StoredFile.objects.update(owner_key="nobody:agent")
    assert enter(agent).get(words.link).status_code == 404


def test_nothing_in_a_file_can_act(enter: Enter, agent: User, words: StoredFile) -> None:
    response = enter(agent).get(words.link)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    assert "filename*=utf-8''%E8%AF%B4%E6%98%8E.txt" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith("private")


def test_pictures_are_shown_and_have_a_small_one(enter: Enter, agent: User, picture: StoredFile) -> None:
    client = enter(agent)
    assert client.get(picture.link)["Content-Disposition"].startswith("inline")
    assert client.get(picture.thumb_link)["Content-Type"] == "image/webp"


def test_a_browser_that_has_it_is_told_so(enter: Enter, agent: User, words: StoredFile) -> None:
    client = enter(agent)
    etag = client.get(words.link)["ETag"]
    assert client.get(words.link, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "body", "said"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
def test_ranges(
    enter: Enter, agent: User, words: StoredFile, asked: str, status: int, body: bytes, said: str | None
) -> None:
    response = enter(agent).get(words.link, headers={"Range": asked})
    assert response.status_code == status
    assert b"".join(response) == body
    assert response.headers.get("Content-Range") == said


def test_a_signed_link_opens_one_file_until_its_time_is_over(picture: StoredFile, words: StoredFile) -> None:
    link, thumb = services.signed_link(picture, 10), services.signed_link(picture, 10, thumb=True)
    assert Client().get(link).status_code == Client().get(thumb).status_code == 200
    assert Client().get(link[:-4] + "AAA/").status_code == 404
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert Client().get(link).status_code == 404
    services.remove(file=picture, by=SYSTEM)
    assert Client().get(link).status_code == 404
