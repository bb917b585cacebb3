"""The work on an import, in bounded batches: each is one transaction that holds the import, so that two workers, a
killed one and its successor, or a stop in between never write a line twice or leave one out."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

from suhui.platform.core import events as stored
from suhui.platform.core import jobs
from suhui.platform.core.bulk import among, copy_rows, plan_anew, table_of, update_rows
from suhui.platform.core.clock import now
from suhui.platform.core.errors import SuhuiError
from suhui.platform.exchange import reading, registry, services, shelf
from suhui.platform.exchange.choices import WAITING, WRITTEN_ROWS, Choice, ImportState, RowState
from suhui.platform.exchange.errors import Unreadable, Wrong
from suhui.platform.exchange.models import Import, ImportRow
from suhui.platform.exchange.reading import How
from suhui.platform.exchange.reading.limits import MOST_ROWS
from suhui.platform.exchange.registry import Context, ImportKind, Line
from suhui.platform.people.models import User

BATCH = 2000
TURN = 15.0
"""Seconds one job works before it makes room for others and asks to be called again."""
_LOCK = 7_304_011
"""The advisory lock of a kind: lines of two files are never looked up and written at the same moment."""

Told = Callable[[Import], None]


def work(import_id: int, *, most: float = TURN, told: Told = lambda _row: None) -> bool:
    """Get on with an import for `most` seconds; True when there is nothing more to do. Called again it goes on."""
    until = time.monotonic() + most
    steps = {ImportState.CHECKING: _check, ImportState.RUNNING: _run, ImportState.UNDOING: _undo}
    row = Import.objects.select_related("by", "branch").get(pk=import_id)
    step = steps.get(ImportState(row.state))
    kind = registry.kind_named(row.kind)
    if step is None or kind is None:
        return True
    try:
        for done in step(row, kind):
            told(done)
            if done.state != row.state:
                return True
            if time.monotonic() > until:
                return False
    except Unreadable as error:
        _fail(import_id, error.code, **error.params)
    except SuhuiError as error:
        _fail(import_id, "said", value=str(error.message))
    return True


def _fail(import_id: int, code: str, **params: Any) -> None:
    """End it. Why is kept as a code: who reads it has a language of their own."""
    with transaction.atomic():
        row = _hold(import_id)
        if row.state in services.JOBS:
            _end(row, ImportState.FAILED, fault={"code": code, "params": params})


def _hold(import_id: int) -> Import:
    """The import, for this transaction's own: batches of one import come one after the other."""
    plan_anew()
    return Import.objects.select_related("by", "branch").select_for_update(of=("self",)).get(pk=import_id)


def _end(row: Import, state: ImportState, **fields: Any) -> None:
    values = {"state": state, "finished_at": now(), "updated_at": now(), **fields}
    Import.objects.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)
    services.tell(row, context_of(row).by)


def _progress(row: Import, done: int, counts: Counter[str], **fields: Any) -> None:
    merged = Counter(row.counts)
    merged.update(counts)
    row.done, row.counts = row.done + done, {name: number for name, number in merged.items() if number}
    values = {"done": row.done, "counts": row.counts, "touched_at": now(), "attempts": 0, **fields}
    Import.objects.filter(pk=row.pk).update(**values)
    stored.hint([f"import:{row.pk}"])


def context_of(row: Import) -> Context:
    """Whoever set it going last does it, with their reach."""
    user = User.objects.select_related("branch").get(pk=row.actor_id or row.by_id)
    return Context(user=user, branch=row.branch)


# The trial: from the file to lines, each judged.


def _check(row: Import, kind: ImportKind) -> Iterator[Import]:
    path, how = shelf.path_of(row.shelf), How(**row.how)
    last = ImportRow.objects.filter(batch=row).order_by("-number").values_list("number", flat=True).first() or 0
    lines = (line for line in reading.rows(path, how) if line[0] > max(how.header, last))
    context = context_of(row)
    while some := list(islice(lines, BATCH)):
        with transaction.atomic():
            held = _hold(row.pk)
            if held.state != ImportState.CHECKING or _behind(held, last):
                yield held
                return
            counts = _judge(held, kind, some, context)
            last = some[-1][0]
            _progress(held, len(some), counts, total=max(held.total, held.done + len(some)))
        yield held
        if held.done >= MOST_ROWS:
            _fail(row.pk, "file.long", most=MOST_ROWS)
            return
    with transaction.atomic():
        held = _hold(row.pk)
        if held.state == ImportState.CHECKING:
            _end(held, ImportState.CHECKED, total=held.done)
    yield held


def _behind(row: Import, last: int) -> bool:
    """Whether another worker has read further meanwhile."""
    return ImportRow.objects.filter(batch=row, number__gt=last).exists()


