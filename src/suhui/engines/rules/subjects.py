"""Links to what decisions were about: rooms above say how their subjects are called and where they are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from suhui.platform.search.models import SearchEntry
from suhui.platform.search.registry import kind_named


@dataclass(frozen=True)
class Link:
    label: str
    url: str


_links: dict[str, Callable[[int], Link]] = {}


def register_subject(kind: str, link: Callable[[int], Link]) -> None:
    """Subjects of `kind` ("task") lead where `link(9)` says. Kinds that search knows need not be registered."""
    _links[kind] = link


def links(subjects: Iterable[str]) -> dict[str, Link]:
    """For each subject its link, as far as somebody knows one; the page behind it keeps its own door."""
    found: dict[str, Link] = {}
    wanted: dict[str, list[int]] = {}
    for subject in set(subjects):
        kind, _colon, key = subject.partition(":")
        if kind in _links and key.isdecimal():
            found[subject] = _links[kind](int(key))
        elif key.isdecimal():
            wanted.setdefault(kind, []).append(int(key))
    for kind, ids in wanted.items():
        known = kind_named(kind)
        rows = SearchEntry.objects.filter(kind=kind, object_id__in=ids) if known else SearchEntry.objects.none()
        for entry in rows.only("kind", "object_id", "title", "title_mask", "url"):
            label = entry.title if not entry.title_mask else f"{known.label if known else kind} {entry.object_id}"
            found[f"{kind}:{entry.object_id}"] = Link(label, entry.url)
    return found
