"""The OpenAPI document: a snapshot that callers rely on, and the page people read it on."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tools import openapi

from suhui.platform.people.models import User
from suhui.screens.api import describing, reading
from suhui.screens.api.assembly import operations


def details() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in reading.document()["paths"].values():
        for one in methods.values():
            yield one["operationId"], one


@pytest.mark.long
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


@pytest.mark.long
def test_the_document_speaks_the_readers_language(client: Client) -> None:
    reading._document.cache_clear()
    with translation.override("en"):
        english = reading.document()
    with translation.override("zh-hans"):
        chinese = reading.document()
    path = "/api/v1/me"
    assert english["paths"][path]["get"]["summary"] != chinese["paths"][path]["get"]["summary"]
    assert set(english["paths"]) == set(chinese["paths"])


def sentences(node: Any, within: str = "") -> Iterator[str]:
    """All that describes something, but HTTP's own names of answers and whatever stands in examples."""
    if isinstance(node, list):
        for one in node:
            yield from sentences(one, within)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        if name == "description" and isinstance(value, str) and within not in HTTP:
            yield value
        elif name not in {"example", "examples"}:
            yield from sentences(value, name)


HTTP = {"200", "201", "204"}


def test_every_description_is_said_in_chinese_and_nothing_else_differs() -> None:
    with translation.override("zh-hans"):
        chinese = reading.document()
    with translation.override("en"):
        english = reading.document()
    found = list(sentences(chinese))
    assert len(found) > 1000
    assert [one for one in found if not re.search("[一-鿿]", one)] == []
    assert not any(re.search("[一-鿿]", one) for one in sentences(english))
    assert shape(chinese) == shape(english)


def shape(node: Any) -> Any:
    """A document without its words."""
    if isinstance(node, dict):
        worded = {"description", "summary", "title", "detail", "example"}
        return {
            name: None if isinstance(value, str) and name in worded else shape(value) for name, value in node.items()
        }
    return [shape(one) for one in node] if isinstance(node, list) else node


def test_a_field_may_have_any_name_and_examples_are_left_alone() -> None:
    said = {
        "properties": {"default": {"description": "a"}, "get": {"description": "b"}, "description": {"default": "x"}},
        "examples": [{"description": "c"}],
        "responses": {"200": {"description": "OK", "headers": {"ETag": {"description": "d"}}}},
        "tags": [{"description": "e"}],
        "allOf": [{"description": "f"}],
    }
    told = describing.described(said, str.upper)
    assert list(describing.descriptions(said)) == ["a", "b", "d", "f"]
    assert told["properties"]["default"]["description"] == "A"
    assert told["properties"]["description"] == {"default": "x"}
    assert (told["examples"], told["tags"]) == (said["examples"], said["tags"])
    assert told["responses"]["200"]["description"] == "OK"


@pytest.mark.django_db
def test_the_document_is_open_and_its_page_is_for_staff(
    client: Client, enter: Callable[[User], Client], agent: User
) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()["openapi"][:3]) == (200, "3.1")
    asked = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"}).json()
    assert asked["components"]["securitySchemes"]["token"]["description"] == "A token made under settings."
    told = client.get("/api/v1/openapi.json", headers={"Accept-Language": "zh-CN"}).json()
    assert told["components"]["securitySchemes"]["token"]["description"] == "在设置中生成的令牌。"
    assert client.get("/api/v1/docs/").status_code == 302
    page = enter(agent).get("/api/v1/docs/").content.decode()
    assert all(f'id="{name}"' in page for name in operations())
    assert "https://" not in page.replace("https://www.w3.org", "")


@pytest.mark.django_db
def test_an_address_nobody_offers_is_a_problem(client: Client) -> None:
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/cases/x/y/z"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
