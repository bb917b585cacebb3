"""The work list (CAS-9): filters that read as a sentence, views that come with the house, views people save."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Count, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.engines.sla import selectors as clocks
from suhui.engines.sla.choices import ClockKind
from suhui.platform.core.clock import BEIJING, local
from suhui.platform.people.models import Branch, User
from suhui.platform.search import selectors as search
from suhui.service.cases import sets, states
from suhui.service.cases.access import visible_q
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, Priority
from suhui.service.cases.models import (
    Case,
    CaseQuerySet,
    CaseWaybill,
    Category,
    Cause,
    SavedView,
    ViewSetup,
    Watch,
)

MANY = ("state", "kind", "channel")
ONE = (
    *("owner", "due", "branch", "category", "cause", "priority", "opened_from", "opened_to", "late", "tag"),
    *("closed", "customer", "waybill", "watched", "figure", "sort", "q"),
)
LONG = {"figure": 300}


@dataclass(frozen=True)
class Filter:
    """What the list shows. All values are text as in the address; unknown ones match nothing rather than everything.

    `state` holds states or the words "open", "fresh", "ended"; `owner` is "me", "none" or an id; `due` is "late" or
    "soon"; `opened_from` and `opened_to` are days, both included; `late` says how the time to resolve went, "yes" or
    "no"; `cause` is a code or "unknown"; `closed` is "today" or "week"; `figure` names the cases behind another room's
    figure (sets.py); `sort` is "urgency", "newest" or "changed".
    """

    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    owner: str = ""
    due: str = ""
    branch: str = ""
    category: str = ""
    cause: str = ""
    priority: str = ""
    opened_from: str = ""
    opened_to: str = ""
    late: str = ""
    tag: str = ""
    closed: str = ""
    customer: str = ""
    waybill: str = ""
    watched: str = ""
    figure: str = ""
    sort: str = ""
    q: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Filter":
        """From an address (a QueryDict) or a saved view (a dict)."""
        values: dict[str, Any] = {}
        for name in MANY:
            given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, ())
            values[name] = tuple(dict.fromkeys(str(one)[:20] for one in given if one))
        for name in ONE:
            values[name] = str(data.get(name, "") or "").strip()[: LONG.get(name, 60)]
        return cls(**values)

    def as_query(self) -> dict[str, Any]:
        """What differs from nothing, for an address or a saved view."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: list(value) if isinstance(value, tuple) else value for name, value in pairs if value}

    def without(self, name: str, value: str = "") -> "Filter":
        """The same sentence with one word less."""
        if name in MANY:
            kept = tuple(one for one in getattr(self, name) if one != value)
            return Filter(**{**self._values(), name: kept})
        return Filter(**{**self._values(), name: ""})

    def _values(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


_GROUPS = {"open": states.OPEN, "fresh": states.FRESH, "ended": states.ENDED}


def listed(user: User, wanted: Filter, at: datetime) -> CaseQuerySet:
    """The cases `user` sees that fit, in order; rows come with what the list shows."""
    rows = Case.objects.filter(visible_q(user), _condition(user, wanted, at)).for_list()
    return _sorted(rows, wanted.sort)


LONG_TEXTS = ("text", "fields", "remedy", "outcome_words", "satisfaction_words")
"""No row of a list shows them."""


def page_of(user: User, wanted: Filter, at: datetime, start: int, count: int) -> list[Case]:
    """`count` cases of that list from the `start`th on, with what their rows show and the number of their main parcel.

    Which cases they are is read from an index that holds the order and what scope and state ask; only theirs are the
    rows that are read, so that a far page does not read all before it. Fifty rows name few people, branches and
    categories: those are read once each, not joined fifty times.
    """
    chosen = _sorted(Case.objects.filter(visible_q(user), _condition(user, wanted, at)), wanted.sort)
    rows = Case.objects.filter(pk__in=chosen.values("pk")[start : start + count])
    rows = rows.defer(*LONG_TEXTS).prefetch_related("owner", "branch", "category__parent")
    return list(_sorted(with_parcel(rows), wanted.sort))


def with_parcel(rows: CaseQuerySet) -> CaseQuerySet:
    """With the number of their main parcel, `first_waybill`."""
    first = CaseWaybill.objects.filter(case=OuterRef("pk")).order_by("id").values("waybill__number")[:1]
    return rows.annotate(first_waybill=Subquery(first))


def _sorted(rows: CaseQuerySet, by: str) -> CaseQuerySet:
    if by == "newest":
        return rows.order_by("-opened_at", "-id")
    if by == "changed":
        return rows.order_by("-last_entry_at", "-id")
    return rows.by_urgency()


def _condition(user: User, wanted: Filter, at: datetime, *, among_open: bool = False) -> Q:
    """`among_open`: only open cases are asked, so that being open need not be."""
    state = Q() if among_open and wanted.state == OPEN else _state(wanted)
    condition = state & _owner(user, wanted) & _time(wanted, at) & _opened(wanted)
    if wanted.kind:
        condition &= Q(kind__in=wanted.kind)
    if wanted.channel:
        condition &= Q(channel__in=wanted.channel)
    if wanted.branch:
        condition &= _branch(wanted.branch)
    condition &= _coded("category", wanted.category) & _coded("cause", wanted.cause)
    if wanted.late:
        condition &= _punctual(wanted.late, at)
    if wanted.tag:
        condition &= Q(tags__contains=[wanted.tag])
    if wanted.priority.isdecimal():
        condition &= Q(priority__gte=int(wanted.priority))
    if wanted.q:
        condition &= _said(wanted.q, at)
    return condition & _about(user, wanted)


FEW = 2000
"""As many cases as are named one by one; what more of them hold is soon met by going through the list itself."""
INDEXED = timedelta(minutes=10)
"""By then what was changed is in the search index, however much else there was to do."""


_NUMBER = re.compile(r"[A-Z]+[0-9]{3,}")


def _said(text: str, at: datetime) -> Q:
    """By the beginning of the number, else by a part of the subject. Where few hold the words at all, the search index
    says which, so that not every subject there is has to be read."""
    number = "".join(text.upper().split())
    numbered = Q(number__startswith=number)
    if _NUMBER.fullmatch(number) and Case.objects.filter(numbered).exists():
        return numbered
    subject = Q(subject__icontains=text)
    few = search.ids_holding("case", text, FEW)
    if few is not None:
        subject &= Q(pk__in=few) | Q(last_entry_at__gte=at - INDEXED)
    return numbered | subject


def _state(wanted: Filter) -> Q:
    if not wanted.state:
        return Q() if wanted.figure else ~Q(state=CaseState.MERGED)
    names: set[str] = set()
    for one in wanted.state:
        names |= _GROUPS.get(one, frozenset({one}))
    return Q(state__in=sorted(names))


def _owner(user: User, wanted: Filter) -> Q:
    if wanted.owner == "me":
        return Q(owner=user)
    if wanted.owner == "none":
        return Q(owner=None)
    if wanted.owner:
        return Q(owner_id=_number(wanted.owner))
    return Q()


def _time(wanted: Filter, at: datetime) -> Q:
    condition = Q()
    if wanted.due == "late":
        condition &= Q(next_due_at__lte=at)
    elif wanted.due == "soon":
        condition &= Q(next_due_at__gt=at, next_warn_at__lte=at)
    elif wanted.due == "today":
        condition &= Q(next_due_at__lt=_midnight(at) + timedelta(days=1))
    if wanted.closed == "today":
        condition &= Q(closed_at__gte=_midnight(at))
    elif wanted.closed == "week":
        condition &= Q(closed_at__gte=_midnight(at) - timedelta(days=local(at).weekday()))
    return condition


def _opened(wanted: Filter) -> Q:
    """Opened on these days of the house's clock; a day that cannot be read holds nothing."""
    condition = Q()
    for name, lookup, more in (("opened_from", "gte", 0), ("opened_to", "lt", 1)):
        raw = getattr(wanted, name)
        if raw:
            day = _day(raw)
            if day is None:
                return Q(pk__in=[])
            condition &= Q(**{f"opened_at__{lookup}": _midnight_of(day + timedelta(days=more))})
    return condition


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BEIJING)


