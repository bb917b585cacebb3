"""What a line of a file can become. Rooms register their kinds in `registrations.py`; this room knows none of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suhui.platform.core.actors import Actor
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm


@dataclass
class Context:
    """Who imports, into which branch; `kept` is the kind's own, for what it looks up once."""

    user: User
    branch: Branch
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        return Actor.staff(self.user)


@dataclass(frozen=True)
class Field:
    """One thing a line can say. `parse(text, context)` gives a JSON value or raises `errors.Wrong`; it is not asked
    about an empty cell. `aliases` are the names such columns have in files, parted by "|"; the label is always one."""

    name: str
    label: Any
    parse: Callable[[str, Context], Any]
    required: bool = False
    aliases: str = ""
    help: Any = ""


@dataclass
class Line:
    """One line on its way. The kind fills in what it finds and does.

    `found` (in `match`): "new", "same", "change" or "duplicate", with `match_id` and `reason` (a problem code).
    `choice` (before `write`): "create" or "update". `object_id`, `before` (in `write`). `left` (in `undo`): a problem
    code when it could not be taken back.
    """

    number: int
    given: dict[str, Any]
    found: str = "new"
    match_id: int | None = None
    reason: str = ""
    choice: str = ""
    object_id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    left: str = ""


Step = Callable[[Sequence[Line], Context], None]


@dataclass(frozen=True)
class ImportKind:
    """`key(given)` is equal for two lines about the same thing, "" where a line cannot say. `check(given)` raises Wrong
    for what only the whole line shows. `match` looks for what is known already, `write` adds and changes, `undo` takes
    back what a line did; each gets many lines and asks the database a bounded number of times."""

    name: str
    label: Any
    help: Any
    icon: str
    permission: Perm
    fields: tuple[Field, ...]
    key: Callable[[Mapping[str, Any]], str]
    match: Step
    write: Step
    undo: Step
    list_url: str
    check: Callable[[dict[str, Any]], None] = lambda _given: None
    order: int = 100

    @property
    def labels(self) -> dict[str, Any]:
        return {one.name: one.label for one in self.fields}


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    _kinds[kind.name] = kind


def kind_named(name: str) -> ImportKind | None:
    return _kinds.get(name)


def kinds_for(user: User) -> list[ImportKind]:
    """What this person may import."""
    known: Iterable[ImportKind] = sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))
    return [kind for kind in known if user.may(Perm.DATA_IMPORT) and user.may(kind.permission)]
