"""The house rules that import-linter cannot say."""

from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from suhui.platform.core.models import Row

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "suhui"
PRIVATE = {"ui", "api", "tasks", "handlers", "consumers", "registrations"}


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:4])


def test_doors_jobs_and_handlers_are_imported_by_their_own_room_only() -> None:
    graph = grimp.build_graph("suhui", cache_dir=None)
    broken = [
        f"{importer} → {module}"
        for module in graph.modules
        if len(module.split(".")) > 4 and module.split(".")[4 - 0] in PRIVATE
        for importer in graph.find_modules_that_directly_import(module)
        if room_of(importer) != room_of(module) and not importer.startswith("suhui.config")
    ]
    assert broken == []


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, where)
        else:
            yield where, entry


def test_every_url_names_who_may_come_in() -> None:
    open_doors = [where for where, entry in patterns(get_resolver()) if not hasattr(entry.callback, "door")]
    assert open_doors == []


@pytest.mark.parametrize("suffix", ["py", "ts", "html", "css"])
def test_files_stay_short_enough_to_read(suffix: str) -> None:
    folders = [SOURCE, ROOT / "frontend" / "src", ROOT / "tests", ROOT / "tools"]
    files = [f for folder in folders for f in folder.rglob(f"*.{suffix}")]
    long = [f"{f.relative_to(ROOT)}: {n}" for f in files if (n := len(f.read_text().splitlines())) > 500]
    assert [entry for entry in long if "/static/" not in entry and "node_modules" not in entry] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_room_has_a_readme() -> None:
    folders = [ROOT / "src" / room.replace(".", "/") for room in settings.ROOMS]
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "README.md").exists()] == []


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("suhui.")]


def test_every_row_is_one_of_ours() -> None:
    """`core.models.Row` finds the words of a choice quickly."""
    assert [model.__name__ for model in our_models() if not issubclass(model, Row)] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_choice_is_named_as_django_would(language: str) -> None:
    fields = [field for model in our_models() for field in model._meta.fields if field.choices]
    assert len(fields) > 40
    with translation.override(language):
        for field in fields:
            for value, words in [*field.flatchoices, ("unknown", "unknown"), ("", "")]:
                row = field.model(**{field.attname: value})
                assert getattr(row, f"get_{field.name}_display")() == str(dict(field.flatchoices).get(value, words))
