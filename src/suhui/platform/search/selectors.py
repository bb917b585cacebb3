"""One box: numbers, phone tails, names, pinyin, initials and any text, newest first, within the person's scope."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from suhui.platform.desk import filters
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.search import grams, registry
from suhui.platform.search.models import Rebuild, SearchEntry, SearchKey
from suhui.platform.search.registry import SearchKind

TAIL = 3
"""The fewest digits that are taken for the end of a phone or number."""
_RECHECKED = 400
"""How many rows of the index are looked at for one page of hits."""
_EXCERPT = 60


@dataclass(frozen=True)
class Hit:
    """One found row, ready to show: everything personal is already masked. `why` says what matched."""

    kind: SearchKind
    object_id: int
    url: str
    title: str
    details: tuple[str, ...]
    excerpt: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Group:
    kind: SearchKind
    hits: list[Hit]


def search(user: User, text: str, limit: int = 20, kind: str | None = None) -> list[Hit]:
    """At most `limit` hits the person may see: numbers and phones first, then names and texts newest first, then
    (only when nothing fits) what shares most of the words, then what sounds the same. `kind` keeps to one kind."""
    terms = grams.terms(text)
    visible = _visible(user, kind)
    if not terms or visible is None:
        return []
    found: dict[int, tuple[SearchEntry, str]] = {}
    for step in (_by_key, _by_text, _by_pinyin):
        for entry, why in step(visible, text, terms, limit):
            found.setdefault(entry.pk, (entry, why))
        if len(found) >= limit:
            break
    if not found:
        found = {entry.pk: (entry, "similar") for entry in _by_likeness(visible, terms, limit)}
    if not found:
        found = {entry.pk: (entry, "sound") for entry in _by_sound(visible, terms, limit)}
    kinds = {known.kind: known for known in registry.all_kinds()}
    return [_hit(kinds[entry.kind], entry, why, terms) for entry, why in list(found.values())[:limit]]


def suggestions(user: User, text: str, each: int = 5) -> list[Group]:
    """What the box shows while one types: the best hits in groups by kind, in the kinds' order."""
    hits = search(user, text, limit=each * 4)
    groups = []
    for kind in registry.kinds_for(user):
        of_kind = [hit for hit in hits if hit.kind.kind == kind.kind][:each]
        if of_kind:
            groups.append(Group(kind, of_kind))
    return groups


def _visible(user: User, kind: str | None) -> QuerySet[SearchEntry] | None:
    """The entries within the person's scope, filtered in SQL. None when there can be none."""
    kinds = [known for known in registry.kinds_for(user) if kind in (None, known.kind)]
    if not kinds:
        return None
    condition = Q(pk__in=[])
    for known in kinds:
        condition |= Q(kind=known.kind) & _in_scope(user, known)
    return SearchEntry.objects.filter(condition).defer("vector")


def _in_scope(user: User, kind: SearchKind) -> Q:
    reach = scope(user, kind.permission)
    if reach.everything:
        return Q()
    if reach.nothing:
        return Q(pk__in=[])
    condition = Q(everyone=True) | Q(owner_ids__contains=[reach.user_id])
    if reach.branch_ids:
        condition |= Q(branch_ids__overlap=sorted(reach.branch_ids))
    if reach.department_ids:
        condition |= Q(department_ids__overlap=sorted(reach.department_ids))
    return condition


Found = Iterator[tuple[SearchEntry, str]]


