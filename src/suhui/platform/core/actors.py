"""Who did it: every write names an actor, and every stored event keeps it."""

from dataclasses import dataclass
from typing import Literal, Protocol

ActorKind = Literal["staff", "customer", "carrier", "system"]


class Person(Protocol):
    """What an actor needs of a member of staff; the real one is people.User."""

    pk: int

    def get_full_name(self) -> str: ...


@dataclass(frozen=True)
class Actor:
    """`user_id` is set for staff only. `label` is what a timeline shows; for a customer it is already masked."""

    kind: ActorKind
    label: str
    user_id: int | None = None

    @classmethod
    def staff(cls, user: Person) -> "Actor":
        return cls("staff", user.get_full_name(), user.pk)

    @classmethod
    def customer(cls, label: str = "") -> "Actor":
        return cls("customer", label)

    @classmethod
    def carrier(cls, label: str) -> "Actor":
        return cls("carrier", label)

    @classmethod
    def system(cls, part: str) -> "Actor":
        """`part` names the machine's own part that acted, for example "sla"."""
        return cls("system", part)
