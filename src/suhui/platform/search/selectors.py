"""One box: numbers, phone tails, names, pinyin, initials and any text, newest first, within the person's scope."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import BooleanField, Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from suhui.platform.core.clock import now
from suhui.platform.desk import filters
from suhui.platform.people.models import User
from suhui.platform.search import grams, registry, scoping
from suhui.platform.search.models import Rebuild, SearchEntry, SearchKey
from suhui.platform.search.registry import SearchKind
from suhui.platform.search.scoping import Visible

TAIL = 3
"""The fewest digits that are taken for the end of a phone or number."""
_RECHECKED = 400
"""How many rows of the index are looked at for one page of hits."""
_LOOKED_UP = 1000
"""How many numbers with the same beginning or tail are looked at."""
_PARTS = (3, 60)
"""The days of an entry are gone through from the newest: so many, then so many more, then the rest."""
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
    """At most `limit` hits the person may see: numbers and phones, else names and texts newest first, then
    (only when nothing fits) what shares most of the words, then what sounds the same. `kind` keeps to one kind."""
    terms = grams.terms(text)
    visible = scoping.visible_to(user, kind)
    if not terms or visible is None:
        return []
    found: dict[int, tuple[SearchEntry, str]] = {}
    for step in (_by_key, _by_text, _by_pinyin):
        for entry, why in step(visible, text, terms, limit):
            found.setdefault(entry.pk, (entry, why))
        if len(found) >= limit or (found and step is _by_key):
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


def ids_holding(kind: str, text: str, most: int) -> list[int] | None:
    """The objects of a kind that hold every pair of the words of `text`: those that hold the text are among them. None
    when there are more than `most`, or nothing in it that could be looked up."""
    wanted = [gram for term in grams.terms(text) for gram in grams.enough_grams(term)]
    if not wanted:
        return None
    query = " & ".join(_quoted(gram) for gram in dict.fromkeys(wanted))
    holds = RawSQL("vector @@ %s::tsquery", [query], output_field=BooleanField())
    rows = SearchEntry.objects.filter(holds, kind=kind).order_by()
    found = list(rows.values_list("object_id", flat=True)[: most + 1])
    return found if len(found) <= most else None


Found = Iterator[tuple[SearchEntry, str]]


def _by_key(visible: Visible, text: str, terms: list[str], limit: int) -> Found:
    """Numbers whole, by beginning or tail; phones by tail or beginning. Spaces inside a pasted number do not count.

    Of the beginning or tail of very many, the highest numbers are looked at, which are the newest.
    """
    key = grams.number_key(text)
    if len(key) < TAIL or not re.search(r"\d", key) or grams.bare(text).upper() != key:
        return
    digits = grams.phone_key(text) if key.isdigit() else ""
    tails = {key[::-1], digits[::-1]} - {""} if key.isdigit() else set()
    known = SearchKey.objects.order_by("-forward")
    few = [known.filter(forward__startswith=key), *(known.filter(backward__startswith=tail) for tail in sorted(tails))]
    found = {pk for keys in few for pk in keys.values_list("entry_id", flat=True)[:_LOOKED_UP]}
    exact = SearchKey.objects.filter(forward=key).values_list("entry_id", flat=True)
    whole = set(exact[:_LOOKED_UP])
    rows = visible.rows.filter(pk__in=found | whole)
    first = Case(When(pk__in=whole, then=Value(0)), default=Value(1), output_field=IntegerField())
    for entry in rows.annotate(whole=first).order_by("whole", "-at", "-id")[:limit]:
        yield entry, "number"


def _by_text(visible: Visible, text: str, terms: list[str], limit: int) -> Found:
    """Every pair of every word, newest first; the words' order is checked on the rows themselves."""
    wanted = [gram for term in terms for gram in grams.enough_grams(term)]
    rows = visible.holding(" & ".join(_quoted(gram) for gram in dict.fromkeys(wanted)))
    passed = 0
    for entry in _newest(rows, limit, _RECHECKED):
        if _holds(entry, terms):
            yield entry, "text"
            passed += 1
            if passed >= limit:
                return


def _by_pinyin(visible: Visible, text: str, terms: list[str], limit: int) -> Found:
    """Latin letters as the beginning of a name's pinyin or initials."""
    letters = "".join(terms)
    if not re.fullmatch(r"[a-z]{2,48}", letters):
        return
    for entry in _newest(visible.holding(grams.letters_query(letters)), limit, limit):
        yield entry, "name"


def _newest(rows: QuerySet[SearchEntry], least: int, most: int) -> Iterator[SearchEntry]:
    """Up to `most` of the rows, newest first: those of the last days, then of the last weeks, then all before. A common
    word is found among few rows, and a rare one has few. `least` of a part are read before more of it."""
    today = int(now().timestamp()) // 86_400
    given, after = 0, today + 2
    for length in (*_PARTS, None):
        before, after = after, today + 1 - (length or 0)
        part = rows
        if length:
            days = RawSQL("search_days(at) && %s::bigint[]", [list(range(after, before))], output_field=BooleanField())
            part = part.filter(days)
        else:
            ends = [datetime.fromtimestamp(day * 86_400, UTC) for day in (before, today + 2)]
            part = part.filter(Q(at__lt=ends[0]) | Q(at__gte=ends[1]))
        # In this guise the order fits no index: the tokens find the rows, and the few found are sorted.
        part = part.order_by((F("at") + timedelta(0)).desc(), "-id")
        for first, last in ((0, least + 1), (least + 1, most)):
            found = list(part[first : min(last, most - given + first)]) if given < most else []
            yield from found
            given += len(found)
            if len(found) < last - first:
                break


def _by_likeness(visible: Visible, terms: list[str], limit: int) -> list[SearchEntry]:
    """Rows that hold the words but for one sign in them; where there are none, of the newest rows that hold any of
    their pairs those that hold at least half, most first."""
    wanted = list(dict.fromkeys(gram for term in terms for gram in grams.query_grams(term)))[:16]
    if len(wanted) < 3:
        return []
    touched = [set(wanted) - {wanted[at], *wanted[at + 1 : at + 2]} for at in range(len(wanted))]
    but_one = " | ".join("(" + " & ".join(_quoted(gram) for gram in sorted(kept)) + ")" for kept in touched if kept)
    either = " | ".join(_quoted(gram) for gram in wanted)
    for query, most in ((but_one, limit), (either, _RECHECKED)):
        found = [(_score(entry, wanted), entry) for entry in _newest(visible.holding(query), limit, most)]
        found = [pair for pair in found if pair[0] >= (len(wanted) + 1) // 2]
        if found:
            return [entry for _score_, entry in sorted(found, key=lambda pair: -pair[0])[:limit]]
    return []


def _score(entry: SearchEntry, wanted: list[str]) -> int:
    """How many of these pairs the row holds."""
    held = grams.grams(grams.bare(f"{entry.title}\n{entry.text}\n{entry.hidden}"))
    return sum(gram in held for gram in wanted)


def _by_sound(visible: Visible, terms: list[str], limit: int) -> list[SearchEntry]:
    """Rows that hold the same syllables: one wrong character that sounds right still finds."""
    pairs = [pair for term in terms for pair in grams.pinyin_pairs(term)]
    if not pairs:
        return []
    return list(_newest(visible.holding(" & ".join(_quoted(pair) for pair in pairs)), limit, limit))


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
