"""What the main services cost: statements and milliseconds, by room, on the demo company; everything is rolled back.

python -m tools.costs               the table
python -m tools.costs intake -v     of the services whose name begins so, every statement's place in the sources too
"""

import argparse
import inspect
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from suhui.config import embedded

SOURCE = str(Path(__file__).resolve().parent.parent / "src" / "suhui")
STOREYS = 2
"""Folders of a room's path: storey and room."""
SAVEPOINT = re.compile(r'"s\d+_x\d+"')
ROUNDS = 3
"""Each service is done so often; the first fills what a process keeps, the last is shown."""


@dataclass
class Cost:
    """One run of one service."""

    seconds: float = 0.0
    worked: float = 0.0
    waited: float = 0.0
    rooms: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        room, place = _asked_by()
        self.rooms[room] += 1
        words = " ".join(SAVEPOINT.sub("", str(sql)).split())[:90]
        self.places[f"{place}  {words}"] += 1
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.waited += time.perf_counter() - began


def _asked_by() -> tuple[str, str]:
    """The room and the function that asked, as the stack tells."""
    frame = inspect.currentframe()
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(SOURCE):
            parts = Path(name).relative_to(SOURCE).parts
            return "/".join(parts[1:STOREYS]), f"{'/'.join(parts[1:])}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return "?", "?"


@contextmanager
def counted() -> Iterator[Cost]:
    from django.db import connection

    cost = Cost()
    began, worked = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(cost.note):
        yield cost
    cost.seconds, cost.worked = time.perf_counter() - began, time.process_time() - worked


Service = tuple[str, Callable[[], object]]


def services() -> Iterator[Service]:
    """The day of a complaint, each step on what the one before has left."""
    from suhui.engines.sla import services as sla
    from suhui.engines.tasks import services as tasks
    from suhui.platform.core import clock, dispatch
    from suhui.platform.core.actors import Actor
    from suhui.platform.people.models import User
    from suhui.records.customers.models import Phone
    from suhui.records.shipments import services as shipments
    from suhui.records.shipments.models import ScanEvent, Waybill
    from suhui.service.cases import services as cases
    from suhui.service.cases.models import Case, Cause

    agent = User.objects.select_related("branch").get(username="agent")
    by = Actor.staff(agent)
    phone = Phone.objects.filter(identifies=True).order_by("id")[0].number
    waybill = Waybill.objects.select_related("destination").exclude(destination=None).order_by("id")[7]
    outlet = waybill.destination or agent.branch
    state: dict[str, Any] = {"at": clock.now()}
    text = f"运单 {waybill.number} 外包装破损，里面的东西碎了，要求赔偿。"

    def case() -> Case:
        found: Case = Case.objects.select_related("branch", "owner", "customer", "category").get(pk=state["case"].pk)
        return found

    def opens(**more: Any) -> Callable[[], object]:
        def act() -> None:
            values = {"kind": "complaint", "text": text, "phone": phone, "join": False, **more}
            state["case"] = cases.intake(**values).case

        return act

    def proposes() -> None:
        state["proposal"] = cases.propose(case=case(), text="赔偿八十元", amount_fen=8000, by=by)

    def answers() -> None:
        cases.record_answer(proposal=state["proposal"], accepted=True, words="可以", by=Actor.customer("客户"))

    def scans() -> None:
        at = clock.now()
        told = [shipments.Scan(at=at, code="", text=f"快件到达【杭州中转部】 {at.isoformat()}", place="杭州")]
        shipments.record_scans(waybill=waybill, scans=told, source=ScanEvent.objects.all()[0].source, by=by)

    dispatch.run_all()
    yield "intake, portal", opens(channel="portal", by=Actor.customer("客户"))
    yield "intake, parcel's trouble", opens(channel="exception", kind="service_request", phone="", by=by)
    yield "intake, telephone", opens(channel="phone", by=by, owner=agent)
    yield "its events to their handlers", dispatch.run_all
    yield "reply", lambda: cases.reply(case=case(), text="您好，我们正在核实。", by=by)
    yield "the reply goes out", lambda: cases.publish_due(clock.now() + timedelta(seconds=15))
    yield (
        "facts asked for",
        lambda: state.update(task=cases.request_facts(case=case(), question="请核实派送经过", by=by, branch=outlet)),
    )
    yield "facts answered", lambda: tasks.complete(task=state["task"], by=by, result="已核实")
    yield "proposal", proposes
    yield "the customer agrees", answers
    yield "resolved", lambda: cases.resolve(case=case(), by=by)
    yield (
        "closed",
        lambda: cases.close(
            case=case(), outcome="solved", cause=Cause.objects.exclude(parent=None)[0], by=by, anyway=True
        ),
    )
    yield "the rest of its events", dispatch.run_all
    yield "one scan recorded", scans
    yield "its events", dispatch.run_all
    sla.tick(state["at"])
    tasks.tick(state["at"])
    later = state["at"] + timedelta(minutes=45)
    yield "clocks tick, 45 minutes of the company", lambda: sla.tick(later)
    yield "tasks tick, 45 minutes of the company", lambda: tasks.tick(later)
    yield "their events", dispatch.run_all


def measure(wanted: str) -> Iterator[tuple[str, Cost]]:
    from django.db import transaction

    class Enough(Exception):
        """Takes everything back."""

    for number in range(ROUNDS):
        try:
            with transaction.atomic():
                for name, act in services():
                    with counted() as cost:
                        act()
                    if number == ROUNDS - 1 and name.startswith(wanted):
                        yield name, cost
                raise Enough
        except Enough:
            continue


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", nargs="?", default="")
    parser.add_argument("-v", action="store_true")
    arguments = parser.parse_args()
    if "SUHUI_DATABASE_URL" not in os.environ:
        embedded.use(Path(os.environ.get("SUHUI_HOME", "var")).resolve() / "postgres")
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    for name, cost in measure(arguments.wanted):
        rooms = "  ".join(f"{room} {count}" for room, count in cost.rooms.most_common())
        total = sum(cost.rooms.values())
        spent = f"{cost.seconds * 1000:7.1f} ms, {cost.worked * 1000:6.1f} own, {cost.waited * 1000:6.1f} SQL"
        print(f"{name:40} {total:5} {spent}   {rooms}")
        if arguments.v:
            print("".join(f"      {count:3} {place}\n" for place, count in cost.places.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
