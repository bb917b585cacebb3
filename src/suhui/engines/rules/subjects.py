"""Links to what decisions were about: rooms above say how their subjects are called and where they are read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

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


def _parts(subject: str) -> tuple[str, int | None]:
    """The kind and the id of a subject key; None for keys that are no id of a row ("number:SF1390…")."""
    kind, _colon, key = subject.partition(":")
    return kind, int(key) if key.isascii() and key.isdecimal() and len(key) < 18 else None


def name_of(subject: str) -> str:
    """What a reader is told of a subject that leads nowhere: not found by the search, or never a page of its own."""
    kind, key = _parts(subject)
    known = kind_named(kind)
    if known is not None and key is not None:
        return _("%(kind)s with the id %(number)s") % {"kind": known.label, "number": key}
    return _("Something without a page of its own")


def links(subjects: Iterable[str]) -> dict[str, Link]:
    """For each subject its link, as far as somebody knows one; the page behind it keeps its own door."""
    found: dict[str, Link] = {}
    wanted: dict[str, list[int]] = {}
    for subject in set(subjects):
        kind, key = _parts(subject)
        if key is None:
            continue
        if kind in _links:
            found[subject] = _links[kind](key)
        else:
            wanted.setdefault(kind, []).append(key)
    for kind, ids in wanted.items():
        known = kind_named(kind)
        rows = SearchEntry.objects.filter(kind=kind, object_id__in=ids) if known else SearchEntry.objects.none()
        for entry in rows.only("kind", "object_id", "title", "title_mask", "url"):
            label = entry.title if not entry.title_mask else f"{known.label if known else kind} {entry.object_id}"
            found[f"{kind}:{entry.object_id}"] = Link(label, entry.url)
    return found
