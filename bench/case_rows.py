"""Cases with their story, clocks, requests, promises, proposals and the calls they came by, a stretch at a time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from bench import words
from bench.copying import NULL, Sheet, maybe, time
from bench.finding import Index
from bench.scale import DAY, Known, Plan
from bench.world import World
from suhui.contact.conversations.models import Contact
from suhui.demo import texts
from suhui.engines.sla.choices import ClockKind, ClockState, Counting, Unit
from suhui.engines.sla.models import Clock, Policy
from suhui.engines.tasks.choices import LogKind, TaskKind, TaskState
from suhui.engines.tasks.choices import Outcome as Ending
from suhui.engines.tasks.models import Task, TaskLog
from suhui.platform.core.numbers import luhn_digit
from suhui.platform.search.registry import Detail, SearchDoc
from suhui.service.cases import states
from suhui.service.cases.choices import (
    CaseChannel,
    CaseKind,
    CaseState,
    EntryKind,
    Outcome,
    ProposalState,
    Purpose,
)
from suhui.service.cases.models import Case, CaseEntry, CaseTask, CaseWaybill, Category, Cause, Proposal, Watch

HOUR = 3600
KINDS = (CaseKind.COMPLAINT, CaseKind.ENQUIRY, CaseKind.SERVICE_REQUEST, CaseKind.ORDER_QUERY, CaseKind.SUGGESTION)
OPEN_UNTIL = ((1, 0.9), (3, 0.7), (7, 0.45), (30, 0.17), (400, 0.006))
"""How many of the cases of this age (in days) are still open: three in a hundred of a year's."""
_EIGHT = 8 * HOUR
_PER = {Unit.MINUTES: 60, Unit.HOURS: HOUR, Unit.DAYS: DAY}


@dataclass
class Setup:
    """What administrators have set up, read once."""

    policies: dict[str, tuple[int, dict[str, int]]] = field(default_factory=dict)
    categories: dict[str, list[int]] = field(default_factory=dict)
    causes: list[int] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Setup":
        found = cls()
        for policy in Policy.objects.filter(is_current=True).prefetch_related("targets"):
            spans = {target.kind: target.amount * _PER[Unit(target.unit)] for target in policy.targets.all()}
            found.policies[policy.code] = (policy.pk, spans)
        for row in Category.objects.exclude(parent=None).select_related("parent"):
            found.categories.setdefault(row.parent.code if row.parent else "", []).append(row.pk)
        found.causes = list(Cause.objects.exclude(parent=None).values_list("pk", flat=True))
        found.labels = {value: str(label) for value, label in CaseState.choices}
        return found


@dataclass
class Sheets:
    index: Index = field(default_factory=Index)

    def __post_init__(self) -> None:
        self.cases = Sheet(
            Case,
            *("id", "created_at", "updated_at", "number", "kind", "category_id", "severity", "priority", "channel"),
            *("state", "version", "customer_id", "contact_name", "contact_phone", "branch_id"),
            *("responsible_branch_id", "owner_id", "subject", "text", "remedy", "tags", "policy_id"),
            *("next_due_at", "next_warn_at", "next_due_kind", "awaits_reply_since", "last_entry_at", "opened_at"),
            *("contacted_at", "resolved_at", "closed_at", "reopened_count", "cause_id", "outcome"),
            *("satisfaction", "satisfaction_words", "satisfaction_at"),
        )
        self.links = Sheet(CaseWaybill, "id", "case_id", "waybill_id", "linked_at")
        self.entries = Sheet(
            CaseEntry,
            *("id", "case_id", "kind", "text", "internal", "actor_kind", "actor_label", "actor_id", "at"),
            *("channel", "published_at", "case_opened_at"),
        )
        self.clocks = Sheet(
            Clock,
            *("id", "created_at", "updated_at", "subject", "kind", "policy_id", "branch_id", "owner_id", "counting"),
            *("label", "url", "state", "started_at", "due_at", "warn_at", "lead", "next_at", "warned_at"),
            *("breached_at", "paused_at", "ended_at", "remaining", "level"),
        )
        self.tasks = Sheet(
            Task,
            *("id", "created_at", "updated_at", "kind", "subject", "title", "body", "whose", "url", "branch_id"),
            *("from_branch_id", "assignee_id", "made_by_id", "state", "due_at", "warn_at", "result", "done_at"),
            *("done_by_id", "outcome", "next_chase_at"),
        )
        self.logs = Sheet(TaskLog, "id", "task_id", "kind", "text", "actor_label", "actor_id", "at")
        self.case_tasks = Sheet(CaseTask, "id", "case_id", "task_id", "purpose")
        self.proposals = Sheet(
            Proposal,
            *("id", "case_id", "text", "amount_fen", "state", "offered_at", "offered_by_id"),
            *("answered_at", "answer_words", "answer_channel"),
        )
        self.watches = Sheet(Watch, "id", "case_id", "user_id", "since")
        self.contacts = Sheet(
            Contact,
            *("id", "created_at", "channel", "direction", "customer_id", "phone", "text", "seconds", "at"),
            *("agent_id", "branch_id", "case"),
        )

    def all(self) -> list[Sheet]:
        return [
            *(self.cases, self.links, self.entries, self.clocks, self.tasks, self.logs, self.case_tasks),
            *(self.proposals, self.watches, self.contacts, self.index.entries, self.index.keys),
        ]


