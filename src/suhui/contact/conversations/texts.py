"""Free text as safe HTML: waybill numbers become links, phones and e-mails are masked, line ends stay."""

from django.urls import NoReverseMatch, reverse
from markupsafe import Markup, escape

from suhui.platform.privacy import masks
from suhui.records.shipments import selectors


def waybill_url(waybill_id: int) -> str:
    """The parcel's page; nothing where the reader's house has none."""
    try:
        return reverse("shipments:waybill", args=[waybill_id])
    except NoReverseMatch:
        return ""


def linked(text: str, *, mask: bool = True) -> Markup:
    """`text` escaped, the first mention of every known waybill a link. One query. In templates: `{{ text|linked }}`.

    With `mask` (the default) phone numbers and e-mail addresses in it are masked first.
    """
    shown = masks.mask_text(text) if mask else text
    parts: list[Markup] = []
    done = 0
    for found in selectors.mentioned_in(shown):
        url = waybill_url(found.waybill.pk) if found.waybill else ""
        if not url or found.start < done:
            continue
        parts += [escape(shown[done : found.start])]
        parts += [Markup('<a class="number-code" href="{}">{}</a>').format(url, shown[found.start : found.end])]
        done = found.end
    parts.append(escape(shown[done:]))
    return Markup("").join(parts)