def _coded(name: str, code: str) -> Q:
    """Of this category or cause, or of one below it; "unknown" is none yet."""
    if not code:
        return Q()
    if code == "unknown":
        return Q(**{name: None})
    return Q(**{f"{name}__code": code}) | Q(**{f"{name}__parent__code": code})


def _punctual(late: str, at: datetime) -> Q:
    """Whether the newest clock of resolution was kept: "yes" late (or still running past its time), "no" in time."""
    subject = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    verdict = clocks.verdicts(subject, ClockKind.RESOLUTION, at)
    return Q(Exact(Subquery(verdict), Value(late == "yes")))


def _about(user: User, wanted: Filter) -> Q:
    condition = Q()
    if wanted.customer:
        condition &= Q(customer_id=_number(wanted.customer))
    if wanted.waybill:
        links = CaseWaybill.objects.filter(waybill_id=_number(wanted.waybill))
        condition &= Q(pk__in=links.values("case_id"))
    if wanted.watched:
        condition &= Q(pk__in=Watch.objects.filter(user=user).values("case_id"))
    if wanted.figure:
        found = sets.find(user, wanted.figure)
        condition &= Q(pk__in=found.ids if found else [])
    return condition


def _branch(key: str) -> Q:
    """A branch and everything below it, where handled or held responsible."""
    path = Branch.objects.filter(pk=_number(key)).values_list("path", flat=True).first()
    if path is None:
        return Q(pk__in=[])
    below = Branch.objects.filter(path__startswith=path).values("pk")
    return Q(branch__in=below) | Q(responsible_branch__in=below)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else -1


