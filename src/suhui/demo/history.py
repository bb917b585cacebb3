"""Cases that ended before the stories begin: written in bulk, closed, with their story, clocks, causes and ratings."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from suhui.demo import texts
from suhui.demo.stories import Telling
from suhui.demo.world import Known, World
from suhui.engines.sla.choices import ClockKind, ClockState, Counting
from suhui.engines.sla.models import Clock, Policy
from suhui.platform.core.numbers import next_number
from suhui.platform.people.models import User
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, EntryKind, Outcome
from suhui.service.cases.models import Case, CaseEntry, CaseWaybill

KINDS = (CaseKind.COMPLAINT, CaseKind.ENQUIRY, CaseKind.SERVICE_REQUEST, CaseKind.ORDER_QUERY, CaseKind.SUGGESTION)
NUMBER_PREFIX = "T"


@dataclass
class Batch:
    cases: list[Case] = field(default_factory=list)
    links: list[CaseWaybill] = field(default_factory=list)
    entries: list[CaseEntry] = field(default_factory=list)
    clocks: list[tuple[Case, Clock]] = field(default_factory=list)


def write(telling: Telling, *, count: int, before: datetime) -> None:
    """`count` closed cases of the three weeks before `before`."""
    world = telling.world
    policies = {policy.code: policy for policy in Policy.objects.filter(is_current=True)}
    batch = Batch()
    moments = sorted(before - timedelta(hours=world.random.uniform(30, 21 * 24)) for _number in range(count))
    for at in moments:
        _add(telling, batch, at, world.random.choice(list(policies.values())))
    Case.objects.bulk_create(batch.cases)
    CaseWaybill.objects.bulk_create(batch.links)
    CaseEntry.objects.bulk_create(batch.entries)
    for case, clock in batch.clocks:
        clock.subject, clock.label, clock.url = case.key, f"{case.number} {case.subject}"[:120], f"/cases/{case.pk}/"
    Clock.objects.bulk_create([clock for _case, clock in batch.clocks])


def _add(telling: Telling, batch: Batch, at: datetime, policy: Policy) -> None:
    world, random = telling.world, telling.random
    known = random.choice(world.customers)
    kind = random.choices(KINDS, (58, 17, 15, 6, 4))[0]
    agent = world.someone("agent", world.region_of(known.outlet))
    waybill = telling.parcel_for(known)
    number = waybill.number if waybill else ""
    code, subject, text = telling.opening(kind)
    late = random.random() < 0.18
    lasted = timedelta(hours=random.uniform(60, 120) if late else random.uniform(2, 44))
    stars = random.choices((None, 5, 4, 3, 2, 1), (35, 27, 18, 10, 6, 4))[0]
    closed = at + lasted
    case = Case(
        number=next_number(NUMBER_PREFIX, at),
        kind=kind,
        category=telling.category(code),
        severity=random.choice((1, 2, 2, 2, 3, 3, 4)),
        priority=random.choice((1, 2, 2, 2, 3)),
        channel=random.choice((CaseChannel.PHONE, CaseChannel.PHONE, CaseChannel.PORTAL)),
        state=CaseState.CLOSED,
        customer=known.customer,
        contact_name=known.customer.name,
        branch=world.region_of(known.outlet),
        responsible_branch=known.outlet,
        owner=agent,
        subject=telling.fill(subject, number=number)[:120],
        text=telling.fill(text, number=number),
        remedy=random.choice(texts.REMEDIES) if kind == CaseKind.COMPLAINT else "",
        policy=policy,
        last_entry_at=closed,
        opened_at=at,
        contacted_at=at + timedelta(minutes=random.randrange(4, 90)),
        resolved_at=closed - timedelta(hours=1),
        closed_at=closed,
        cause=random.choice(telling.causes) if kind == CaseKind.COMPLAINT else None,
        outcome=random.choice([Outcome.SOLVED, Outcome.COMPENSATED, Outcome.EXPLAINED]),
        satisfaction=stars,
        satisfaction_words=random.choice(texts.RATING_WORDS[stars]) if stars else "",
        satisfaction_at=closed if stars else None,
    )
    batch.cases.append(case)
    if waybill:
        batch.links.append(CaseWaybill(case=case, waybill=waybill, linked_at=at))
    _write_entries(telling, batch, case, known, agent)
    _write_clocks(world, batch, case, late=late)


def _write_entries(telling: Telling, batch: Batch, case: Case, known: Known, agent: User) -> None:
    random = telling.random
    opened, closed = case.opened_at, case.closed_at or case.opened_at
    customer = known.customer.name[:1] + "**"
    told = telling.fill(random.choice(texts.FIRST_REPLIES), person=agent.name)
    lines = [
        (opened, EntryKind.OPENED, case.text, False, None),
        (opened + timedelta(minutes=12), EntryKind.MESSAGE_OUT, told, False, agent),
        (opened + (closed - opened) * 0.4, EntryKind.NOTE, random.choice(texts.NOTES), True, agent),
        (opened + (closed - opened) * 0.6, EntryKind.MESSAGE_OUT, random.choice(texts.PROGRESS), False, agent),
    ]
    for at, kind, text, internal, actor in lines:
        batch.entries.append(
            CaseEntry(
                case=case,
                kind=kind,
                text=text,
                internal=internal,
                actor_kind="staff" if actor else "customer",
                actor_label=actor.name if actor else customer,
                actor=actor,
                at=at,
                published_at=None if internal else at,
            )
        )


def _write_clocks(world: World, batch: Batch, case: Case, *, late: bool) -> None:
    """The first answer and the resolution, kept or kept late."""
    opened, closed = case.opened_at, case.closed_at or case.opened_at
    answered = opened + timedelta(minutes=12)
    slow = late and world.random.random() < 0.4
    first_due = opened + timedelta(minutes=8 if slow else 60)
    due = opened + timedelta(hours=48)
    for kind, due_at, met_at in ((ClockKind.FIRST_RESPONSE, first_due, answered), (ClockKind.RESOLUTION, due, closed)):
        over = met_at > due_at
        clock = Clock(
            kind=kind,
            policy=case.policy,
            branch=case.branch,
            owner=case.owner,
            counting=Counting.CALENDAR,
            state=ClockState.MET_LATE if over else ClockState.MET,
            started_at=opened,
            due_at=due_at,
            warn_at=due_at - timedelta(minutes=5),
            lead=timedelta(minutes=5),
            breached_at=due_at if over else None,
            ended_at=met_at,
        )
        batch.clocks.append((case, clock))
