"""The story of a case as sentences: what the timeline shows for each entry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suhui.contact.conversations.texts import linked_all
from suhui.platform.core.clock import local
from suhui.platform.core.money import yuan
from suhui.platform.people.models import User
from suhui.service.cases.choices import CaseChannel, CaseState, EntryKind, LinkKind, Priority, Severity
from suhui.service.cases.models import CaseEntry

Data = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One entry ready to show. `side` is "in", "out", "note" or "event"; `facts` are further short lines.

    What `lines` gives is safe HTML: personal data masked, waybill numbers as links.
    """

    entry: CaseEntry
    side: str
    icon: str
    head: str
    body: str
    waiting: bool
    facts: list[str] = field(default_factory=list)


ICONS = {
    EntryKind.OPENED: "message-2",
    EntryKind.MESSAGE_IN: "message-2",
    EntryKind.MESSAGE_OUT: "send",
    EntryKind.NOTE: "note",
    EntryKind.CONTACT: "phone",
    EntryKind.STATE: "arrow-right",
    EntryKind.ASSIGNMENT: "user",
    EntryKind.CHANGE: "pencil",
    EntryKind.TASK: "clipboard-list",
    EntryKind.PROMISE: "heart-handshake",
    EntryKind.PROPOSAL: "file-text",
    EntryKind.ANSWER: "message-check",
    EntryKind.RATING: "star",
    EntryKind.CLOCK: "alarm",
    EntryKind.MERGE: "arrow-merge",
    EntryKind.LINK: "link",
    EntryKind.PARCEL: "package",
}
SIDES = {
    EntryKind.MESSAGE_IN: "in",
    EntryKind.ANSWER: "in",
    EntryKind.RATING: "in",
    EntryKind.MESSAGE_OUT: "out",
    EntryKind.PROPOSAL: "out",
    EntryKind.NOTE: "note",
    EntryKind.CONTACT: "note",
}


def lines(entries: Iterable[CaseEntry], at: datetime, reader: User) -> list[Line]:
    """The entries as the reader may see them; one query more, however many they are."""
    plain = [line(entry, at) for entry in entries]
    words = iter(linked_all([text for one in plain for text in (one.head, one.body, *one.facts)], reader=reader))
    return [
        replace(one, head=next(words), body=next(words), facts=[next(words) for _fact in one.facts]) for one in plain
    ]


def line(entry: CaseEntry, at: datetime) -> Line:
    side = SIDES.get(EntryKind(entry.kind), "event")
    if entry.kind == EntryKind.OPENED and entry.channel != CaseChannel.EXCEPTION:
        side = "in"
    if entry.kind == EntryKind.TASK and entry.data.get("what") in {"done", "returned"}:
        side = "note"
    recorded = entry.actor_kind == "staff" and entry.kind == EntryKind.MESSAGE_IN
    head = _("wrote down what the customer said") if recorded else _HEADS[EntryKind(entry.kind)](entry.data)
    return Line(
        entry,
        side,
        ICONS[EntryKind(entry.kind)],
        head,
        entry.text,
        entry.is_waiting(at),
        _facts(entry.kind, entry.data),
    )


def _opened(data: Data) -> str:
    return _("opened the case")


def _said(data: Data) -> str:
    return _("wrote")


def _answered(data: Data) -> str:
    return _("told the customer how things stand") if data.get("progress") else _("wrote to the customer")


def _noted(data: Data) -> str:
    return _("noted")


def _contacted(data: Data) -> str:
    if not data.get("reached", True):
        return _("tried to reach the customer, in vain")
    return _("was contacted by the customer") if data.get("incoming") else _("spoke with the customer")


def _state(data: Data) -> str:
    return _("%(before)s → %(state)s") % {
        "before": CaseState(data["before"]).label,
        "state": CaseState(data["state"]).label,
    }


def _assigned(data: Data) -> str:
    if not data.get("owner"):
        return _("put it back into the queue")
    return _("assigned it to %(name)s") % {"name": data["owner"]}


FIELDS = {
    "subject": lambda: _("Subject"),
    "text": lambda: _("Description"),
    "remedy": lambda: _("What the customer wants"),
    "kind": lambda: _("Kind"),
    "category": lambda: _("Category"),
    "severity": lambda: _("Severity"),
    "priority": lambda: _("Priority"),
    "responsible_branch": lambda: _("Branch held responsible"),
    "fields": lambda: _("Details"),
    "tags": lambda: _("Tags"),
}


