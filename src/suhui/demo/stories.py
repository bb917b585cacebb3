"""The cases of the demo company, told forward in time: each story is a generator that acts, then waits.

The teller keeps one clock for all of them: what happened in the week before now happened in its order, through the
services, with the rules, deadlines and hand-overs that would have been.
"""

import heapq
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from itertools import count

from suhui.demo import texts
from suhui.demo.world import Known, World, hand_out
from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.choices import TaskState
from suhui.engines.tasks.models import Task
from suhui.platform.core import clock
from suhui.platform.core.actors import Actor
from suhui.platform.people.models import User
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill, WaybillException
from suhui.service.cases import services
from suhui.service.cases.choices import CaseChannel, CaseKind, Outcome
from suhui.service.cases.models import Case, Category, Cause

STORY_DAYS = 2.5
"""How far back the stories begin; what is older is written by history.py."""
EVERY = timedelta(hours=2)
Story = Generator[timedelta, None, None]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def tell(world: World, plan: list[tuple[datetime, Story]], between: Callable[[datetime], None]) -> Iterator[datetime]:
    """Run all stories up to `world.now` in the order of time; yields each moment. `between(at)` now and then."""
    order = count()
    queue = [(at, next(order), story) for at, story in plan]
    heapq.heapify(queue)
    hour = queue[0][0] if queue else world.now
    while queue and queue[0][0] < world.now:
        at, _number, story = heapq.heappop(queue)
        while hour + EVERY <= at:
            hour += EVERY
            with clock.turned_to(hour):
                between(hour)
        with clock.turned_to(at):
            wait = next(story, None)
        yield at
        if wait is not None:
            heapq.heappush(queue, (at + wait, next(order), story))