def _by_key(visible: QuerySet[SearchEntry], text: str, terms: list[str], limit: int) -> Found:
    """Numbers whole, by beginning or tail; phones by tail or beginning. Spaces inside a pasted number do not count."""
    key = grams.number_key(text)
    if len(key) < TAIL or not re.search(r"\d", key) or grams.bare(text).upper() != key:
        return
    digits = grams.phone_key(text) if key.isdigit() else ""
    condition = Q(forward__startswith=key)
    if key.isdigit():
        condition |= Q(backward__startswith=key[::-1])
    if digits and digits != key:
        condition |= Q(backward__startswith=digits[::-1])
    matching = SearchKey.objects.filter(condition)
    exact = SearchKey.objects.filter(forward=key)
    whole = Case(When(pk__in=exact.values("entry_id"), then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = visible.filter(pk__in=matching.values("entry_id")).annotate(whole=whole)
    for entry in rows.order_by("whole", "-at", "-id")[:limit]:
        yield entry, "number"


def _by_text(visible: QuerySet[SearchEntry], text: str, terms: list[str], limit: int) -> Found:
    """Every pair of every word, newest first; the words' order is checked on the rows themselves."""
    wanted = [gram for term in terms for gram in grams.query_grams(term)]
    rows = visible.filter(_tokens(" & ".join(_quoted(gram) for gram in dict.fromkeys(wanted))))
    passed = 0
    for entry in rows.order_by("-at", "-id")[:_RECHECKED].iterator(chunk_size=max(limit * 2, 20)):
        if _holds(entry, terms):
            yield entry, "text"
            passed += 1
            if passed >= limit:
                return


def _by_pinyin(visible: QuerySet[SearchEntry], text: str, terms: list[str], limit: int) -> Found:
    """Latin letters as the beginning of a name's pinyin or initials."""
    letters = "".join(terms)
    if not re.fullmatch(r"[a-z]{2,48}", letters):
        return
    query = f"{_quoted('=' + letters)}:* | {_quoted('-' + letters)}:*"
    for entry in visible.filter(_tokens(query)).order_by("-at", "-id")[:limit]:
        yield entry, "name"


def _by_likeness(visible: QuerySet[SearchEntry], terms: list[str], limit: int) -> list[SearchEntry]:
    """Rows that hold at least half of the pairs, most first."""
    wanted = list(dict.fromkeys(gram for term in terms for gram in grams.query_grams(term)))[:16]
    if len(wanted) < 3:
        return []
    either = " | ".join(_quoted(gram) for gram in wanted)
    parts = " + ".join("(vector @@ %s::tsquery)::int" for _gram in wanted)
    score = RawSQL(f"({parts})", [_quoted(gram) for gram in wanted], output_field=IntegerField())  # noqa: S611 - quoted
    rows = visible.filter(_tokens(either)).annotate(score=score).filter(score__gte=(len(wanted) + 1) // 2)
    return list(rows.order_by("-score", "-at", "-id")[:limit])


def _by_sound(visible: QuerySet[SearchEntry], terms: list[str], limit: int) -> list[SearchEntry]:
    """Rows that hold the same syllables: one wrong character that sounds right still finds."""
    pairs = [pair for term in terms for pair in grams.pinyin_pairs(term)]
    if not pairs:
        return []
    rows = visible.filter(_tokens(" & ".join(_quoted(pair) for pair in pairs)))
    return list(rows.order_by("-at", "-id")[:limit])


def _tokens(query: str) -> RawSQL:
    """The rows whose tokens satisfy a tsquery made of quoted lexemes."""
    return RawSQL("vector @@ %s::tsquery", [query], output_field=BooleanField())


def _quoted(token: str) -> str:
    """A token as a quoted lexeme of a tsquery."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _holds(entry: SearchEntry, terms: list[str]) -> bool:
    parts = [grams.bare(part) for whole in (entry.title, entry.text, entry.hidden) for part in whole.split("\n")]
    return all(any(term in part for part in parts) for term in terms)


def _hit(kind: SearchKind, entry: SearchEntry, why: str, terms: list[str]) -> Hit:
    details = tuple(_masked(text, mask) for text, mask in entry.details if text)
    title = _masked(entry.title, entry.title_mask)
    return Hit(kind, entry.object_id, entry.url, title, details, _excerpt(entry.text, terms), entry.at, why)


def _masked(text: str, mask: str) -> str:
    """Through the named filter; a mask nobody registered hides everything rather than nothing."""
    if not mask:
        return text
    apply = filters.ALL.get(mask)
    return str(apply(text)) if apply else "***"


def _excerpt(text: str, terms: list[str]) -> str:
    """The line of the text around the first word found, phones masked before it is cut."""
    if not text:
        return ""
    line = _masked(text, "mask_text").replace("\n", " ")
    place = next((at for term in terms if (at := grams.normal(line).find(term)) >= 0), 0)
    start = max(0, place - _EXCERPT // 3)
    cut = line[start : start + _EXCERPT]
    return f"{'…' if start else ''}{cut}{'…' if start + _EXCERPT < len(line) else ''}"


@dataclass(frozen=True)
class IndexLine:
    """How one kind stands: entries now, and its last rebuilding (None before the first)."""

    kind: SearchKind
    entries: int
    rebuild: Rebuild | None


def index_state() -> list[IndexLine]:
    """Every registered kind."""
    counts = dict(SearchEntry.objects.values_list("kind").annotate(number=Count("pk")).order_by())
    runs = {run.kind: run for run in Rebuild.objects.all()}
    return [IndexLine(kind, counts.get(kind.kind, 0), runs.get(kind.kind)) for kind in registry.all_kinds()]
