"""Keeping the index: one row per object, written when something about it happened, or all of them anew."""

import json
import zlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from suhui.platform.core import bulk
from suhui.platform.core.clock import now
from suhui.platform.search import grams, registry
from suhui.platform.search.models import Rebuild, SearchEntry, SearchKey
from suhui.platform.search.registry import SearchDoc

BATCH = 200
AT_ONCE = 500
"""Entries one statement writes."""

_UPSERT = """
    INSERT INTO search_searchentry (kind, object_id, vector, title, title_mask, details, text, hidden, url,
        branch_ids, department_ids, owner_ids, everyone, at)
    VALUES (%s, %s, array_to_tsvector(%s::text[]), %s, %s, %s::jsonb, %s, %s, %s,
        %s::bigint[], %s::bigint[], %s::bigint[], %s, %s)
    ON CONFLICT (kind, object_id) DO UPDATE SET vector = EXCLUDED.vector, title = EXCLUDED.title,
        title_mask = EXCLUDED.title_mask, details = EXCLUDED.details, text = EXCLUDED.text, hidden = EXCLUDED.hidden,
        url = EXCLUDED.url, branch_ids = EXCLUDED.branch_ids, department_ids = EXCLUDED.department_ids,
        owner_ids = EXCLUDED.owner_ids, everyone = EXCLUDED.everyone, at = EXCLUDED.at
    RETURNING id
"""
_PART = "\x1f"
"""Parts the elements of a list that goes as one text: no token holds it."""
_UPSERT_MANY = """
    INSERT INTO search_searchentry (kind, object_id, vector, title, title_mask, details, text, hidden, url,
        branch_ids, department_ids, owner_ids, everyone, at)
    SELECT kind, object_id, array_to_tsvector(string_to_array(vector, E'\\x1f')), title, title_mask, details::jsonb,
        text, hidden, url, string_to_array(branch_ids, E'\\x1f')::bigint[],
        string_to_array(department_ids, E'\\x1f')::bigint[], string_to_array(owner_ids, E'\\x1f')::bigint[], everyone,
        at
    FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::timestamptz[]) AS told (kind, object_id, vector,
        title, title_mask, details, text, hidden, url, branch_ids, department_ids, owner_ids, everyone, at)
    ON CONFLICT (kind, object_id) DO UPDATE SET vector = EXCLUDED.vector, title = EXCLUDED.title,
        title_mask = EXCLUDED.title_mask, details = EXCLUDED.details, text = EXCLUDED.text, hidden = EXCLUDED.hidden,
        url = EXCLUDED.url, branch_ids = EXCLUDED.branch_ids, department_ids = EXCLUDED.department_ids,
        owner_ids = EXCLUDED.owner_ids, everyone = EXCLUDED.everyone, at = EXCLUDED.at
    RETURNING object_id, id
"""

_MOVE = """
    UPDATE search_searchentry AS entry SET at = told.at, branch_ids = told.branches::bigint[]
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS told (id, at, branches)
    WHERE entry.kind = %s AND entry.object_id = told.id
      AND (entry.branch_ids <> told.branches::bigint[] OR entry.at NOT BETWEEN told.at - %s AND told.at + %s)
"""
OFF_BY = timedelta(days=3)
"""As long as the newest part of the index that a search looks at first (selectors)."""


@transaction.atomic(savepoint=False)
def index(kind: str, object_id: int) -> bool:
    """Write the object's entry as it is now, or remove it when its room says it is not to be found.

    Call it from handlers; it is harmless to repeat. Two calls for one object wait for each other, so that the later
    state wins. True when there is an entry afterwards. Raises KeyError for a kind nobody registered.
    """
    known = registry.kind_named(kind)
    if known is None:
        raise KeyError(kind)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_lock(kind), object_id % 2**31])
    doc = known.build(object_id)
    if doc is None:
        remove(kind, object_id)
        return False
    _write(kind, object_id, doc)
    return True


