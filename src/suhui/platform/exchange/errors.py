"""What can be wrong with a file, and with one value in it."""

from typing import Any

from suhui.platform.core.errors import BadInput
from suhui.platform.exchange import problems


class Unreadable(BadInput):
    """The file is no table we can read; the sentence says why and what to do. Like a Wrong it has a code, so that it
    can be kept and said again to a reader of another language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(problems.say({"code": code, "params": params}, {}))
        self.code = code
        self.params = params


class Wrong(Exception):
    """One value cannot be used. `code` names the sentence (`problems.register`), `params` fill it: the sentence itself
    is made later, in the language of whoever reads the report."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
