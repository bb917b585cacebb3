"""The requests of the bench: of every kind at least a hundred different ones, as an agent and a manager make them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from suhui.demo import texts
from suhui.platform.people.models import User
from suhui.service.cases.selectors import lists

PAGE_MS, SEARCH_MS, TEAM_MS, REPORT_MS = 60, 50, 150, 2000
WAYS = ("urgency", "newest", "changed")


@dataclass(frozen=True)
class Kind:
    """One line of the table. `target` is what 95 of 100 must stay under, in milliseconds; 0: none was set."""

    key: str
    words: str
    target: int
    urls: Callable[["Asker", Random], Iterator[str]]
    supervisor: bool = False


@dataclass
class Asker:
    """Whoever asks, with ids they may see."""

    who: str
    user: User
    cases: list[Any]
    customers: list[Any]
    waybills: list[Any]
    branches: list[int]


def askers() -> list[Asker]:
    """An agent of one branch and a headquarters manager."""
    people = User.objects.select_related("branch")
    agent = people.filter(username__startswith="agent-", branch__kind="division").order_by("id")[0]
    manager = people.get(username__startswith="service-manager-")
    return [_asker("agent of one branch", agent), _asker("headquarters manager", manager)]


def _asker(who: str, user: User) -> Asker:
    from suhui.platform.people.models import Branch
    from suhui.records.customers import access as customers
    from suhui.records.shipments import access as parcels
    from suhui.service.cases import access as cases

    branches = list(Branch.objects.filter(path__startswith=user.branch.path).values_list("pk", flat=True))

    def some(rows: Any, *columns: str) -> list[Any]:
        found = list(rows.order_by("-id").values_list(*columns)[:30_000])
        return Random(1).sample(found, min(400, len(found)))

    return Asker(
        who,
        user,
        some(cases.visible_to(user), "pk", "number", "contact_phone", "contact_name", "subject", "owner_id"),
        some(customers.visible_to(user), "pk", "number", "name", "pinyin"),
        some(parcels.visible_to(user), "pk", "number", "recipient_phone", "recipient_name"),
        branches,
    )


def _address(path: str, **query: Any) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value}, doseq=True)}"


def views(asker: Asker, dice: Random) -> Iterator[str]:
    """Every view of the menu, shipped and saved, as panes and as a table, its first pages."""
    keys = [view.key for view in lists.views_for(asker.user)]
    for page in range(1, 9):
        for key in keys:
            yield _address("/cases/", view=key, page=page if page > 1 else "", **{"as": "table" if page % 2 else ""})


def filtered(asker: Asker, dice: Random) -> Iterator[str]:
    words = ("破损", "没收到", "催派送", "发票", "驿站", "签收", "丢件", "态度")
    while True:
        yield _address(
            "/cases/",
            state=dice.choice((["open"], ["ended"], ["closed"], [], ["new", "in_progress"])),
            kind=dice.choice(([], [], ["complaint"], ["enquiry", "order_query"])),
            channel=dice.choice(([], [], ["phone"], ["portal", "wechat"])),
            branch=dice.choice(("", "", str(dice.choice(asker.branches)))),
            priority=dice.choice(("", "", "3", "4")),
            category=dice.choice(("", "", "", "damaged", "delay", "unknown")),
            cause=dice.choice(("", "", "", "", "unknown")),
            tag=dice.choice(("", "", "", "生鲜", "媒体风险")),
            due=dice.choice(("", "", "", "late", "today")),
            owner=dice.choice(("", "", "", "me", "none", str(dice.choice(asker.cases)[5] or ""))),
            customer=dice.choice(("", "", "", "", str(dice.choice(asker.customers)[0]))),
            opened_from=dice.choice(("", "", "", f"2026-{dice.randrange(1, 12):02d}-05")),
            late=dice.choice(("", "", "", "", "", "yes", "no")),
            q=dice.choice(("", "", "", "", dice.choice(words), dice.choice(asker.cases)[1])),
            sort=dice.choice(("", *WAYS[1:])),
            **{"as": dice.choice(("", "table"))},
        )


def ordered(asker: Asker, dice: Random) -> Iterator[str]:
    """Each order over all there is: the longest lists."""
    for page in range(1, 21):
        for sort in WAYS:
            for state in ("any", "open", "ended"):
                chosen = {"page": page if page > 1 else "", "sort": sort, "as": "table" if page % 2 else ""}
                yield _address("/cases/", state=list(_STATES) if state == "any" else state, **chosen)


_STATES = (
    "new",
    "in_progress",
    "waiting_customer",
    "waiting_department",
    "proposed",
    "executing",
    "resolved",
    "closed",
)


def deep(asker: Asker, dice: Random) -> Iterator[str]:
    """The two hundredth page, reached as people reach it: by its number in the address."""
    for page in range(200, 260):
        for sort in WAYS:
            yield _address("/cases/", state=["ended"], sort=sort, page=page)


def case_pages(asker: Asker, dice: Random) -> Iterator[str]:
    for row in asker.cases:
        yield f"/cases/{row[0]}/"


def customer_pages(asker: Asker, dice: Random) -> Iterator[str]:
    for row in asker.customers:
        yield f"/customers/{row[0]}/"


def waybill_pages(asker: Asker, dice: Random) -> Iterator[str]:
    for row in asker.waybills:
        yield f"/waybills/{row[0]}/"


def registers(asker: Asker, dice: Random) -> Iterator[str]:
    """The lists of customers, waybills, exceptions and contacts, their first pages and orders."""
    for page in range(1, 16):
        more = {"page": page if page > 1 else ""}
        yield _address("/customers/", sort=("-number", "name", "-changed")[page % 3], **more)
        yield _address("/waybills/", **more)
        yield _address("/waybills/", status="delivered", **more)
        yield _address("/waybills/exceptions/", **more)
        yield _address("/contacts/", **more)
        yield _address("/customers/", q=dice.choice(asker.customers)[2], **more)
        yield _address("/waybills/", branch=dice.choice(asker.branches), **more)


def my_day(asker: Asker, dice: Random) -> Iterator[str]:
    for number in range(200):
        yield _address("/", n=number)


def _searching(pick: Callable[[Asker, Random], str]) -> Callable[[Asker, Random], Iterator[str]]:
    def urls(asker: Asker, dice: Random) -> Iterator[str]:
        seen = 0
        while seen < 10_000:
            yield _address(("/search/", "/search/suggest/")[seen % 2], q=pick(asker, dice))
            seen += 1

    return urls


def _number(asker: Asker, dice: Random) -> str:
    whole: str = dice.choice((asker.cases, asker.waybills))[dice.randrange(len(asker.waybills) and 100)][1]
    return dice.choice((whole, whole, whole[:9], whole[-6:]))


def _tail(asker: Asker, dice: Random) -> str:
    phone: str = dice.choice(asker.cases)[2]
    return phone[-dice.choice((4, 4, 4, 8, 11)) :]


def _initials(asker: Asker, dice: Random) -> str:
    from suhui.platform.core import spelling

    return "".join(spelling.initials(dice.choice(asker.customers)[2]))


def _pair(asker: Asker, dice: Random) -> str:
    subject: str = dice.choice(asker.cases)[4]
    at = dice.randrange(max(1, len(subject) - 1))
    return subject[at : at + 2]


_COMMON = ("快递", "签收", "网点", "派送", "客服", "电话", "没有", "处理", "包装", "赔偿", "今天", "单号")


def _phrase(asker: Asker, dice: Random) -> str:
    stock = [text for pairs in texts.COMPLAINTS.values() for pair in pairs for text in pair if "{" not in text]
    text = dice.choice(stock)
    at = dice.randrange(max(1, len(text) - 6))
    return text[at : at + dice.randrange(4, 10)]


def team(asker: Asker, dice: Random) -> Iterator[str]:
    for number in range(200):
        yield _address("/team/", show=("late", "soon", "nobody", "all")[number % 4], n=number)


KINDS = [
    Kind("views", "work list, every view", PAGE_MS, views),
    Kind("filtered", "work list, filtered", PAGE_MS, filtered),
    Kind("sorted", "work list, every order", PAGE_MS, ordered),
    Kind("deep", "work list, page 200", PAGE_MS, deep),
    Kind("case", "case page", PAGE_MS, case_pages),
    Kind("customer", "customer page", PAGE_MS, customer_pages),
    Kind("waybill", "waybill page", PAGE_MS, waybill_pages),
    Kind("registers", "lists of customers, waybills, exceptions, contacts", PAGE_MS, registers),
    Kind("day", "my day", PAGE_MS, my_day),
    Kind("number", "search: number", SEARCH_MS, _searching(_number)),
    Kind("tail", "search: phone tail", SEARCH_MS, _searching(_tail)),
    Kind("name", "search: name", SEARCH_MS, _searching(lambda asker, dice: str(dice.choice(asker.customers)[2]))),
    Kind(
        "pinyin",
        "search: pinyin",
        SEARCH_MS,
        _searching(lambda asker, dice: str(dice.choice(asker.customers)[3]).split()[0]),
    ),
    Kind("initials", "search: initials", SEARCH_MS, _searching(_initials)),
    Kind("one", "search: one character", SEARCH_MS, _searching(lambda a, d: d.choice(_pair(a, d)))),
    Kind("two", "search: two characters", SEARCH_MS, _searching(_pair)),
    Kind("common", "search: the commonest words", SEARCH_MS, _searching(lambda a, d: d.choice(_COMMON))),
    Kind("phrase", "search: a phrase", SEARCH_MS, _searching(_phrase)),
    Kind("team", "supervisor's page", TEAM_MS, team, supervisor=True),
]