@transaction.atomic(savepoint=False)
def index_many(kind: str, object_ids: Collection[int]) -> None:
    """The same as `index` for the many that came or changed together, in a few statements."""
    known = registry.kind_named(kind)
    if known is None:
        raise KeyError(kind)
    ids = sorted(set(object_ids))
    bulk.plan_anew()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, (told.id %% 2147483648)::int) FROM unnest(%s::bigint[]) AS told (id)",
                [_lock(kind), some],
            )
        docs = known.build_many(some) if known.build_many else {pk: known.build(pk) for pk in some}
        held = set(
            SearchEntry.objects.filter(bulk.among("object_id", some), kind=kind).values_list("object_id", flat=True)
        )
        found = {pk: doc for pk in some if (doc := docs.get(pk)) is not None}
        SearchEntry.objects.filter(kind=kind, object_id__in=held - set(found)).delete()
        _add_many(kind, {pk: doc for pk, doc in found.items() if pk not in held})
        _write_many(kind, {pk: doc for pk, doc in found.items() if pk in held})


def _add_many(kind: str, docs: dict[int, SearchDoc]) -> None:
    """Entries of objects that have none: by COPY. The caller holds their locks."""
    if not docs:
        return
    ids = bulk.take_ids(SearchEntry, len(docs))
    values = [values_of(kind, pk, doc) for pk, doc in docs.items()]
    columns = list(values[0])
    rows = ((pk, *map(_as_text, columns, one.values())) for pk, one in zip(ids, values, strict=True))
    bulk.copy_rows(SearchEntry, ["id", *columns], rows)
    keys = ((pk, doc) for pk, doc in zip(ids, docs.values(), strict=True))
    bulk.copy_rows(
        SearchKey,
        ("entry_id", "forward", "backward", "is_phone"),
        ((pk, key, key[::-1], is_phone) for pk, doc in keys for key, is_phone in sorted(keys_of(doc))),
    )


def _as_text(column: str, value: Any) -> Any:
    """A value as COPY takes it: tokens as a vector, ids as an array."""
    if column == "vector":
        # Tokens hold letters and figures, and now and then a sign of ours; what would end a quoted one is doubled.
        told = "' '".join(value)
        if "\\" in told or told.count("'") != 2 * len(value) - 2:
            told = "' '".join(token.replace("\\", "\\\\").replace("'", "''") for token in value)
        return f"'{told}'" if value else ""
    return f"{{{','.join(map(str, value))}}}" if isinstance(value, list) else value


def _write_many(kind: str, docs: dict[int, SearchDoc]) -> None:
    if not docs:
        return
    values = [values_of(kind, pk, doc) for pk, doc in docs.items()]
    lists = [
        [_PART.join(map(str, one[name])) if isinstance(one[name], list) else one[name] for one in values]
        for name in values[0]
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT_MANY, lists)
        entries = dict(cursor.fetchall())
    held: dict[int, set[tuple[str, bool]]] = {}
    rows = SearchKey.objects.filter(entry_id__in=list(entries.values()))
    for entry_id, forward, is_phone in rows.values_list("entry_id", "forward", "is_phone"):
        held.setdefault(entry_id, set()).add((forward, is_phone))
    wanted = {entries[pk]: keys_of(doc) for pk, doc in docs.items()}
    changed = [entry_id for entry_id, keys in wanted.items() if keys != held.get(entry_id, set())]
    SearchKey.objects.filter(entry_id__in=[entry_id for entry_id in changed if entry_id in held]).delete()
    SearchKey.objects.bulk_create(
        SearchKey(entry_id=entry_id, forward=key, backward=key[::-1], is_phone=is_phone)
        for entry_id in changed
        for key, is_phone in sorted(wanted[entry_id])
    )


@transaction.atomic
def remove_many(kind: str, object_ids: Collection[int]) -> None:
    """Let these no longer be found. Twice is harmless."""
    SearchEntry.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


