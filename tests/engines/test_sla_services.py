"""Service levels as rows: chosen by rule, started, paused, escalated; nothing said twice, nothing lost."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from suhui.engines.rules.models import Decision
from suhui.engines.sla import selectors, services
from suhui.engines.sla.choices import ClockKind, ClockState, Counting, Tier, Unit
from suhui.engines.sla.models import Clock, Policy
from suhui.engines.sla.services import EscalationDraft, TargetDraft
from suhui.platform.core.clock import BEIJING
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, User
from tests.conftest import SYSTEM, MakePerson

MONDAY = datetime(2026, 11, 16, 9, tzinfo=BEIJING)
FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=BEIJING)


def start(branch: Branch, owner: User | None = None, *, at: datetime = MONDAY, code: str = "complaint") -> None:
    policy = Policy.objects.filter(code=code, is_current=True).first()
    if policy is None:
        services.ship()
        policy = Policy.objects.get(code=code, is_current=True)
    services.start_clocks(
        subject="case:1", policy=policy, branch=branch, owner=owner, at=at, label="T1", url="/cases/1/", by=SYSTEM
    )


def clock(kind: ClockKind = ClockKind.FIRST_RESPONSE) -> Clock:
    return Clock.objects.filter(subject="case:1", kind=kind).latest("pk")


def stored(kind: str) -> list[StoredEvent]:
    return list(StoredEvent.objects.filter(kind=f"sla.{kind}").order_by("pk"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"kind": "complaint", "severity": 2}, "complaint"),
        ({"kind": "complaint", "severity": 4}, "complaint-urgent"),
        ({"kind": "complaint", "severity": 2, "tier": "vip"}, "complaint-urgent"),
        ({"kind": "enquiry", "tier": "key"}, "vip"),
        ({"kind": "enquiry"}, "enquiry"),
        ({"kind": "complaint", "channel": "regulator"}, "regulator"),
        ({}, "standard"),
    ],
)
def test_the_service_level_is_chosen_by_rule_and_the_decision_kept(inputs: dict[str, object], code: str) -> None:
    assert services.choose(subject="case:1", inputs=inputs, by=SYSTEM).code == code
    assert Decision.objects.get(subject="case:1").outputs == {"policy": code}


@pytest.mark.django_db
def test_a_retired_level_gives_way_to_the_standard_one() -> None:
    services.retire_policy(policy=Policy.objects.get(code="enquiry"), by=SYSTEM)
    assert services.choose(subject="case:1", inputs={"kind": "enquiry"}, by=SYSTEM).code == "standard"
    with pytest.raises(Refused):
        services.retire_policy(policy=Policy.objects.get(code="standard"), by=SYSTEM)


@pytest.mark.django_db
def test_clocks_count_working_time_or_day_and_night_as_the_level_says(outlet: Branch) -> None:
    start(outlet, at=FRIDAY)
    assert clock().due_at == datetime(2026, 11, 23, 10, 30, tzinfo=BEIJING)
    assert clock(ClockKind.UPDATE).due_at == datetime(2026, 11, 23, 18, tzinfo=BEIJING)
    assert clock(ClockKind.RESOLUTION).due_at == FRIDAY + timedelta(days=7)
    assert [step["kind"] for step in clock().explanation] == ["start", "counted", "closed", "counted", "due"]


@pytest.mark.django_db
def test_starting_again_changes_nothing(outlet: Branch) -> None:
    start(outlet)
    start(outlet, at=FRIDAY)
    assert Clock.objects.count() == 3
    assert clock().started_at == MONDAY


@pytest.mark.django_db
def test_a_due_time_in_a_year_without_make_up_days_says_so(outlet: Branch) -> None:
    start(outlet, at=datetime(2026, 12, 31, 17, 30, tzinfo=BEIJING))
    assert "unknown_year" in [step["kind"] for step in clock().explanation]


@pytest.mark.django_db
def test_waiting_for_the_customer_moves_the_due_time_by_what_was_waited(outlet: Branch) -> None:
    start(outlet)
    services.pause(subject="case:1", at=MONDAY + timedelta(minutes=30), reason="Waiting for the customer", by=SYSTEM)
    paused = clock()
    assert (paused.state, paused.remaining, paused.next_at) == (ClockState.PAUSED, timedelta(minutes=90), None)
    assert services.tick(MONDAY + timedelta(days=30)) == 0
    services.resume(subject="case:1", at=MONDAY + timedelta(hours=2), by=SYSTEM)
    resumed = clock()
    assert resumed.due_at == datetime(2026, 11, 16, 14, 0, tzinfo=BEIJING)
    assert [step["kind"] for step in resumed.explanation] == [
        *["start", "counted", "paused", "resumed"],
        *["counted", "counted", "due"],
    ]
    counted = sum(step["seconds"] for step in resumed.explanation if step["kind"] == "counted")
    assert counted == 2 * 3600


@pytest.mark.django_db
def test_repeating_any_call_is_harmless(outlet: Branch) -> None:
    start(outlet)
    later = MONDAY + timedelta(minutes=10)
    for _again in range(2):
        services.pause(subject="case:1", at=later, reason="", by=SYSTEM)
    for _again in range(2):
        services.resume(subject="case:1", at=later, by=SYSTEM)
    for _again in range(2):
        services.meet(subject="case:1", kind=ClockKind.FIRST_RESPONSE, at=later, by=SYSTEM)
    for _again in range(2):
        services.cancel(subject="case:1", at=later, by=SYSTEM)
    assert clock().state == ClockState.MET
    assert clock().due_at == MONDAY + timedelta(hours=2)
    assert len(stored("ClockMet")) == 1
    assert not Clock.objects.live().exists()


@pytest.mark.django_db
def test_an_answer_that_came_late_is_late_even_before_any_tick(outlet: Branch) -> None:
    start(outlet)
    met = services.meet(
        subject="case:1", kind=ClockKind.FIRST_RESPONSE, at=MONDAY + timedelta(hours=2, seconds=1), by=SYSTEM
    )
    assert met is not None
    assert (met.state, met.breached_at) == (ClockState.MET_LATE, MONDAY + timedelta(hours=2))
    assert [event.payload["late"] for event in stored("ClockMet")] == [True]
    assert len(stored("ClockBreached")) == 1


@pytest.mark.django_db
def test_each_progress_report_starts_the_next_clock(outlet: Branch) -> None:
    start(outlet)
    tuesday = MONDAY + timedelta(days=1)
    fresh = services.restart(subject="case:1", kind=ClockKind.UPDATE, at=tuesday, by=SYSTEM)
    assert fresh is not None
    assert fresh.started_at == tuesday
    states = Clock.objects.filter(kind=ClockKind.UPDATE).order_by("pk").values_list("state", flat=True)
    assert list(states) == [ClockState.MET, ClockState.RUNNING]
    services.pause(subject="case:1", at=tuesday, reason="", by=SYSTEM)
    again = services.restart(subject="case:1", kind=ClockKind.UPDATE, at=tuesday + timedelta(hours=1), by=SYSTEM)
    assert again is not None
    assert again.state == ClockState.PAUSED


@pytest.mark.django_db
def test_warning_breach_and_every_level_are_told_once_and_climb_the_tree(
    outlet: Branch, region: Branch, headquarters: Branch, make_person: MakePerson
) -> None:
    owner = make_person("agent")
    near = make_person("branch-manager")
    middle = make_person("service-supervisor", branch=region)
    top = make_person("service-manager", branch=headquarters)
    start(outlet, owner)
    Clock.objects.exclude(kind=ClockKind.FIRST_RESPONSE).delete()
    for minutes in range(0, 9 * 60, 10):
        services.tick(MONDAY + timedelta(minutes=minutes))
        services.tick(MONDAY + timedelta(minutes=minutes))
    assert [event.payload["owner_id"] for event in stored("ClockWarned")] == [owner.pk]
    assert len(stored("ClockBreached")) == 1
    levels = [(event.payload["level"], event.payload["told"]) for event in stored("ClockEscalated")]
    assert levels == [(1, [near.pk]), (2, [middle.pk]), (3, [top.pk])]
    assert clock().state == ClockState.BREACHED_OPEN
    assert stored("ClockWarned")[0].subject == "case:1"


@pytest.mark.django_db
def test_a_branch_without_supervisors_asks_the_next_one_up(
    outlet: Branch, region: Branch, make_person: MakePerson
) -> None:
    boss = make_person("service-supervisor", branch=region)
    start(outlet, boss)
    other = make_person("service-supervisor", branch=region)
    services.tick(MONDAY + timedelta(hours=2))
    assert [event.payload["told"] for event in stored("ClockEscalated")] == [[other.pk]]


@pytest.mark.django_db
def test_a_clock_that_cannot_be_advanced_does_not_hold_up_the_others(outlet: Branch, other_outlet: Branch) -> None:
    start(outlet)
    Clock.objects.filter(kind=ClockKind.UPDATE).update(
        state=ClockState.BREACHED_OPEN, breached_at=MONDAY, next_at=MONDAY, level=0, version=0, explanation=[]
    )
    Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE).update(next_at=MONDAY, due_at=MONDAY)
    assert services.tick(MONDAY + timedelta(hours=1)) > 0
    assert clock().state == ClockState.BREACHED_OPEN


@pytest.mark.django_db
def test_changing_a_level_leaves_running_clocks_alone(outlet: Branch) -> None:
    start(outlet)
    before = Policy.objects.get(code="complaint", is_current=True)
    draft = [TargetDraft(ClockKind.FIRST_RESPONSE, 5, Unit.MINUTES, Counting.WORKING)]
    after = services.save_policy(
        code="complaint",
        name="投诉",
        targets=draft,
        escalations=[EscalationDraft(0, Tier.NEAREST)],
        seen_version=before.version,
        by=SYSTEM,
    )
    assert (after.version, clock().policy_id, clock().due_at) == (2, before.pk, MONDAY + timedelta(hours=2))
    assert services.choose(subject="case:2", inputs={"kind": "complaint"}, by=SYSTEM) == after
    with pytest.raises(Conflict):
        services.save_policy(
            code="complaint", name="投诉", targets=draft, escalations=[], seen_version=before.version, by=SYSTEM
        )
    with pytest.raises(BadInput):
        services.save_policy(code="complaint", name="投诉", targets=[], escalations=[], seen_version=2, by=SYSTEM)
    assert Policy.objects.get(code="complaint", is_current=True) == after


@pytest.mark.django_db
def test_late_and_soon_lists_keep_to_what_a_person_supervises(
    outlet: Branch, region: Branch, make_person: MakePerson, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner = make_person("agent")
    boss = make_person("service-supervisor", branch=region)
    elsewhere = people.open_branch(name="成都", code="CD", kind="region", parent=region.parent, by=SYSTEM)
    stranger = make_person("service-supervisor", branch=elsewhere)
    start(outlet, owner)
    for number in range(2, 32):
        policy = Policy.objects.get(code="complaint")
        services.start_clocks(
            subject=f"case:{number}", policy=policy, branch=outlet, owner=owner, at=MONDAY, label="", url="", by=SYSTEM
        )
    at = MONDAY + timedelta(hours=2)
    with django_assert_max_num_queries(5):
        found = list(selectors.late(boss, at))
        assert {found_clock.branch.name for found_clock in found} == {outlet.name}
    assert len(found) == 31
    assert selectors.late(owner, at).count() == 31
    assert not selectors.late(stranger, at).exists()
    assert selectors.soon(boss, MONDAY + timedelta(minutes=100)).count() == 31
    assert not selectors.soon(boss, MONDAY).exists()


@pytest.mark.django_db
def test_punctuality_tells_kept_late_and_open_apart(outlet: Branch) -> None:
    for number, minutes in enumerate((10, 200, None), start=1):
        services.start_clocks(
            subject=f"case:{number}",
            policy=Policy.objects.get(code="complaint"),
            branch=outlet,
            owner=None,
            at=MONDAY,
            label="",
            url="",
            by=SYSTEM,
        )
        if minutes:
            at = MONDAY + timedelta(minutes=minutes)
            services.meet(subject=f"case:{number}", kind=ClockKind.FIRST_RESPONSE, at=at, by=SYSTEM)
    found = selectors.punctuality(["case:1", "case:2", "case:3", "case:4"], ClockKind.FIRST_RESPONSE, MONDAY)
    assert found == {"case:1": True, "case:2": False, "case:3": None}


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_warn_once(headquarters: Branch) -> None:
    start(headquarters)
    at = MONDAY + timedelta(minutes=100)
    barrier = threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait()
            services.tick(at)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.tick(at)
    assert len(stored("ClockWarned")) == 1
    assert clock().warned_at == at


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_tick_at_once_agree_on_one_end(headquarters: Branch) -> None:
    start(headquarters)
    at = MONDAY + timedelta(hours=2, minutes=1)
    barrier = threading.Barrier(2)

    def run(act: str) -> None:
        try:
            barrier.wait()
            if act == "tick":
                services.tick(at)
            else:
                services.meet(subject="case:1", kind=ClockKind.FIRST_RESPONSE, at=at, by=SYSTEM)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in ("tick", "meet")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock().state == ClockState.MET_LATE
    assert len(stored("ClockBreached")) == 1
    assert len(stored("ClockMet")) == 1
