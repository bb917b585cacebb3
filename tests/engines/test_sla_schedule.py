"""The ticks really come as often as they say: schedules with seconds carry them in the last field."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from croniter import croniter
from procrastinate.contrib.django import app

MINUTE = datetime(2026, 11, 23, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("module", "name", "seconds"),
    [
        ("suhui.engines.sla.tasks", "sla.tick", 15),
        ("suhui.engines.tasks.tasks", "tasks.tick", 15),
        ("suhui.service.cases.tasks", "cases.publish", 5),
    ],
)
def test_a_schedule_with_seconds_runs_as_often_as_it_says(module: str, name: str, seconds: int) -> None:
    import_module(module)
    crons = {key: task.cron for (_task, key), task in app.periodic_registry.periodic_tasks.items()}
    runs = croniter(crons[name], MINUTE)
    moments = [runs.get_next(datetime) for _run in range(3)]
    assert moments == [MINUTE + timedelta(seconds=seconds * number) for number in (1, 2, 3)]
