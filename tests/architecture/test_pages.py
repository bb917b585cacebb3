"""House rules of what a browser gets: no inline script or style, watched topics that somebody guards, bounded lists."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from suhui.platform.core import live

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "suhui"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b"),
}


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_template_holds(what: str) -> None:
    found = [
        str(template.relative_to(SOURCE))
        for template in TEMPLATES
        if FORBIDDEN[what].search(without_comments(template.read_text()))
    ]
    assert found == []


def test_whatever_a_page_watches_somebody_guards() -> None:
    """A topic kind without a checker would be refused for everyone: the page would never refresh."""
    pattern = re.compile(r'data-(?:live|presence)-topic-value="([a-z_]+):')
    watched = {
        (kind, str(template.relative_to(SOURCE)))
        for template in TEMPLATES
        for kind in pattern.findall(template.read_text())
    }
    unguarded = sorted(entry for entry in watched if entry[0] not in live._topics)
    assert unguarded == []


def consumers() -> Iterator[type]:
    for file in sorted(SOURCE.rglob("consumers.py")):
        name = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts)
        module = import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == name and "__call__" in vars(value):
                yield value


def test_every_consumer_names_who_may_come_in() -> None:
    assert [consumer.__qualname__ for consumer in consumers() if not hasattr(consumer, "door")] == []


def unbounded(file: Path) -> Iterator[str]:
    """`list(X.objects…)` without a slice, in a view: a list that grows with the company."""
    for node in ast.walk(ast.parse(file.read_text())):
        is_list = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "list"
        if not is_list or not isinstance(node, ast.Call) or not node.args:
            continue
        argument = node.args[0]
        if ".objects" in ast.unparse(argument) and not isinstance(argument, ast.Subscript):
            yield f"{file.relative_to(SOURCE)}:{node.lineno}"


def test_no_view_lists_a_whole_table() -> None:
    views = [file for file in SOURCE.rglob("ui/*.py") if "migrations" not in file.parts]
    assert [where for file in views for where in unbounded(file)] == []


def test_nobody_is_excused_from_the_complexity_limit() -> None:
    configured = (ROOT / "pyproject.toml").read_text()
    assert '"C90"' in configured
    assert "max-complexity = 10" in configured
    folders = [SOURCE, ROOT / "tests", ROOT / "tools"]
    excuse = "noqa: " + "C901"
    assert [str(f) for folder in folders for f in folder.rglob("*.py") if excuse in f.read_text()] == []
