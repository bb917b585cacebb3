"""Links for customers: the pages of ours that a customer may open, and what a colleague says when sending one.

The room with the customers' pages registers how a case or a parcel is shown to its customer; the desk copies the link,
shows it as a QR code, and rooms below put it into what they send.
"""

from collections.abc import Callable
from dataclasses import dataclass

import segno
from django.utils.translation import gettext as _
from markupsafe import Markup

from suhui.platform.core.errors import Missing
from suhui.platform.people.models import User


@dataclass(frozen=True)
class Card:
    """A link to hand over: `path` on this host, `help` what the customer finds there, `message` a text to send with
    {link} where the address stands."""

    title: str
    help: str
    path: str
    message: str

    def said(self, link: str) -> str:
        return self.message.replace("{link}", link)


@dataclass(frozen=True)
class Shared:
    """`path(id)` is the customer's address of the thing; `card(user, id)` raises Missing for somebody who may not see
    it."""

    path: Callable[[int], str]
    card: Callable[[User, int], Card]


_kinds: dict[str, Shared] = {}


def register_shared(subject_kind: str, shared: Shared) -> None:
    """Things of this kind ("case") have a page for their customers."""
    _kinds[subject_kind] = shared


def path_of(subject_kind: str, subject_id: int) -> str:
    """Where the customer reads about it; empty when there is no such page."""
    shared = _kinds.get(subject_kind)
    return shared.path(subject_id) if shared else ""


def card_of(user: User, subject_kind: str, subject_id: int) -> Card:
    """The link and what to say with it. Raises Missing."""
    shared = _kinds.get(subject_kind)
    if shared is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return shared.card(user, subject_id)


def qr_code(text: str) -> Markup:
    """The text as a QR code in SVG, dark on light in any theme, for a customer's phone at the counter."""
    code = segno.make(text, error="m", micro=False)
    return Markup(
        code.svg_inline(scale=4, border=3, dark="#111", light="#fff", omitsize=True, lineclass="", svgclass="qr")
    )