def _midnight(at: datetime) -> datetime:
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0)


def known_tags(user: User, limit: int = 30) -> list[str]:
    """The tags on the open cases this person sees, the most used first."""
    rows = Case.objects.filter(visible_q(user), state__in=states.OPEN).exclude(tags=[])
    counted = rows.annotate(tag=Func("tags", function="unnest", output_field=CharField())).values("tag")
    found = counted.annotate(uses=Count("pk", distinct=True)).order_by("-uses", "tag")
    return [row["tag"] for row in found[:limit]]


@dataclass(frozen=True)
class View:
    """An entry of the list's menu: a name and the filter behind it. `key` is "mine" or "saved-12"."""

    key: str
    label: Any
    wanted: Filter
    icon: str = "filter"
    saved: SavedView | None = None

    @property
    def counts(self) -> bool:
        """Whether it holds open work only, so that its number says what there is to do."""
        names: set[str] = set()
        for one in self.wanted.state:
            names |= _GROUPS.get(one, frozenset({one}))
        return bool(names) and names <= states.OPEN


OPEN = ("open",)
SHIPPED: list[View] = [
    View("mine", gettext_lazy("Mine"), Filter(state=OPEN, owner="me"), "user"),
    View("new", gettext_lazy("New in my team"), Filter(state=("fresh",)), "sparkles"),
    View("late", gettext_lazy("Late"), Filter(state=OPEN, due="late"), "alarm"),
    View("soon", gettext_lazy("Soon late"), Filter(state=OPEN, due="soon"), "hourglass"),
    View(
        "customer", gettext_lazy("Waiting for customer"), Filter(state=("waiting_customer", "proposed")), "user-pause"
    ),
    View("department", gettext_lazy("Waiting for department"), Filter(state=("waiting_department",)), "building"),
    View("unassigned", gettext_lazy("Without owner"), Filter(state=OPEN, owner="none"), "user-question"),
    View("watched", gettext_lazy("Watched by me"), Filter(state=OPEN, watched="1"), "eye"),
    View("open", gettext_lazy("All open"), Filter(state=OPEN), "list"),
    View("closed", gettext_lazy("Closed this week"), Filter(closed="week", sort="changed"), "check"),
]


def views_for(user: User) -> list[View]:
    """The shipped views, one's own and the shared ones, in the order the person chose. Two queries."""
    saved = SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")
    views = SHIPPED + [View(f"saved-{row.pk}", row.name, Filter.read(row.query), "bookmark", row) for row in saved[:50]]
    setup = setup_of(user)
    places = {key: place for place, key in enumerate(setup.order)}
    views.sort(key=lambda view: places.get(view.key, len(places)))
    return views


def setup_of(user: User) -> ViewSetup:
    return ViewSetup.objects.filter(user=user).first() or ViewSetup(user=user)


