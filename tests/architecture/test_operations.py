"""House rules of the programming interface: every operation names its permission, its words and its shapes."""

from collections import Counter
from typing import Any

from pydantic import BaseModel

from suhui.platform.rest.rooms import Operation
from suhui.screens.api.assembly import operations

WITHOUT_PERMISSION = {
    "me_me": "says what the token itself may",
}
"""Operations that any good token may call, and why."""


def test_every_operation_names_who_may_call_it() -> None:
    open_doors = [name for name, one in operations().items() if not one.permissions and name not in WITHOUT_PERMISSION]
    assert open_doors == []
    assert [name for name in WITHOUT_PERMISSION if name not in operations()] == []


def test_every_operation_says_in_a_line_what_it_does() -> None:
    assert [name for name, one in operations().items() if not 3 <= len(str(one.summary)) <= 90] == []


def test_two_operations_never_share_a_name_or_a_place() -> None:
    found = list(operations().values())
    names = Counter(one.name for one in found)
    places = Counter((one.method, one.path) for one in found)
    assert [key for key, count in [*names.items(), *places.items()] if count > 1] == []


def test_two_shapes_never_share_a_name() -> None:
    """The document knows shapes by name alone: the later would take the place of the earlier."""
    operations()

    def below(base: type[Any]) -> list[type[Any]]:
        direct: list[type[Any]] = base.__subclasses__()
        return direct + [kind for one in direct for kind in below(one)]

    shapes = {kind for kind in below(BaseModel) if kind.__module__.startswith("suhui.") and "[" not in kind.__name__}
    counted = Counter(kind.__name__ for kind in shapes)
    assert [name for name, count in counted.items() if count > 1] == []


def answers_something(one: Operation) -> bool:
    return one.answer is not None or one.status == 204 or bool(one.download)


def test_every_operation_declares_its_answer() -> None:
    assert [name for name, one in operations().items() if not answers_something(one)] == []