def _changed(data: Data) -> str:
    names = [str(FIELDS[change["field"]]()) for change in data.get("changes", []) if change["field"] in FIELDS]
    return _("changed %(names)s") % {"names": _(", ").join(names)}


def _tasked(data: Data) -> str:
    what = data.get("what")
    if what == "done":
        return _("%(where)s answered: %(title)s") % {"where": data.get("where", ""), "title": data.get("title", "")}
    if what == "returned":
        return _("gave back the request: %(title)s") % {"title": data.get("title", "")}
    return _("asked %(where)s") % {"where": data.get("where", "")}


def _promised(data: Data) -> str:
    words = {"kept": _("kept the promise"), "broken": _("did not keep the promise")}
    return words.get(str(data.get("what"))) or _("promised")


def _proposed(data: Data) -> str:
    return _("withdrew the proposal") if data.get("withdrawn") else _("proposed a solution")


def _agreed(data: Data) -> str:
    return _("agreed to the proposal") if data.get("accepted") else _("refused the proposal")


def _rated(data: Data) -> str:
    stars = int(data.get("stars", 0))
    return _("gave %(stars)s") % {"stars": "★" * stars + "☆" * (5 - stars)}


def _clock(data: Data) -> str:
    names = {
        "first_response": _("First response"),
        "update": _("Progress update"),
        "resolution": _("Resolution"),
    }
    name = names.get(str(data.get("kind")), "")
    if data.get("what") == "escalated":
        told = len(data.get("told", []))
        return ngettext(
            "%(name)s is still late: %(count)s supervisor was told",
            "%(name)s is still late: %(count)s supervisors were told",
            told,
        ) % {"name": name, "count": told}
    return _("%(name)s is late") % {"name": name}


def _merged(data: Data) -> str:
    if data.get("undone"):
        return _("took back the merge with %(number)s") % {"number": data["number"]}
    if "from" in data:
        return _("merged %(number)s into this case") % {"number": data["number"]}
    return _("merged this case into %(number)s") % {"number": data["number"]}


def _linked(data: Data) -> str:
    if data.get("gone"):
        return _("removed the link to %(number)s") % {"number": data["number"]}
    kind = str(data.get("kind") or data.get("back") or LinkKind.RELATED)
    return _("linked %(number)s (%(kind)s)") % {"number": data["number"], "kind": LinkKind(kind).label}


def _parcel(data: Data) -> str:
    if "unlinked" in data:
        return _("took away parcel %(numbers)s") % {"numbers": " ".join(data["unlinked"])}
    return _("added parcel %(numbers)s") % {"numbers": " ".join(data.get("linked", []))}


_HEADS: dict[EntryKind, Callable[[Data], str]] = {
    EntryKind.OPENED: _opened,
    EntryKind.MESSAGE_IN: _said,
    EntryKind.MESSAGE_OUT: _answered,
    EntryKind.NOTE: _noted,
    EntryKind.CONTACT: _contacted,
    EntryKind.STATE: _state,
    EntryKind.ASSIGNMENT: _assigned,
    EntryKind.CHANGE: _changed,
    EntryKind.TASK: _tasked,
    EntryKind.PROMISE: _promised,
    EntryKind.PROPOSAL: _proposed,
    EntryKind.ANSWER: _agreed,
    EntryKind.RATING: _rated,
    EntryKind.CLOCK: _clock,
    EntryKind.MERGE: _merged,
    EntryKind.LINK: _linked,
    EntryKind.PARCEL: _parcel,
}


def _facts(kind: str, data: Data) -> list[str]:
    found: list[str] = []
    if kind == EntryKind.PROPOSAL and data.get("amount_fen"):
        found.append(_("Amount: ¥%(amount)s") % {"amount": yuan(int(data["amount_fen"]))})
    found += [f"· {step}" for step in data.get("steps", [])]
    if data.get("due"):
        due = local(datetime.fromisoformat(data["due"])).strftime("%m-%d %H:%M")
        found.append(_("due %(when)s") % {"when": due})
    for change in data.get("changes", []):
        found.append(f"{FIELDS[change['field']]()}: {_value(change, 'before')} → {_value(change, 'after')}")
    return found


def _value(change: Data, side: str) -> str:
    value, name = change.get(side), change["field"]
    if name == "priority" and value:
        return str(Priority(value).label)
    if name == "severity" and value:
        return str(Severity(value).label)
    if name in {"text", "fields"}:
        return "…"
    if name == "tags":
        return _(", ").join(value or ()) or "—"
    return str(value or "—")


def channel_label(value: str) -> str:
    return str(CaseChannel(value).label) if value in CaseChannel.values else ""