@dataclass
class Telling:
    """One case while it is made; times in seconds since 1970."""

    pk: int
    number: str
    kind: CaseKind
    subject: str
    text: str
    waybill: int | None
    parcel: str
    customer: Known
    branch: int
    opened: int
    agent: tuple[int, str]
    owner: int | None
    state: CaseState
    answered: int | None
    ended: int | None
    policy: int
    spans: dict[str, int]
    last: int = 0
    due: tuple[int, int, str] | None = None

    @property
    def key(self) -> str:
        return f"case:{self.pk}"

    @property
    def url(self) -> str:
        return f"/cases/{self.pk}/"

    @property
    def open(self) -> bool:
        return self.state in states.OPEN

    @property
    def paused(self) -> bool:
        return self.state in states.PAUSING


@dataclass
class Maker:
    plan: Plan
    world: World
    setup: Setup

    def write(self, sheets: Sheets, first: int, last: int) -> None:
        dice = Random(self.plan.seed * 1_000_033 + first)
        for case in range(first, last):
            told = self._begin(dice, case)
            self._entries(sheets, dice, told)
            self._clocks(sheets, told)
            self._tasks(sheets, dice, told)
            self._case(sheets, dice, told)
            self._call(sheets, dice, told)
            _found(sheets.index, self.setup, told)

    def _begin(self, dice: Random, case: int) -> Telling:
        plan, world = self.plan, self.world
        opened = plan.born(case, plan.cases)
        parcel = plan.parcel_of(case)
        customer = plan.customers[dice.randrange(len(plan.customers))] if parcel is None else plan.recipient(parcel)
        number = "" if parcel is None else plan.parcel_number(parcel)[1]
        kind = dice.choices(KINDS, (40, 25, 20, 11, 4))[0]
        branch = dice.choice(world.desks[customer.outlet])
        agent = dice.choice(world.staff[branch])
        state, answered, ended = _course(dice, opened, plan.end)
        policy, spans = self.setup.policies[_policy(dice, kind)]
        subject, words_ = _opening(dice, kind, number)
        return Telling(
            pk=case + 1,
            number=self._number(case, opened),
            kind=kind,
            subject=subject,
            text=words_,
            waybill=None if parcel is None else parcel + 1,
            parcel=number,
            customer=customer,
            branch=branch,
            opened=opened,
            agent=agent,
            owner=None if state == CaseState.NEW and dice.random() < 0.7 else agent[0],
            state=state,
            answered=answered,
            ended=ended,
            policy=policy,
            spans=spans,
            last=opened,
        )

    def _number(self, case: int, opened: int) -> str:
        """By day and running count, as the product gives them."""
        day = (opened + _EIGHT) // DAY
        body = f"{datetime.fromtimestamp(opened + _EIGHT, UTC):%y%m%d}{case - self.first_of(day) + 1:04d}"
        return f"T{body}{luhn_digit(body)}"

    def first_of(self, day: int) -> int:
        """The first case of a day of Beijing, counted from 1970."""
        at = day * DAY - _EIGHT
        guess = max(0, (at - self.plan.start) * self.plan.cases // (400 * DAY) - 1)
        while self.plan.born(guess, self.plan.cases) < at:
            guess += 1
        return guess

    def _entries(self, sheets: Sheets, dice: Random, told: Telling) -> None:
        """What was said: three lines on an average, more on one that is worked on for long."""
        masked = told.customer.name[:1] + "**"
        lines: list[tuple[int, EntryKind, str, bool, bool]] = [(told.opened, EntryKind.OPENED, told.text, False, False)]
        until = told.ended or self.plan.end
        if told.answered is not None:
            first = words.fill(dice.choice(texts.FIRST_REPLIES), dice, who=told.agent[1])
            lines.append((told.answered, EntryKind.MESSAGE_OUT, first, False, True))
            length = until - told.answered
            for kind, stock, internal, staff, chance in _TALK:
                if dice.random() < chance:
                    at = told.answered + int(length * dice.uniform(0.1, 0.9))
                    lines.append((at, kind, dice.choice(stock), internal, staff))
        for place, (at, kind, said, internal, staff) in enumerate(sorted(lines)):
            sheets.entries.add(
                *(str(told.pk * 8 + place), str(told.pk), kind.value, said, "t" if internal else "f"),
                *(("staff", told.agent[1], str(told.agent[0])) if staff else ("customer", masked, NULL)),
                *(time(at), "" if internal or staff else CaseChannel.PHONE.value),
                *(NULL if internal or not staff else time(at), time(told.opened)),
            )
            told.last = max(told.last, at)

    def _clocks(self, sheets: Sheets, told: Telling) -> None:
        place = 0
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.UPDATE, ClockKind.RESOLUTION):
            if kind.value not in told.spans:
                continue
            if kind == ClockKind.UPDATE and (told.answered is None or not told.open):
                continue
            started = told.last if kind == ClockKind.UPDATE else told.opened
            met = told.answered if kind == ClockKind.FIRST_RESPONSE else told.ended
            self._clock(sheets, told, place, kind, started, met)
            place += 1

    def _clock(self, sheets: Sheets, told: Telling, place: int, kind: ClockKind, started: int, met: int | None) -> None:
        end, span = self.plan.end, told.spans[kind.value]
        due, lead = started + span, min(span // 2, max(span // 5, 1800))
        over = (met or end) > due
        paused = NULL
        if met is not None:
            state = ClockState.MET_LATE if over else ClockState.MET
        elif told.paused:
            state, paused, over = ClockState.PAUSED, time(told.last), told.last > due
        else:
            state = ClockState.BREACHED_OPEN if over else ClockState.RUNNING
            mine = (due, due - lead, kind.value)
            told.due = mine if told.due is None else min(told.due, mine)
        warned = state != ClockState.PAUSED and (over or (met is None and end > due - lead))
        following = (due if warned else due - lead) if state == ClockState.RUNNING else None
        left = f"{max(0, due - told.last)} seconds" if state == ClockState.PAUSED and not over else NULL
        sheets.clocks.add(
            *(str(told.pk * 3 + place), time(started), time(met or started), told.key, kind.value, str(told.policy)),
            *(str(told.branch), maybe(told.owner), Counting.CALENDAR.value, f"{told.number} {told.subject}"[:120]),
            *(told.url, state.value, time(started), time(due), time(due - lead), f"{lead} seconds"),
            *(NULL if following is None else time(following), time(due - lead) if warned else NULL),
            *(time(due) if over else NULL, paused, NULL if met is None else time(met), left),
            "3" if state == ClockState.BREACHED_OPEN else "0",
        )

    def _tasks(self, sheets: Sheets, dice: Random, told: Telling) -> None:
        if told.answered is None:
            return
        complaint = told.kind == CaseKind.COMPLAINT
        if dice.random() < (0.6 if complaint else 0.1):
            question = words.fill(dice.choice(texts.FACT_QUESTIONS), dice, number=told.parcel)
            self._task(sheets, dice, told, 0, Purpose.FACTS, question, dice.choice(texts.FACT_ANSWERS))
        if dice.random() < 0.2:
            self._task(sheets, dice, told, 1, Purpose.PROMISE, dice.choice(texts.PROMISES), "已电话告知客户。")
        if complaint and dice.random() < 0.6:
            self._proposal(sheets, dice, told)

    def _task(
        self, sheets: Sheets, dice: Random, told: Telling, place: int, purpose: Purpose, words_: str, answer: str
    ) -> None:
        promise = purpose == Purpose.PROMISE
        asked = (told.answered or told.opened) + dice.randrange(300, HOUR)
        span = dice.choice((2, 4, 8, 24)) * HOUR
        done = asked + int(span * dice.uniform(0.1, 1.2))
        waits = told.open and (told.state == CaseState.WAITING_DEPARTMENT or dice.random() < 0.25)
        if waits:
            done = 0
        elif done > self.plan.end or asked > self.plan.end:
            return
        branch = told.branch if promise else told.customer.outlet
        worker = told.agent[0] if promise else self.world.clerks.get(branch)
        pk = str(told.pk * 2 + place)
        state = TaskState.DONE if done else (TaskState.CLAIMED if worker else TaskState.OPEN)
        late = bool(done) and done > asked + span
        ending = (Ending.KEPT_LATE if late else Ending.KEPT) if promise else (Ending.LATE if late else Ending.ON_TIME)
        sheets.tasks.add(
            *(pk, time(asked), time(done or asked)),
            *(TaskKind.PROMISE.value if promise else TaskKind.FACT_REQUEST.value, told.key, words_[:160]),
            *("" if promise else words_, told.customer.name[:1] + "**", told.url, str(branch), str(told.branch)),
            *(NULL if state == TaskState.OPEN else maybe(worker), str(told.agent[0]), state.value),
            *(time(asked + span), time(asked + span - span // 5), answer if done else ""),
            *((time(done), maybe(worker), ending.value) if done else (NULL, NULL, "")),
            NULL,
        )
        sheets.logs.add(str(told.pk * 8 + place * 2), pk, LogKind.CREATED.value, "", told.agent[1], NULL, time(asked))
        if done:
            log = str(told.pk * 8 + place * 2 + 1)
            sheets.logs.add(log, pk, LogKind.COMPLETED.value, answer, told.agent[1], NULL, time(done))
        sheets.case_tasks.add(pk, str(told.pk), pk, purpose.value)

    def _proposal(self, sheets: Sheets, dice: Random, told: Telling) -> None:
        if told.open and told.state not in {CaseState.PROPOSED, CaseState.EXECUTING}:
            return
        said, paid = dice.choice(texts.PROPOSALS)
        yuan = dice.choice((30, 50, 80, 120, 260))
        offered = told.state == CaseState.PROPOSED
        sheets.proposals.add(
            *(str(told.pk), str(told.pk), said.format(yuan=yuan), str(yuan * 100) if paid else NULL),
            ProposalState.OFFERED.value if offered else ProposalState.ACCEPTED.value,
            *(time(told.last), str(told.agent[0]), NULL if offered else time(told.last)),
            *("" if offered else dice.choice(texts.AGREED), "" if offered else CaseChannel.PHONE.value),
        )

    def _case(self, sheets: Sheets, dice: Random, told: Telling) -> None:
        complaint, closed = told.kind == CaseKind.COMPLAINT, told.state == CaseState.CLOSED
        stars = dice.choices((None, 5, 4, 3, 2, 1), (50, 22, 14, 7, 4, 3))[0] if closed else None
        rated = told.ended + dice.randrange(HOUR, DAY) if stars and told.ended else None
        code = dice.choice(list(self.setup.categories)) if complaint else ""
        tags = dice.sample(words.TAGS, 2 if dice.random() < 0.2 else 1) if dice.random() < 0.15 else []
        due, warn, kind = told.due or (None, None, "")
        waits = told.open and not told.paused and dice.random() < 0.3
        ended = None if told.ended is None else time(told.ended)
        sheets.cases.add(
            *(str(told.pk), time(told.opened), time(told.last), told.number, told.kind.value),
            maybe(dice.choice(self.setup.categories[code]) if code else None),
            *(str(dice.choice((1, 2, 2, 2, 3, 3, 4))), str(dice.choices((1, 2, 3, 4), (15, 60, 20, 5))[0])),
            dice.choices(("phone", "portal", "wechat", "mail", "exception", "chat"), (45, 25, 12, 6, 7, 5))[0],
            *(told.state.value, str(dice.randrange(1, 9)), str(told.customer.id), told.customer.name),
            *(told.customer.phone, str(told.branch), str(told.customer.outlet), maybe(told.owner), told.subject),
            *(told.text, dice.choice(texts.REMEDIES) if complaint else "", "{" + ",".join(tags) + "}"),
            *(str(told.policy), NULL if due is None else time(due), NULL if warn is None else time(warn), kind),
            *(time(told.last) if waits else NULL, time(told.last), time(told.opened)),
            *(
                NULL if told.answered is None else time(told.answered),
                ended or NULL,
                ended if closed and ended else NULL,
            ),
            "1" if told.state == CaseState.REOPENED or dice.random() < 0.02 else "0",
            maybe(dice.choice(self.setup.causes) if complaint and told.ended and dice.random() < 0.9 else None),
            dice.choice((Outcome.SOLVED.value, Outcome.COMPENSATED.value, Outcome.EXPLAINED.value)) if closed else "",
            *(maybe(stars), dice.choice(texts.RATING_WORDS[stars]) if stars else "", time(rated) if rated else NULL),
        )
        if told.waybill is not None:
            sheets.links.add(str(told.pk), str(told.pk), str(told.waybill), time(told.opened))
        if told.open and dice.random() < 0.06:
            watcher = dice.choice(self.world.staff[told.branch])[0]
            sheets.watches.add(str(told.pk), str(told.pk), str(watcher), time(told.opened))

    def _call(self, sheets: Sheets, dice: Random, told: Telling) -> None:
        """Three cases in ten came by a call that was logged."""
        if dice.random() >= 0.3:
            return
        said = words.fill(dice.choice(texts.CALLS), dice, number=told.parcel)
        customer = told.customer
        sheets.contacts.add(
            *(str(told.pk), time(told.opened), "phone", "in", str(customer.id), customer.phone, said),
            *(str(dice.randrange(40, 600)), time(told.opened), str(told.agent[0]), str(told.branch), told.key),
        )
        doc = SearchDoc(
            title=customer.name,
            title_mask="" if customer.company else "mask_name",
            url=f"/contacts/{told.pk}/",
            at=datetime.fromtimestamp(told.opened, UTC),
            details=(Detail(customer.phone, "mask_phone"), Detail(self.branch_name(told.branch))),
            names=(customer.name,),
            phones=(customer.phone,),
            texts=(said,),
            branch_ids=(told.branch,),
            owner_ids=(told.agent[0],),
        )
        sheets.index.add("contact", told.pk, doc)

    def branch_name(self, pk: int) -> str:
        return self.world.names[pk]


_TALK = (
    (EntryKind.NOTE, texts.NOTES, True, True, 0.45),
    (EntryKind.MESSAGE_OUT, texts.PROGRESS, False, True, 0.4),
    (EntryKind.MESSAGE_IN, texts.CUSTOMER_AGAIN, False, False, 0.2),
)


def _found(index: Index, setup: Setup, told: Telling) -> None:
    numbers = (told.parcel,) if told.parcel else ()
    doc = SearchDoc(
        title=f"{told.number} {told.subject}",
        url=told.url,
        at=datetime.fromtimestamp(told.last, UTC),
        details=(Detail(setup.labels[told.state.value]), *(Detail(number) for number in numbers)),
        names=(told.customer.name,),
        numbers=(told.number, *numbers),
        phones=(told.customer.phone,),
        texts=(told.subject, told.text),
        branch_ids=(told.branch, told.customer.outlet),
        owner_ids=(told.owner,) if told.owner else (),
    )
    index.add("case", told.pk, doc)


def _course(dice: Random, opened: int, end: int) -> tuple[CaseState, int | None, int | None]:
    """How far it has come: the state, when it was answered, when it ended."""
    age = (end - opened) / DAY
    still = dice.random() < next(share for days, share in OPEN_UNTIL if age <= days)
    answered = opened + int(HOUR * dice.expovariate(1.4))
    if not still:
        ended = opened + int(HOUR * (dice.uniform(60, 160) if dice.random() < 0.12 else dice.uniform(1, 44)))
        if ended > end:
            ended = end - int((end - opened) * dice.uniform(0.02, 0.4))
        state = CaseState.RESOLVED if end - ended < DAY and dice.random() < 0.5 else CaseState.CLOSED
        return state, min(answered, ended), ended
    if answered > end or (age < 1 and dice.random() < 0.25):
        return CaseState.NEW, None, None
    weights = (40, 15, 20, 12, 10, 3) if age < 7 else (12, 40, 18, 25, 4, 1)
    return dice.choices(_WORKED_ON, weights)[0], answered, None


_WORKED_ON = (
    CaseState.IN_PROGRESS,
    CaseState.WAITING_CUSTOMER,
    CaseState.WAITING_DEPARTMENT,
    CaseState.PROPOSED,
    CaseState.EXECUTING,
    CaseState.REOPENED,
)


def _policy(dice: Random, kind: CaseKind) -> str:
    if kind == CaseKind.COMPLAINT:
        return dice.choices(("complaint", "complaint-urgent", "vip", "regulator"), (70, 22, 5, 3))[0]
    return {CaseKind.ENQUIRY: "enquiry", CaseKind.ORDER_QUERY: "query", CaseKind.SUGGESTION: "suggestion"}.get(
        kind, "standard"
    )


def _opening(dice: Random, kind: CaseKind, number: str) -> tuple[str, str]:
    """Subject and words."""
    if kind == CaseKind.COMPLAINT:
        pair = dice.choice(texts.COMPLAINTS[dice.choice(list(texts.COMPLAINTS))])
    else:
        stock = {
            CaseKind.ENQUIRY: texts.ENQUIRIES,
            CaseKind.ORDER_QUERY: texts.ORDER_QUERIES,
            CaseKind.SERVICE_REQUEST: texts.REQUESTS,
            CaseKind.SUGGESTION: texts.SUGGESTIONS,
        }
        pair = dice.choice(stock[kind])
    subject, said = words.fill(pair[0], dice, number=number), words.fill(pair[1], dice, number=number)
    return subject[:120], said + words.fill(words.more(dice), dice)
