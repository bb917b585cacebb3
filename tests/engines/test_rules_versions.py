import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from suhui.engines.rules import registry, selectors, services, switching
from suhui.engines.rules.choices import VersionState
from suhui.engines.rules.models import Decision, Version
from suhui.engines.rules.registry import Column, Row, TableSpec
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.models import StoredEvent

BY = Actor.system("test")
CODE = "test.priority"


@pytest.fixture(autouse=True)
def priority_table() -> Iterator[TableSpec]:
    spec = TableSpec(
        code=CODE,
        title="Priority",
        inputs=[Column("hours", "Hours", "number")],
        outputs=[Column("level", "Level", "text")],
        rows=[Row({"hours": registry.at_least(48)}, {"level": "high"}, basis="house rule"), Row({}, {"level": "low"})],
    )
    registry.register_table(spec)
    yield spec
    registry._tables.pop(CODE)


def tried_draft(level: str = "top", above: int = 24) -> Version:
    draft = services.start_draft(table=CODE, by=BY)
    rows = [{"when": {"hours": registry.at_least(above)}, "then": {"level": {"op": "is", "value": level}}}]
    draft = services.save_draft(draft=draft, revision=draft.revision, rows=rows, by=BY)
    return services.try_out(draft=draft, by=BY, at=now())


@pytest.mark.django_db
def test_a_decision_keeps_its_version_row_and_inputs() -> None:
    decision = services.decide(table=CODE, inputs={"hours": 50, "noise": "x"}, subject="case:1", by=BY)
    assert (decision.version.number, decision.row, decision.outputs) == (1, 0, {"level": "high"})
    assert selectors.decisions_about("case:1") == [decision]
    assert selectors.peek(CODE, {"hours": 3}).outputs == {"level": "low"}
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_shipping_twice_changes_nothing_and_new_shipped_rows_replace_untouched_ones(priority_table: TableSpec) -> None:
    assert CODE in services.ship()
    assert CODE not in services.ship()
    priority_table.rows.append(Row({"hours": 1}, {"level": "odd"}))
    assert CODE in services.ship()
    versions = Version.objects.of(CODE).values_list("number", "state")
    assert list(versions) == [(2, "active"), (1, "retired")]


@pytest.mark.django_db
def test_shipped_rows_never_replace_what_people_decided(priority_table: TableSpec) -> None:
    services.switch_on(draft=tried_draft(), by=BY, at=now())
    priority_table.rows.append(Row({"hours": 1}, {"level": "odd"}))
    assert CODE not in services.ship()
    assert selectors.peek(CODE, {"hours": 30}).outputs == {"level": "top"}


@pytest.mark.django_db
def test_a_draft_is_tried_before_it_is_switched_on() -> None:
    first = services.decide(table=CODE, inputs={"hours": 30}, subject="case:1", by=BY)
    services.decide(table=CODE, inputs={"hours": 99}, subject="case:2", by=BY, at=now() - timedelta(days=31))
    draft = services.start_draft(table=CODE, by=BY)
    with pytest.raises(Refused):
        services.switch_on(draft=draft, by=BY, at=now())
    assert selectors.version_in_force(CODE).number == 1
    draft = tried_draft()
    assert draft.trial is not None
    assert (draft.trial["total"], draft.trial["changed"]) == (1, 1)
    [shown] = draft.trial["shown"]
    assert shown["decision"] == first.pk
    assert (shown["before"], shown["after"]) == ({"level": "low"}, {"level": "top"})
    services.switch_on(draft=draft, by=BY, at=now())
    services.switch_on(draft=draft, by=BY, at=now())
    assert services.decide(table=CODE, inputs={"hours": 30}, subject="case:1", by=BY).version.number == 2
    first.refresh_from_db()
    assert first.outputs == {"level": "low"}
    assert StoredEvent.objects.filter(kind="rules.RulesSwitchedOn", payload__number=2).count() == 1


@pytest.mark.django_db
def test_saving_again_takes_the_trial_away() -> None:
    draft = tried_draft()
    draft = services.save_draft(draft=draft, revision=draft.revision, rows=draft.rows, by=BY)
    with pytest.raises(Refused):
        services.switch_on(draft=draft, by=BY, at=now())


@pytest.mark.django_db
def test_a_bad_cell_is_refused_and_nothing_moves() -> None:
    draft = services.start_draft(table=CODE, by=BY)
    bad = [{"when": {"hours": registry.zen("$ >")}, "then": {}}]
    with pytest.raises(BadInput) as refusal:
        services.save_draft(draft=draft, revision=draft.revision, rows=bad, by=BY)
    assert list(refusal.value.fields) == ["0.when.hours"]
    again = Version.objects.get(pk=draft.pk)
    assert (again.rows, again.revision) == (draft.rows, draft.revision)


@pytest.mark.django_db
def test_the_second_of_two_editors_is_told() -> None:
    draft = services.start_draft(table=CODE, by=BY)
    services.save_draft(draft=draft, revision=1, rows=draft.rows[:1], by=BY)
    with pytest.raises(Conflict):
        services.save_draft(draft=draft, revision=1, rows=[], by=BY)
    assert len(Version.objects.get(pk=draft.pk).rows) == 1


@pytest.mark.django_db
def test_a_planned_version_takes_over_at_its_moment_even_before_the_tick() -> None:
    start = now() + timedelta(hours=1)
    version = services.switch_on(draft=tried_draft(), by=BY, at=now(), start=start)
    assert version.state == VersionState.PLANNED
    assert selectors.version_in_force(CODE).number == 1
    assert selectors.version_in_force(CODE, start).number == version.number
    assert Version.objects.get(table=CODE, number=1).retired_at == start
    assert switching.switch_due(start) == 0


@pytest.mark.django_db
def test_a_plan_can_be_dropped_and_a_past_date_is_refused() -> None:
    draft = tried_draft()
    with pytest.raises(BadInput):
        services.switch_on(draft=draft, by=BY, at=now(), start=now() - timedelta(minutes=1))
    version = services.switch_on(draft=draft, by=BY, at=now(), start=now() + timedelta(hours=1))
    assert services.drop_plan(version=version, by=BY).state == VersionState.DRAFT
    assert switching.switch_due(now() + timedelta(hours=2)) == 0


@pytest.mark.django_db
def test_no_row_fits() -> None:
    services.switch_on(draft=tried_draft(above=24), by=BY, at=now())
    decision = services.decide(table=CODE, inputs={"hours": 1}, subject="case:1", by=BY)
    assert (decision.row, decision.outputs) == (None, {"level": None})


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_ship_at_once_agree_on_one_version() -> None:
    seen: list[int] = []
    barrier = threading.Barrier(4)

    def ask() -> None:
        try:
            barrier.wait()
            seen.append(selectors.peek(CODE, {"hours": 1}).version.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1
    assert len(seen) == 4
    assert Version.objects.of(CODE).count() == 1
