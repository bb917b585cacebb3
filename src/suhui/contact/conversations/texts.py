"""Free text as safe HTML: waybill numbers become links, phones and e-mails are masked, line ends stay."""

from collections.abc import Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from jinja2 import pass_context
from markupsafe import Markup, escape

from suhui.platform.people.models import User
from suhui.platform.privacy import masks
from suhui.records.shipments import access, selectors
from suhui.records.shipments.models import Waybill
from suhui.records.shipments.recognition import FoundNumber, find_in_text

_LINK = Markup(
    '<a class="number-code" href="{}" data-controller="peek" data-peek-url-value="{}"'
    ' data-action="mouseenter->peek#soon mouseleave->peek#gone focus->peek#soon blur->peek#gone">{}</a>'
)


def linked_all(texts: Sequence[str], *, reader: User | None = None, mask: bool = True) -> list[Markup]:
    """Each text escaped, every waybill of the register named in it a link with a preview. One query for all of them.

    With `reader` only what that person may open is a link. With `mask` (the default) phone numbers and e-mail
    addresses are masked first.
    """
    shown = [masks.mask_text(text) if mask else text for text in texts]
    found = [find_in_text(text) for text in shown]
    known = _known({item.number for items in found for item in items}, reader)
    return [_with_links(text, items, known) for text, items in zip(shown, found, strict=True)]


def linked(text: str, *, reader: User | None = None, mask: bool = True) -> Markup:
    """One text; see `linked_all`."""
    return linked_all([text], reader=reader, mask=mask)[0]


@pass_context
def linked_for_reader(context: Any, text: str) -> Markup:
    """The filter `{{ text|linked }}`: as whoever reads the page may see it. One query each."""
    return linked(text, reader=context.get("user"))


def _known(numbers: set[str], reader: User | None) -> dict[str, Waybill]:
    if not numbers:
        return {}
    return selectors.by_numbers(numbers, among=None if reader is None else access.visible_to(reader))


def _with_links(text: str, found: list[FoundNumber], known: dict[str, Waybill]) -> Markup:
    parts: list[Markup] = []
    done = 0
    for item in found:
        waybill = known.get(item.number)
        page, preview = _addresses(waybill.pk) if waybill else ("", "")
        if not page or item.start < done:
            continue
        parts += [escape(text[done : item.start]), _LINK.format(page, preview, text[item.start : item.end])]
        done = item.end
    parts.append(escape(text[done:]))
    return Markup("").join(parts)


def _addresses(waybill_id: int) -> tuple[str, str]:
    """The parcel's page and its preview; nothing where the reader's house has none."""
    try:
        return reverse("shipments:waybill", args=[waybill_id]), reverse("shipments:parcel", args=[waybill_id])
    except NoReverseMatch:
        return "", ""