def first_view(user: User, views: list[View]) -> View:
    """What the list opens with: the person's choice, else their own cases."""
    wanted = setup_of(user).first or "mine"
    return next((view for view in views if view.key == wanted), views[0])


def counts_of(user: User, views: list[View], at: datetime) -> dict[str, int]:
    """How many cases each view of open work holds, in one query, by key; views that reach into the past have none."""
    counted = [view for view in views if view.counts]
    wanted = {
        f"n{place}": Count("id", filter=_condition(user, view.wanted, at, among_open=True))
        for place, view in enumerate(counted)
    }
    found = Case.objects.filter(visible_q(user), state__in=states.OPEN).aggregate(**wanted)
    return {view.key: found[f"n{place}"] for place, view in enumerate(counted)}


@dataclass(frozen=True)
class Chip:
    """One word of the filter's sentence, and the filter without it."""

    text: str
    rest: Filter


@dataclass
class Words:
    """The names a filter's ids stand for, read once."""

    people: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)


def chips(user: User, wanted: Filter) -> list[Chip]:
    """The filter as a sentence, word by word."""
    found = [Chip(_state_word(value), wanted.without("state", value)) for value in wanted.state]
    found += [Chip(_label(CaseKind, value), wanted.without("kind", value)) for value in wanted.kind]
    found += [Chip(_label(CaseChannel, value), wanted.without("channel", value)) for value in wanted.channel]
    names = _words(wanted)
    singles = {
        "owner": names.people.get(wanted.owner, wanted.owner),
        "due": {"late": _("late"), "soon": _("soon late"), "today": _("due today")}.get(wanted.due, wanted.due),
        "branch": names.branches.get(wanted.branch, wanted.branch),
        "category": names.categories.get(wanted.category, wanted.category),
        "cause": names.causes.get(wanted.cause, wanted.cause),
        "opened_from": _("opened from %(day)s") % {"day": wanted.opened_from} if wanted.opened_from else "",
        "opened_to": _("opened until %(day)s") % {"day": wanted.opened_to} if wanted.opened_to else "",
        "late": {"yes": _("resolved late"), "no": _("resolved in time")}.get(wanted.late, wanted.late),
        "tag": f"#{wanted.tag}" if wanted.tag else "",
        "figure": _set_word(user, wanted.figure),
        "priority": _("%(priority)s or more") % {"priority": _label(Priority, wanted.priority)}
        if wanted.priority
        else "",
        "closed": {"today": _("closed today"), "week": _("closed this week")}.get(wanted.closed, wanted.closed),
        "customer": _("of one customer") if wanted.customer else "",
        "waybill": _("about one parcel") if wanted.waybill else "",
        "watched": _("watched by me") if wanted.watched else "",
        "q": f"“{wanted.q}”" if wanted.q else "",
    }
    return found + [Chip(str(text), wanted.without(name)) for name, text in singles.items() if text]


def _words(wanted: Filter) -> Words:
    words = Words(people={"me": _("owned by me"), "none": _("without owner")})
    if wanted.owner.isdecimal():
        words.people |= {str(u.pk): u.name for u in User.objects.filter(pk=_number(wanted.owner))}
    if wanted.branch:
        words.branches = {str(b.pk): b.name for b in Branch.objects.filter(pk=_number(wanted.branch))}
    if wanted.category:
        words.categories = {row.code: row.label for row in Category.objects.filter(code=wanted.category)}
        words.categories["unknown"] = _("category unknown")
    if wanted.cause:
        words.causes = {row.code: row.label for row in Cause.objects.filter(code=wanted.cause)}
        words.causes["unknown"] = _("cause unknown")
    return words


def _set_word(user: User, key: str) -> str:
    if not key:
        return ""
    found = sets.find(user, key)
    return found.label if found else _("cases that are not there")


def _state_word(value: str) -> str:
    groups = {"open": _("open"), "fresh": _("new or reopened"), "ended": _("resolved or closed")}
    return groups.get(value) or _label(CaseState, value)


def _label(choices: Any, value: str) -> str:
    known = {str(one): str(label) for one, label in choices.choices}
    return known.get(str(value), str(value))
