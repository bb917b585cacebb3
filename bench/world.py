"""The organisation of the bench: 300 branches in regions, 500 people in posts; the same for every number of cases."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bench import words
from suhui.platform.calendars import services as calendars
from suhui.platform.calendars.models import Calendar
from suhui.platform.core import dispatch
from suhui.platform.core.actors import Actor
from suhui.platform.people import services as people
from suhui.platform.people.choices import BranchKind, PresenceState
from suhui.platform.people.models import Branch, Presence, Role, User
from suhui.service.cases import services as cases

SYSTEM = Actor.system("bench")
REGIONS = ("华东", "华南", "华北", "华中", "西南", "西北", "东北", "东南")
DIVISIONS, OUTLETS = 6, 243
"""Divisions of each region, outlets of all: with headquarters and regions 300 branches."""
AT_HEADQUARTERS = (
    *("administrator", "service-manager", "department-manager", "call-centre-supervisor", "quality", "finance"),
    *("after-service-supervisor", "follow-up-director", "retention-manager", "crm-officer", "crm-officer"),
    *("contract-supervisor", "contract-administrator", "sales-manager", "sales", "production", "designer"),
    *("technician", "front-desk", "purchasing"),
)
AT_A_REGION = ("service-supervisor", *["agent"] * 20, "follow-up-clerk", "follow-up-clerk")
AT_A_DIVISION = ("branch-manager", "agent", "agent")
PEOPLE = 500
SAVED = (
    ("投诉 · 高优先级", {"state": ["open"], "kind": ["complaint"], "priority": "3"}),
    ("媒体风险", {"state": ["open"], "tag": "媒体风险"}),
    ("本周到期", {"state": ["open"], "due": "today"}),
    ("门户来的", {"state": ["open"], "channel": ["portal"]}),
)


@dataclass
class World:
    """Ids at hand for whoever writes rows. `desks` are the branches that handle an outlet's cases."""

    now: datetime
    headquarters: int = 0
    outlets: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    desks: dict[int, tuple[int, int]] = field(default_factory=dict)
    staff: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    clerks: dict[int, int] = field(default_factory=dict)
    departments: dict[int, int] = field(default_factory=dict)


def build(now: datetime, seed: int) -> World:
    """Through the services, their events handed out: some twenty seconds."""
    dice = Random(seed)
    world = World(now)
    top = _branch("总部", "HQ", BranchKind.HEADQUARTERS, None)
    calendars.assign(branch=top, calendar=Calendar.objects.get(code="always"), by=SYSTEM)
    world.headquarters = top.pk
    divisions: list[Branch] = []
    hired = 0
    for post in AT_HEADQUARTERS:
        hired += _hire(world, dice, post, top, hired)
    for number, name in enumerate(REGIONS, 1):
        region = _branch(f"{name}区域", f"R{number}", BranchKind.REGION, top)
        for post in AT_A_REGION:
            hired += _hire(world, dice, post, region, hired)
        for place in range(DIVISIONS):
            city = words.PLACES[(number * DIVISIONS + place) % len(words.PLACES)][1].removesuffix("市")
            division = _branch(f"{name}{city}第{place + 1}分部", f"R{number}D{place + 1}", BranchKind.DIVISION, region)
            for post in AT_A_DIVISION:
                hired += _hire(world, dice, post, division, hired)
            world.names[division.pk] = division.name
            divisions.append(division)
    for number in range(OUTLETS):
        division = divisions[number % len(divisions)]
        outlet = _branch(f"{division.name[:-4]}{number:03d}号网点", f"N{number:03d}", BranchKind.OUTLET, division)
        if hired < PEOPLE:
            hired += _hire(world, dice, "branch-clerk", outlet, hired)
        world.outlets.append(outlet.pk)
        world.names[outlet.pk] = outlet.name
        world.desks[outlet.pk] = (division.parent_id or top.pk, division.pk)
    _be_present(dice)
    _save_views()
    dispatch.run_all(1_000_000)
    return world


def _branch(name: str, code: str, kind: str, parent: Branch | None) -> Branch:
    branch = people.open_branch(name=name, code=code, kind=kind, parent=parent, by=SYSTEM)
    if kind != BranchKind.OUTLET:
        people.add_department(branch=branch, function="service", name="客服部", by=SYSTEM)
    return branch


def _hire(world: World, dice: Random, post: str, branch: Branch, count: int) -> int:
    user = people.add_person(
        username=f"{post}-{count:03d}",
        name=words.person(dice),
        branch=branch,
        department=branch.departments.first(),
        roles=[Role.objects.get(code=post)],
        by=SYSTEM,
        phone=f"+86139{dice.randrange(10**8):08d}",
        staff_number=f"SH{count:04d}",
    )
    if post in {"agent", "follow-up-clerk"}:
        world.staff.setdefault(branch.pk, []).append((user.pk, user.name))
    if post == "branch-clerk":
        world.clerks[branch.pk] = user.pk
    return 1


def _be_present(dice: Random) -> None:
    states = [PresenceState.IDLE] * 5 + [PresenceState.BUSY] * 2 + [PresenceState.BREAK, PresenceState.OFFLINE]
    for presence in Presence.objects.all():
        presence.state = dice.choice(states)
        presence.reason = "培训" if presence.state == PresenceState.BUSY else ""
        presence.save(update_fields=["state", "reason"])


def _save_views() -> None:
    manager = User.objects.get(username__startswith="service-manager")
    for name, query in SAVED:
        cases.save_view(user=manager, name=name, query=query, shared=True)
