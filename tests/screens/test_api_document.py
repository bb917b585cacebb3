"""The OpenAPI document: a snapshot that callers rely on, and the page people read it on."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tools import openapi

from suhui.platform.people.models import User
from suhui.screens.api import reading
from suhui.screens.api.assembly import operations


def details() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in reading.document()["paths"].values():
        for one in methods.values():
            yield one["operationId"], one


def test_the_snapshot_is_what_the_code_offers() -> None:
    """Renew it with `make openapi` and read the difference: a caller's program may break on it."""
    assert openapi.SNAPSHOT.read_text() == openapi.present()


def test_every_operation_is_in_the_document_with_its_refusals() -> None:
    found = dict(details())
    assert set(found) == set(operations())
    for name, one in found.items():
        assert {"401", "403", "404", "422", "429"} <= set(one["responses"]), name
        assert one["summary"], name


def test_every_body_shows_an_example() -> None:
    """A shape with fields shows what stands in at least one of them, so that a reader need not guess."""
    document = reading.document()
    bare = []
    for name, one in details():
        schema = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            known = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            text = json.dumps(known)
            free = [field for field in known["properties"].values() if field.get("type") == "string"]
            if "example" not in text and len(free) > 2:
                bare.append(name)
    assert bare == []


def test_the_document_speaks_the_readers_language(client: Client) -> None:
    reading._document.cache_clear()
    with translation.override("en"):
        english = reading.document()
    with translation.override("zh-hans"):
        chinese = reading.document()
    path = "/api/v1/me"
    assert english["paths"][path]["get"]["summary"] != chinese["paths"][path]["get"]["summary"]
    assert set(english["paths"]) == set(chinese["paths"])


@pytest.mark.django_db
def test_the_document_is_open_and_its_page_is_for_staff(
    client: Client, enter: Callable[[User], Client], agent: User
) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()["openapi"][:3]) == (200, "3.1")
    assert client.get("/api/v1/docs/").status_code == 302
    page = enter(agent).get("/api/v1/docs/").content.decode()
    assert all(f'id="{name}"' in page for name in operations())
    assert "https://" not in page.replace("https://www.w3.org", "")


@pytest.mark.django_db
def test_an_address_nobody_offers_is_a_problem(client: Client) -> None:
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/cases/x/y/z"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