def _judge(row: Import, kind: ImportKind, some: list[tuple[int, list[str]]], context: Context) -> Counter[str]:
    fields = [(field, row.mapping[field.name]) for field in kind.fields if field.name in row.mapping]
    read = [(number, cells, *_understand(kind, fields, cells, context)) for number, cells in some]
    good = {number: Line(number, given) for number, _cells, given, problems in read if not problems}
    keys = {number: kind.key(line.given)[:120] for number, line in good.items()}
    kind.match(list(good.values()), context)
    _within_the_file(row, good, keys)
    columns = ("batch_id", "number", "state", "cells", "given", "problems", "key", "reason", "match_id", "before")
    copy_rows(
        ImportRow,
        columns,
        (
            _stored(row.pk, number, cells, given, problems, keys.get(number, ""), good.get(number))
            for number, cells, given, problems in read
        ),
    )
    return Counter(good[number].found if number in good else RowState.WRONG.value for number, *_rest in read)


def _stored(
    pk: int, number: int, cells: list[str], given: dict[str, Any], problems: list[Any], key: str, line: Line | None
) -> tuple[Any, ...]:
    state = line.found if line else RowState.WRONG.value
    reason, match = (line.reason, line.match_id) if line else ("", None)
    before = line.before if line else {}
    return (pk, number, state, _json(cells), _json(given), _json(problems), key, reason, match, _json(before))


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    told = _encode(value)
    return told.replace("\\u0000", "") if "\\u0000" in told else told