class Telling:
    """What the stories share: categories and causes by code, parcels by outlet, words."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.random
        self.categories = {row.code: row for row in Category.objects.select_related("parent")}
        self.causes = list(Cause.objects.exclude(parent=None))
        self.parcels: dict[int, list[Waybill]] = {}
        for waybill in Waybill.objects.order_by("id"):
            self.parcels.setdefault(waybill.destination_id or 0, []).append(waybill)

    def fill(self, text: str, *, number: str = "", person: str = "") -> str:
        until = clock.local(clock.now() + hours(self.random.choice((2, 3, 4))))
        return text.format(
            number=number,
            goods=self.random.choice(texts.GOODS),
            yuan=self.random.choice((35, 58, 128, 299, 460, 880, 1299, 2600)),
            city=self.random.choice(("广州", "上海", "成都", "武汉", "郑州", "北京", "西安", "杭州")),
            days=self.random.choice((2, 3, 4, 5, 7)),
            person=person[:1] and f"{person[:1]}女士" if self.random.random() < 0.5 else person,
            time=f"今天{until:%H}点" if until.hour < 20 else "明天上午十点",
        )

    def parcel_for(self, known: Known) -> Waybill | None:
        waiting = self.parcels.get(known.outlet.pk)
        return self.random.choice(waiting) if waiting else None

    def opening(self, kind: str) -> tuple[str, str, str]:
        """(category code, subject, text) for a case of this kind."""
        if kind == CaseKind.COMPLAINT:
            weights = {"delay": 5, "delivery": 5, "damaged": 4, "lost": 3}
            code = self.random.choices(list(texts.COMPLAINTS), [weights.get(c, 1) for c in texts.COMPLAINTS])[0]
            return (code, *self.random.choice(texts.COMPLAINTS[code]))
        stock = {
            CaseKind.ENQUIRY: texts.ENQUIRIES,
            CaseKind.ORDER_QUERY: texts.ORDER_QUERIES,
            CaseKind.SERVICE_REQUEST: texts.REQUESTS,
            CaseKind.SUGGESTION: texts.SUGGESTIONS,
        }[CaseKind(kind)]
        return ("", *self.random.choice(stock))

    def category(self, code: str) -> Category | None:
        """One of the finer categories under this one."""
        children = [row for row in self.categories.values() if row.parent and row.parent.code == code]
        return self.random.choice(children) if children else self.categories.get(code)

    def open(self, known: Known, kind: str, agent: User | None) -> Case:
        waybill = self.parcel_for(known)
        code, subject, text = self.opening(kind)
        number = waybill.number if waybill else ""
        by = Actor.staff(agent) if agent else Actor.customer(known.customer.name[:1] + "**")
        found = services.intake(
            channel=CaseChannel.PHONE if agent else CaseChannel.PORTAL,
            kind=kind,
            subject=self.fill(subject, number=number),
            text=self.fill(text, number=number),
            by=by,
            customer=known.customer,
            phone=known.phone,
            name=known.customer.name,
            waybills=[waybill] if waybill else [],
            branch=self.world.region_of(known.outlet),
            responsible_branch=known.outlet,
            category=self.category(code),
            remedy=self.random.choice(texts.REMEDIES) if kind == CaseKind.COMPLAINT else "",
        )
        return found.case

    def again(self, case: Case) -> Case:
        """The case as it is now."""
        return Case.objects.select_related("branch", "owner", "customer", "category").get(pk=case.pk)

    # --- stories ---

    def trouble(self, waybill_id: int) -> Story:
        """The watch over parcels finds what is wrong with one; an agent takes its case, a clerk clears it."""
        random = self.random
        waybill = Waybill.objects.get(pk=waybill_id)
        raised = shipments.find_exceptions(waybill=waybill, by=Actor.system("shipments"))
        hand_out()
        yield minutes(random.randrange(6, 50))
        outlet = next(one for one in self.world.outlets if one.pk == waybill.destination_id)
        agent = self.world.someone("agent", self.world.region_of(outlet))
        keys = WaybillException.objects.filter(pk__in=[row.pk for row in raised]).exclude(case_key="")
        case = self.about(keys.values_list("case_key", flat=True).first())
        if case is not None and (case.owner_id is not None or random.random() < 0.15):
            case = None
        if case is not None:
            services.take(case=case, user=agent, by=Actor.staff(agent))
            yield minutes(random.randrange(3, 25))
            services.reply(case=self.again(case), text=random.choice(texts.TROUBLE_REPLIES), by=Actor.staff(agent))
        yield hours(random.choice((1, 2, 5, 11, 24)))
        if random.random() < 0.25:
            return
        clerk = random.choice(self.world.people["follow-up-clerk"])
        for row in raised:
            shipments.clear_exception(exception=row, by=Actor.staff(clerk), note=random.choice(texts.CLEARED))
        if case is not None:
            yield minutes(random.randrange(5, 90))
            yield from self.end(case, agent, Outcome.SOLVED)

    @staticmethod
    def about(key: str | None) -> Case | None:
        """The open case an exception led to, if it led to one."""
        return Case.objects.open().filter(pk=key.removeprefix("case:")).first() if key else None

    def simple(self, known: Known, kind: str) -> Story:
        """An enquiry or request: taken, answered, perhaps answered again, closed; some nobody has taken yet."""
        random = self.random
        agent = self.world.someone("agent", self.world.region_of(known.outlet))
        case = self.open(known, kind, agent if random.random() < 0.7 else None)
        yield minutes(random.randrange(3, 90))
        case = self.again(case)
        if case.owner is None:
            case = services.take(case=case, user=agent, by=Actor.staff(agent))
        worker = case.owner or agent
        services.reply(
            case=case, text=self.fill(random.choice(texts.FIRST_REPLIES), person=worker.name), by=Actor.staff(worker)
        )
        yield minutes(random.randrange(30, 400))
        if random.random() < 0.2:
            services.reply(
                case=self.again(case),
                text=random.choice(texts.QUESTIONS),
                by=Actor.staff(worker),
                then="waiting_customer",
            )
            yield hours(random.choice((3, 9, 30)))
        if random.random() < 0.35:
            services.hear(
                case=self.again(case),
                text=random.choice(texts.CUSTOMER_AGAIN),
                by=Actor.customer("客户"),
                channel="portal",
            )
            yield minutes(random.randrange(10, 240))
            services.reply(case=self.again(case), text=random.choice(texts.PROGRESS), by=Actor.staff(worker))
            yield minutes(random.randrange(60, 600))
        yield from self.end(case, worker, Outcome.EXPLAINED if kind == CaseKind.ENQUIRY else Outcome.SOLVED)

    def doubled(self, known: Known) -> Story:
        """A second case about the same matter, found and merged by whoever took the first."""
        agent = self.world.someone("agent", self.world.region_of(known.outlet))
        first = self.open(known, CaseKind.COMPLAINT, agent)
        yield minutes(self.random.randrange(10, 60))
        second = services.intake(
            channel=CaseChannel.PHONE,
            kind=CaseKind.ENQUIRY,
            text="家人也打过电话，问的是同一件快递，请一并处理。",
            customer=known.customer,
            name=known.customer.name,
            branch=self.world.region_of(known.outlet),
            by=Actor.staff(agent),
        ).case
        yield minutes(self.random.randrange(3, 20))
        services.merge(case=self.again(second), into=self.again(first), user=agent)

    def returning(self, known: Known) -> Story:
        """Closed too soon: the customer comes back the same day."""
        agent = self.world.someone("agent", self.world.region_of(known.outlet))
        by = Actor.staff(agent)
        case = self.open(known, CaseKind.SERVICE_REQUEST, agent)
        yield minutes(12)
        services.reply(case=self.again(case), text=self.random.choice(texts.TROUBLE_REPLIES), by=by)
        yield minutes(40)
        services.resolve(case=self.again(case), by=by)
        yield minutes(20)
        services.close(case=self.again(case), outcome=Outcome.SOLVED, cause=None, by=by, anyway=True)
        yield minutes(70)
        services.reopen(case=self.again(case), reason="客户来电表示问题没有真正解决", by=by)

    def complaint(self, known: Known) -> Story:
        """A complaint through its whole procedure; the dice decide how far and how fast."""
        random = self.random
        agent = self.world.someone("agent", self.world.region_of(known.outlet))
        case = self.open(known, CaseKind.COMPLAINT, agent if random.random() < 0.6 else None)
        yield minutes(random.choice((4, 8, 15, 25, 50, 140)))
        case = self.again(case)
        if case.owner is None:
            case = services.take(case=case, user=agent, by=Actor.staff(agent))
        worker = case.owner or agent
        by = Actor.staff(worker)
        services.reply(case=case, text=self.fill(random.choice(texts.FIRST_REPLIES), person=worker.name), by=by)
        if random.random() < 0.5:
            services.note(case=self.again(case), text=random.choice(texts.NOTES), by=by)
        yield minutes(random.randrange(5, 60))
        asked = self.ask(case, known, by) if random.random() < 0.85 else None
        if random.random() < 0.45:
            due = clock.now() + hours(random.choice((2, 4, 20, 26)))
            services.promise(case=self.again(case), text=random.choice(texts.PROMISES), due_at=due, by=by, owner=worker)
        yield hours(random.choice((1, 2, 4, 9, 26)))
        if asked is not None and not (yield from self.answer(asked, known, case, by)):
            return
        self.keep_promises(case, by)
        yield minutes(random.randrange(10, 240))
        yield from self.settle(case, by, worker)

    def ask(self, case: Case, known: Known, by: Actor) -> Task:
        number = case.waybills.values_list("number", flat=True).first() or ""
        question = self.fill(self.random.choice(texts.FACT_QUESTIONS), number=number)
        return services.request_facts(case=self.again(case), question=question, by=by, branch=known.outlet)

    def answer(self, asked: Task, known: Known, case: Case, by: Actor) -> Generator[timedelta, None, bool]:
        """The outlet answers, after being chased or not; False when it never does and the case waits."""
        random = self.random
        clerk = self.world.at_outlet(known.outlet)
        if random.random() < 0.3:
            tasks.chase(task=asked, by=by, note="客户在等，请尽快回复。")
            yield hours(random.choice((1, 3, 6)))
        if random.random() < 0.12:
            return False
        asked = Task.objects.get(pk=asked.pk)
        if asked.state == TaskState.OPEN:
            asked = tasks.claim(task=asked, by=Actor.staff(clerk))
            yield minutes(random.randrange(5, 90))
        tasks.complete(
            task=Task.objects.get(pk=asked.pk), by=Actor.staff(clerk), result=random.choice(texts.FACT_ANSWERS)
        )
        yield minutes(random.randrange(10, 180))
        services.reply(case=self.again(case), text=random.choice(texts.PROGRESS), by=by)
        return True

    def keep_promises(self, case: Case, by: Actor) -> None:
        for promise in Task.objects.filter(subject=case.key, kind="promise", state__in=["open", "claimed"]):
            if self.random.random() < 0.7:
                tasks.keep_promise(task=promise, by=by, text="已电话告知客户。")

    def settle(self, case: Case, by: Actor, worker: User) -> Story:
        random = self.random
        text, paid = random.choice(texts.PROPOSALS)
        yuan = random.choice((30, 50, 80, 120, 260, 480))
        proposal = services.propose(
            case=self.again(case),
            text=text.format(yuan=yuan),
            amount_fen=yuan * 100 if paid else None,
            by=by,
        )
        yield hours(random.choice((0.3, 1, 3, 8, 30)))
        if random.random() < 0.2:
            services.record_answer(
                proposal=proposal,
                accepted=False,
                words=random.choice(texts.REFUSED),
                by=Actor.customer("客户"),
                channel="portal",
            )
            yield hours(random.choice((1, 2, 5)))
            proposal = services.propose(
                case=self.again(case),
                text=f"主管致电道歉，并补偿{yuan + 50}元，今天转账。",
                amount_fen=(yuan + 50) * 100,
                by=by,
            )
            yield hours(random.choice((1, 4)))
        services.record_answer(
            proposal=proposal,
            accepted=True,
            words=random.choice(texts.AGREED),
            by=Actor.customer("客户"),
            channel="portal",
        )
        yield hours(random.choice((2, 5, 20)))
        for task in Task.objects.filter(subject=case.key, state__in=["open", "claimed"]):
            tasks.complete(task=task, by=by, result="已办妥。")
        outcome = Outcome.COMPENSATED if paid else Outcome.SOLVED
        yield from self.end(case, worker, outcome)

    def end(self, case: Case, worker: User, outcome: str) -> Story:
        """Resolved, then closed with its cause; most customers rate, a few come back."""
        random = self.random
        by = Actor.staff(worker)
        services.resolve(case=self.again(case), by=by)
        yield hours(random.choice((1, 3, 18)))
        stars = random.choices((5, 4, 3, 2, 1), (42, 28, 16, 8, 6))[0]
        if random.random() < 0.6:
            services.rate(
                case=self.again(case),
                stars=stars,
                words=random.choice(texts.RATING_WORDS[stars]),
                by=Actor.customer("客户"),
                channel="portal",
            )
        yield minutes(random.randrange(10, 200))
        fresh = self.again(case)
        cause = random.choice(self.causes) if fresh.kind == CaseKind.COMPLAINT else None
        services.close(case=fresh, outcome=outcome, cause=cause, by=by, anyway=True)
        if stars <= 2 and random.random() < 0.5:
            yield hours(random.choice((3, 20)))
            services.reopen(case=self.again(case), reason="客户来电表示问题没有真正解决", by=by)


def plan(telling: Telling, cases: int) -> list[tuple[datetime, Story]]:
    """When each story begins: two and a half days, and a lively last one."""
    world = telling.world
    kinds = [CaseKind.COMPLAINT, CaseKind.ENQUIRY, CaseKind.SERVICE_REQUEST, CaseKind.ORDER_QUERY, CaseKind.SUGGESTION]
    begun: list[tuple[datetime, Story]] = []
    for number in range(cases):
        known = world.random.choice(world.customers)
        kind = world.random.choices(kinds, (58, 17, 15, 6, 4))[0]
        story = telling.complaint(known) if kind == CaseKind.COMPLAINT else telling.simple(known, kind)
        begun.append((world.past(0.5 if number % 3 == 0 else STORY_DAYS), story))
    begun.append((world.now - hours(4), telling.returning(world.random.choice(world.customers))))
    begun += [(world.past(1), telling.doubled(world.random.choice(world.customers))) for _number in range(3)]
    return begun
