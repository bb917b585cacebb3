"""What a report says: names of what was frozen, the period, and the week in a few sentences."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suhui.insight.reports.choices import Punctual
from suhui.insight.reports.figures import Figures, Line
from suhui.insight.reports.models import ReportRun
from suhui.insight.reports.selectors import RowFilter
from suhui.platform.people.access import scope
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, Severity


class Names:
    """The names a run's codes and ids had when it was made, in the reader's language."""

    def __init__(self, run: ReportRun) -> None:
        self._labels: dict[str, Any] = run.labels

    def category(self, code: str) -> str:
        return self._of("category", code)

    def cause(self, code: str) -> str:
        return self._of("cause", code)

    def place(self, key: Any) -> str:
        return str(self._labels.get("branch", {}).get(str(key), key))

    def kind(self, value: str) -> str:
        return _label(CaseKind, value)

    def channel(self, value: str) -> str:
        return _label(CaseChannel, value)

    def state(self, value: str) -> str:
        return _label(CaseState, value)

    def severity(self, value: int) -> str:
        return _label(Severity, value)

    def punctual(self, value: str) -> str:
        return _label(Punctual, value)

    def _of(self, what: str, code: str) -> str:
        if not code:
            return _("Not known yet")
        chinese, english = self._labels.get(what, {}).get(code, [code, ""])
        return str(english if english and (translation.get_language() or "").startswith("en") else chinese)


def _label(choices: Any, value: Any) -> str:
    return str(next((label for key, label in choices.choices if key == value), value))


def filter_words(wanted: RowFilter, names: Names) -> dict[str, str]:
    """What a filter of rows says, word by word, by the filter's part."""
    words = {
        "week": _("the week before"),
        "kind": names.kind(wanted.kind),
        "category": names.category("" if wanted.category == "unknown" else wanted.category),
        "cause": names.cause("" if wanted.cause == "unknown" else wanted.cause),
        "place": names.place(wanted.place),
        "late": _("resolved late") if wanted.late == "yes" else _("resolved in time"),
        "response": _("first response late") if wanted.response == "yes" else _("first response in time"),
        "reopened": _("reopened"),
        "rated": _("rated by the customer"),
    }
    return {name: text for name, text in words.items() if getattr(wanted, name)}


def period_words(first: date, last: date) -> str:
    """`2026-11-16 to 2026-11-22, week 47`."""
    here = {"first": first.isoformat(), "last": last.isoformat(), "week": first.isocalendar().week}
    return _("%(first)s to %(last)s, week %(week)s") % here


def week_words(monday: date) -> str:
    """The label of one week in a chart: its Monday."""
    return f"{monday:%m-%d}"


def sentences(run: ReportRun, figures: Figures) -> list[str]:
    """The week in words: how many, against last week, in time against the target, the commonest kind and cause."""
    names = Names(run)
    found = [_count_sentence(figures)]
    if figures.total.on_time is not None:
        here = {"share": figures.total.on_time, "target": run.target}
        found.append(
            _("%(share)s%% were resolved in time, the target of %(target)s%% was met.") % here
            if figures.total.on_time >= run.target
            else _("%(share)s%% were resolved in time, short of the target of %(target)s%%.") % here
        )
    for lines, name, text in (
        (figures.categories, names.category, _("Most were about %(what)s (%(count)s).")),
        (figures.causes, names.cause, _("The commonest known cause is %(what)s (%(count)s).")),
        (figures.places, names.place, _("Most fell to %(what)s (%(count)s).")),
    ):
        top = _top(lines)
        if top is not None:
            found.append(text % {"what": name(top.key), "count": top.now.count})
    return found


def _count_sentence(figures: Figures) -> str:
    count = figures.total.count
    text = ngettext("%(count)s complaint this week", "%(count)s complaints this week", count) % {"count": count}
    if figures.change == 0:
        return _("%(text)s, as many as the week before.") % {"text": text}
    here = {"text": text, "difference": abs(figures.change), "percent": abs(figures.change_percent or 0)}
    if figures.change_percent is None:
        return _("%(text)s, none the week before.") % here
    if figures.change > 0:
        return _("%(text)s, %(difference)s more than the week before (+%(percent)s%%).") % here
    return _("%(text)s, %(difference)s fewer than the week before (−%(percent)s%%).") % here


def _top(lines: list[Line]) -> Line | None:
    return next((line for line in lines if line.key and line.now.count), None)


def scope_words(user: User) -> str:
    """Whose cases the reader sees in a report: the highest of their branches."""
    seen = scope(user, Perm.REPORT_VIEW)
    if seen.everything:
        return _("All branches")
    found = Branch.objects.filter(pk__in=seen.branch_ids).values_list("pk", "parent_id", "name").order_by("path")
    rows = list(found)
    parents = {parent_id for _pk, parent_id, _name in rows}
    tops = [(pk, parent_id, name) for pk, parent_id, name in rows if parent_id not in seen.branch_ids]
    if not tops:
        return _("Your own cases")
    if any(parent_id is None and pk in parents for pk, parent_id, _name in tops):
        return _("All branches")
    words = [_("%(branch)s and below") % {"branch": name} if pk in parents else name for pk, _parent, name in tops[:3]]
    if len(tops) > len(words):
        here = {"branches": "、".join(words), "count": len(tops) - len(words)}
        return _("%(branches)s and %(count)s more branches") % here
    return "、".join(words)
