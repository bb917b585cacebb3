"""Which sentences of the document describe something: what a field holds, what a header is for.

They stand in the shapes in English. The catalogue of this room takes them from the document's snapshot
(`tools.messages`), so nothing but plain JSON is read here.
"""

from collections.abc import Callable, Iterator
from typing import Any

CONTEXT = "interface"
"""The context of these sentences in the catalogue: they are short, and other rooms mean other things by them."""
_LITERAL = frozenset({"example", "examples", "enum", "const", "default"})
_ALREADY = frozenset({"tags", "responses", "get", "post", "put", "patch", "delete"})
"""What stands below these describes a room, a call or an answer, and is said in the reader's language by the kit."""


def descriptions(document: dict[str, Any]) -> Iterator[str]:
    """Every sentence once, in the document's order."""
    found: dict[str, None] = {}

    def keep(text: str) -> str:
        found[text] = None
        return text

    described(document, keep)
    yield from found


def described(node: Any, say: Callable[[str], str], within: str = "") -> Any:
    """A copy of this part of a document in which `say` has had every sentence."""
    if isinstance(node, list):
        return [described(one, say, within) for one in node]
    if not isinstance(node, dict):
        return node
    return {name: _said(name, value, say, within) for name, value in node.items()}


def _said(name: str, value: Any, say: Callable[[str], str], within: str) -> Any:
    if within == "properties":  # a field may have any name
        return described(value, say)
    if name in _LITERAL:
        return value
    if name == "description" and isinstance(value, str):
        return value if within in _ALREADY else say(value)
    # The names of answers ("200") are no better known than "responses" above them.
    return described(value, say, within if within == "responses" and name.isdecimal() else name)