@transaction.atomic
def remove(kind: str, object_id: int) -> None:
    """Let the object no longer be found. Twice is harmless."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


@transaction.atomic(savepoint=False)
def moved(kind: str, rows: Sequence[tuple[int, datetime, list[int]]]) -> None:
    """Objects whose time and branches changed and nothing else: (id, at, branch ids) each, in one statement. Those
    that have no entry yet get theirs by `index`.

    Writing an entry writes all its tokens anew, so one that only grew newer stays where it stands among the newest
    until it is OFF_BY out of place.
    """
    if not rows:
        return
    told: list[Any] = [[pk for pk, _at, _branches in rows], [at for _pk, at, _branches in rows]]
    told += [[f"{{{','.join(map(str, sorted(branches)))}}}" for _pk, _at, branches in rows], kind, OFF_BY, OFF_BY]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, told)


def _lock(kind: str) -> int:
    return zlib.crc32(f"search:{kind}".encode()) % 2**31


def values_of(kind: str, object_id: int, doc: SearchDoc) -> dict[str, Any]:
    """What the entry of a document holds, by column; its `vector` is the list of tokens."""
    names = [doc.title, *doc.names]
    shown = "\n".join(part for part in doc.texts if part)[: grams.TEXT_LIMIT]
    hidden = "\n".join(part for part in (*doc.names, *doc.numbers, *doc.hidden) if part)[: grams.TEXT_LIMIT]
    return {
        "kind": kind,
        "object_id": object_id,
        "vector": grams.tokens(texts=[*names, *doc.texts, *doc.hidden, *doc.numbers], names=names),
        "title": doc.title[:300],
        "title_mask": doc.title_mask,
        "details": json.dumps([(detail.text, detail.mask) for detail in doc.details]),
        "text": shown.replace("\0", ""),
        "hidden": hidden.replace("\0", ""),
        "url": doc.url,
        "branch_ids": sorted(set(doc.branch_ids)),
        "department_ids": sorted(set(doc.department_ids)),
        "owner_ids": sorted(set(doc.owner_ids)),
        "everyone": doc.everyone,
        "at": doc.at,
    }


def keys_of(doc: SearchDoc) -> set[tuple[str, bool]]:
    """The numbers and phones a document is found by, as (digits, whether a phone)."""
    wanted = {(grams.number_key(number), False) for number in doc.numbers}
    wanted |= {(grams.phone_key(phone), True) for phone in doc.phones}
    return {(key, is_phone) for key, is_phone in wanted if key}


def _write(kind: str, object_id: int, doc: SearchDoc) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, list(values_of(kind, object_id, doc).values()))
        (entry_id,) = cursor.fetchone()
    _write_keys(entry_id, doc)


def _write_keys(entry_id: int, doc: SearchDoc) -> None:
    wanted = keys_of(doc)
    held = set(SearchKey.objects.filter(entry_id=entry_id).values_list("forward", "is_phone"))
    if wanted == held:
        return
    SearchKey.objects.filter(entry_id=entry_id).delete()
    SearchKey.objects.bulk_create(
        SearchKey(entry_id=entry_id, forward=key, backward=key[::-1], is_phone=is_phone)
        for key, is_phone in sorted(wanted)
    )


def rebuild(kind: str, *, at: datetime | None = None, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write every entry of a kind anew and remove those whose object is gone; how many objects were read.

    Works in small transactions and remembers how far it came: begun again after a crash, it goes on from there.
    `progress(done)` is called after every batch.
    """
    known = registry.kind_named(kind)
    if known is None or known.ids is None:
        raise KeyError(kind)
    run = _begin(kind, at or now())
    while ids := known.ids(run.after, BATCH):
        with transaction.atomic():
            for object_id in ids:
                index(kind, object_id)
            run.after, run.done = ids[-1], run.done + len(ids)
            run.save(update_fields=["after", "done"])
        progress(run.done)
    _drop_the_gone(kind, known.ids)
    run.finished_at = now()
    run.save(update_fields=["finished_at"])
    return run.done


def _begin(kind: str, at: datetime) -> Rebuild:
    run, made = Rebuild.objects.get_or_create(kind=kind, defaults={"started_at": at})
    if not made and run.finished_at is not None:
        run.after, run.done, run.started_at, run.finished_at = 0, 0, at, None
        run.save()
    return run


def _drop_the_gone(kind: str, ids: registry.Ids) -> None:
    """Entries of objects that are no more. One that is there but not to be found lost its entry when it was read."""
    after = 0
    while True:
        entries = SearchEntry.objects.filter(kind=kind, object_id__gt=after).order_by("object_id")
        held = list(entries.values_list("object_id", flat=True)[:BATCH])
        if not held:
            return
        there = set(ids(after, BATCH))
        # An object beyond those read just now is judged with the next lot.
        judged = [pk for pk in held if len(there) < BATCH or pk <= max(there)]
        SearchEntry.objects.filter(kind=kind, object_id__in=set(judged) - there).delete()
        after = judged[-1] if judged else max(there)
