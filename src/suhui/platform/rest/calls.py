"""A call: what an operation gets as its request."""

from typing import Any

from suhui.platform.core.actors import Actor
from suhui.platform.people.doors import Request
from suhui.platform.rest.limits import Allowance
from suhui.platform.rest.models import Token


class Call(Request):
    """A request behind the interface's door. `user` is fenced in by the token: every access and scope of every room
    shows what the token may see and no more. `sent` is the JSON body, already read and looked over."""

    token: Token | None
    actor: Actor
    request_id: str
    allowance: Allowance | None
    sent: Any
