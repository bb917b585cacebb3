"""Schemathesis against the real application and database: no server error, no answer the document does not know.

Ids in paths are those of rows that are there, so that calls go all the way; the rest is made up, fitting and not.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from suhui.screens.api import reading
from tests.api_world import make_world

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 4
"""Made-up calls of each operation and kind."""
document = schemathesis.openapi.from_dict(reading.document())
document.app = get_wsgi_application()
OPERATIONS: dict[str, Any] = {}
for found in document.get_all_operations():
    operation: Any = found.ok()  # type: ignore[union-attr]
    OPERATIONS[f"{operation.method.upper()} {operation.path}"] = operation
QUIET = list(HealthCheck)
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """A small company with a token that may everything, in a transaction that is taken back at the end.

    A request's begin and end would close a connection that is inside one, so they are not told to the database.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    own_files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with own_files, django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def own_media() -> None:
    """In the place of the room's: files lie where the small company was made."""


@pytest.fixture(autouse=True)
def taken_back(world: dict[str, Any]) -> Iterator[None]:
    """What one operation did is undone before the next is tried."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_call_is_answered_as_the_document_says(name: str, mode: GenerationMode, world: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {world['secret']}", "Accept-Language": "en"}

    @seed(20261122)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=QUIET)
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case[Any]) -> None:
        for part in case.path_parameters or {}:
            if part in world["ids"]:
                case.path_parameters[part] = world["ids"][part]
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        call()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing fitting can be made up"
