"""Whose data there is: every room that holds personal data says here how to read one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User

Reader = Callable[[User, str, str], str]


@dataclass(frozen=True)
class FieldKind:
    """`reader(user, "12", "phone:33")` gives the value or raises Missing: the door is the reader's to check.

    `url` leads from the list of reveals to whom it was about, given the id; empty when there is no page.
    """

    kind: str
    label: Any
    reader: Reader
    url: Callable[[str], str] | None = None


_kinds: dict[str, FieldKind] = {}


def register_field(kind: str, reader: Reader, *, label: Any = "", url: Callable[[str], str] | None = None) -> None:
    """`kind` is the first half of a subject key ("customer")."""
    _kinds[kind] = FieldKind(kind, label or kind, reader, url)


def kind_of(subject: str) -> FieldKind | None:
    return _kinds.get(subject.partition(":")[0])


def read(user: User, subject: str, field: str) -> str:
    """The value, through the door of the room that holds it. Raises Missing."""
    found = kind_of(subject)
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found.reader(user, subject.partition(":")[2], field)