def _understand(
    kind: ImportKind, fields: list[tuple[registry.Field, int]], cells: list[str], context: Context
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(what the line says, what is wrong with it)"""
    given: dict[str, Any] = {}
    problems: list[dict[str, Any]] = []
    for field, place in fields:
        raw = cells[place] if place < len(cells) else ""
        try:
            if "\ufffd" in raw:
                raise Wrong("garbled")
            if raw:
                given[field.name] = field.parse(raw, context)
            elif field.required:
                raise Wrong("empty")
        except Wrong as error:
            problems.append({"field": field.name, "code": error.code, "params": error.params})
    if not problems:
        try:
            kind.check(given)
        except Wrong as error:
            problems.append({"field": error.params.pop("at", ""), "code": error.code, "params": error.params})
    return given, problems


def _within_the_file(row: Import, good: dict[int, Line], keys: dict[int, str]) -> None:
    """A line about the same thing as an earlier one of this file is perhaps known, whatever the database holds."""
    asked = {key for key in keys.values() if key}
    rows = ImportRow.objects.filter(among("key", asked), batch=row).exclude(key="").exclude(state=RowState.WRONG)
    first = dict(rows.order_by("-number").values_list("key", "number"))
    for number, line in good.items():
        key = keys[number]
        if not key:
            continue
        if key in first:
            line.found, line.reason, line.before = RowState.DUPLICATE.value, "file", {"line": first[key]}
        else:
            first[key] = number


# The import: from lines to rows.


def _run(row: Import, kind: ImportKind) -> Iterator[Import]:
    context, after = context_of(row), 0
    while True:
        with transaction.atomic():
            held = _hold(row.pk)
            if held.state != ImportState.RUNNING:
                yield held
                return
            # From where the last lot ended: the lines done with are not looked through again for every lot.
            waiting = held.rows.filter(state__in=WAITING).order_by("number").defer("cells")
            rows = list(waiting.filter(number__gt=after)[:BATCH]) or list(waiting[:BATCH])
            after = rows[-1].number if rows else 0
            if not rows:
                _end(held, ImportState.DONE)
            else:
                _take_the_kind(kind)
                counts = _write(held, kind, rows, context)
                _progress(held, len(rows), counts)
        yield held
        if not rows:
            return


def _take_the_kind(kind: ImportKind) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, kind.name])


def _write(row: Import, kind: ImportKind, rows: list[ImportRow], context: Context) -> Counter[str]:
    """Write these lines; what cannot be written is a wrong line with its reason, and the others stand."""
    before = {one.pk: _story(one) for one in rows}
    try:
        with transaction.atomic():
            _write_lot(row, kind, rows, context)
    except (DatabaseError, SuhuiError):
        for one in rows:
            _write_alone(row, kind, one, context)
    _save(rows, before)
    return Counter("refused" if one.state == RowState.WRONG else one.state for one in rows)


def _write_alone(row: Import, kind: ImportKind, one: ImportRow, context: Context) -> None:
    kept = (one.state, one.object_id, one.before, one.reason, one.match_id)
    try:
        with transaction.atomic():
            _write_lot(row, kind, [one], context)
    except (DatabaseError, SuhuiError) as error:
        one.state, one.object_id, one.before, one.reason, one.match_id = kept
        one.state = RowState.WRONG.value
        words = str(error.message) if isinstance(error, SuhuiError) else type(error).__name__
        one.problems = [{"field": "", "code": "fault", "params": {"value": words}}]


def _write_lot(row: Import, kind: ImportKind, rows: Sequence[ImportRow], context: Context) -> None:
    """In waves: a line about the same thing as one before it in the lot waits until that one is written."""
    waiting = [one for one in rows if not _left_out(row, one)]
    while waiting:
        seen: set[str] = set()
        wave: list[ImportRow] = []
        later: list[ImportRow] = []
        for one in waiting:
            (later if one.key and one.key in seen else wave).append(one)
            seen.add(one.key)
        _write_wave(row, kind, wave, context)
        waiting = later


def _left_out(row: Import, one: ImportRow) -> bool:
    if one.reason == "file" and row.perhaps == Choice.SKIP:
        one.state = RowState.SKIPPED.value
        return True
    return False


def _write_wave(row: Import, kind: ImportKind, rows: list[ImportRow], context: Context) -> None:
    lines = {one.number: Line(one.number, one.given) for one in rows}
    # The world may have moved since the trial: what is known now counts.
    kind.match(list(lines.values()), context)
    for line in lines.values():
        line.choice, line.before = _choice(row, line), {}
    asked = [line for line in lines.values() if line.choice in {"create", "update"}]
    kind.write(asked, context)
    for one in rows:
        line = lines[one.number]
        one.match_id, one.reason = line.match_id, line.reason or one.reason
        one.object_id, one.before = line.object_id, line.before
        if line.choice == "create":
            one.state = RowState.CREATED.value
        elif line.choice == "update":
            one.state = (RowState.CHANGED if line.before else RowState.KEPT).value
        elif line.choice == "keep":
            one.state = RowState.KEPT.value
        else:
            one.state = RowState.SKIPPED.value


def _choice(row: Import, line: Line) -> str:
    if line.found == "new":
        return "create"
    if line.found == "same":
        return "keep"
    wanted = row.known if line.found == "change" else row.perhaps
    if wanted == Choice.ANEW:
        return "create"
    return "update" if wanted == Choice.UPDATE and line.match_id else "skip"


def _story(one: ImportRow) -> tuple[Any, ...]:
    """What most lines keep from the trial."""
    return (one.problems, one.reason, one.match_id, one.before)


def _save(rows: Sequence[ImportRow], before: Mapping[int, tuple[Any, ...]]) -> None:
    """What became of these lines; `before` says how their `_story` is kept now."""
    told = [one for one in rows if _story(one) != before[one.pk]]
    plain = [one for one in rows if _story(one) == before[one.pk]]
    update_rows(ImportRow, ("state", "object_id"), ((one.pk, one.state, one.object_id) for one in plain))
    if told:
        _save_story(told)


def _save_story(rows: Sequence[ImportRow]) -> None:
    statement = f"""
        UPDATE {table_of(ImportRow)} AS line SET state = told.state, problems = told.problems::jsonb,
            reason = told.reason, match_id = told.match_id, object_id = told.object_id, before = told.before::jsonb
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[])
            AS told (id, state, problems, reason, match_id, object_id, before)
        WHERE line.id = told.id
    """  # noqa: S608 - the table's own name
    lists: list[list[Any]] = [
        [one.pk for one in rows],
        [one.state for one in rows],
        [_json(one.problems) for one in rows],
        [one.reason for one in rows],
        [one.match_id for one in rows],
        [one.object_id for one in rows],
        [_json(one.before) for one in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, lists)


# The way back.


def _undo(row: Import, kind: ImportKind) -> Iterator[Import]:
    context = context_of(row)
    while True:
        with transaction.atomic():
            held = _hold(row.pk)
            if held.state != ImportState.UNDOING:
                yield held
                return
            # The last first: a line that changed what an earlier one added goes before it.
            rows = list(held.rows.filter(state__in=WRITTEN_ROWS).order_by("-number")[:BATCH])
            if not rows:
                _end(held, ImportState.UNDONE)
            else:
                _take_the_kind(kind)
                _progress(held, len(rows), _take_back(kind, rows, context))
        yield held
        if not rows:
            return


def _take_back(kind: ImportKind, rows: list[ImportRow], context: Context) -> Counter[str]:
    lines = {}
    for one in rows:
        line = Line(one.number, one.given, match_id=one.match_id, object_id=one.object_id, before=one.before)
        line.choice = "create" if one.state == RowState.CREATED else "update"
        lines[one.number] = line
    before = {one.pk: _story(one) for one in rows}
    kind.undo(list(lines.values()), context)
    for one in rows:
        one.reason = lines[one.number].left
        one.state = (RowState.LEFT if one.reason else RowState.UNDONE).value
    _save(rows, before)
    return Counter(one.state for one in rows)


def resume(*, stale: Any) -> int:
    """Call the jobs of imports that nobody got on with since `stale`; how many. One that never gets on is ended."""
    rows = list(Import.objects.filter(state__in=list(services.JOBS), touched_at__lt=stale)[:100])
    for row in rows:
        if row.attempts >= 5:
            _fail(row.pk, "stuck")
            continue
        Import.objects.filter(pk=row.pk, touched_at=row.touched_at).update(touched_at=now(), attempts=row.attempts + 1)
        jobs.defer(services.JOBS[ImportState(row.state)], import_id=row.pk)
    return len(rows)
