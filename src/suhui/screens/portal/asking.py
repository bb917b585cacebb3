"""Asking and complaining, one question at a time: kept as it is written, sent as one intake."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.files import selectors as files
from suhui.platform.files import services as storing
from suhui.platform.files.choices import FileKind
from suhui.platform.files.models import StoredFile
from suhui.platform.privacy import masks
from suhui.records.customers import phones
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import limits, tracking
from suhui.screens.portal.choices import Metered, Remedy, Side, Step
from suhui.screens.portal.models import Inquiry
from suhui.service.cases import services as cases
from suhui.service.cases.choices import CaseChannel, CaseKind
from suhui.service.cases.models import Category


class Photo(storing.Upload, Protocol):
    """What a browser sends, with its size."""

    @property
    def size(self) -> int | None: ...


MOST_PHOTOS = 9
LONGEST = 2000
PHOTO_LIMIT = 12 << 20
KEPT = timedelta(days=30)
"""How long something begun and not sent is kept."""
ABOUT = [CaseKind.ENQUIRY, CaseKind.SUGGESTION]
"""Besides the complaint categories: what else one can write about."""


def categories() -> list[Category]:
    """What a complaint can be about, as big buttons: the top level of the taxonomy."""
    rows = Category.objects.filter(parent=None, active=True)
    return [row for row in rows if not row.kinds or CaseKind.COMPLAINT in row.kinds]


@transaction.atomic
def begin(*, visitor: UUID, waybill: Waybill | None, side: Side, at: datetime) -> Inquiry:
    """A new inquiry, or the one this browser began about the same parcel and has not sent."""
    rows = Inquiry.objects.filter(visitor=visitor, waybill=waybill, sent_at=None, changed_at__gt=at - KEPT)
    found = rows.order_by("-changed_at").first()
    if found is not None:
        Inquiry.objects.filter(pk=found.pk).update(side=side)
        return found
    return Inquiry.objects.create(visitor=visitor, waybill=waybill, side=side, begun_at=at, changed_at=at)


def of_visitor(visitor: UUID | None, at: datetime) -> list[Inquiry]:
    """What this browser began or sent lately, newest first."""
    if visitor is None:
        return []
    rows = Inquiry.objects.filter(visitor=visitor, changed_at__gt=at - timedelta(days=180))
    return list(rows.select_related("waybill", "case", "category").order_by("-changed_at")[:20])


def get(*, visitor: UUID | None, inquiry_id: UUID) -> Inquiry:
    """One of this browser's own. Raises Missing."""
    rows = Inquiry.objects.select_related("waybill__destination", "case", "category")
    found = rows.filter(pk=inquiry_id, visitor=visitor).first() if visitor else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def steps(inquiry: Inquiry) -> list[Step]:
    """The questions this inquiry has: only a complaint is asked for the remedy sought."""
    return [step for step in Step if step != Step.REMEDY or inquiry.kind in {"", CaseKind.COMPLAINT}]


def after(inquiry: Inquiry, step: Step) -> Step:
    asked = steps(inquiry)
    return asked[min(asked.index(step) + 1, len(asked) - 1)]


@transaction.atomic
def answer(*, inquiry: Inquiry, step: Step, given: dict[str, str], at: datetime) -> Step:
    """Keep the answer to one question and say which comes next. Raises BadInput with the sentence at the field."""
    _demand_unsent(inquiry)
    _ANSWERS[step](inquiry, given)
    inquiry.step, inquiry.changed_at = after(inquiry, step), at
    inquiry.save()
    return Step(inquiry.step)


def _about(inquiry: Inquiry, given: dict[str, str]) -> None:
    about = given.get("about", "")
    if about in ABOUT:
        inquiry.kind, inquiry.category = about, None
        inquiry.remedy = ""
        return
    category = next((row for row in categories() if row.code == about), None)
    if category is None:
        raise _at("about", _("Please choose one."))
    inquiry.kind, inquiry.category = CaseKind.COMPLAINT, category


def _text(inquiry: Inquiry, given: dict[str, str]) -> None:
    text = given.get("text", "").strip()
    if len(text) < 2:
        raise _at("text", _("Please tell us in a few words."))
    if len(text) > LONGEST:
        raise _at("text", _("Please keep it under 2,000 characters."))
    inquiry.text = text


def _remedy(inquiry: Inquiry, given: dict[str, str]) -> None:
    remedy = given.get("remedy", "")
    words = given.get("remedy_words", "").strip()
    if remedy not in Remedy.values:
        raise _at("remedy", _("Please choose one."))
    if remedy == Remedy.OTHER and not words:
        raise _at("remedy_words", _("Please say what you would like."))
    inquiry.remedy, inquiry.remedy_words = remedy, words[:200]


def _reach(inquiry: Inquiry, given: dict[str, str]) -> None:
    typed = given.get("phone", "").strip()
    if typed:
        number = phones.read_or_none(typed)
        if number is None:
            raise _at("phone", _("This is not a telephone number."))
        inquiry.phone = number.e164
    elif not inquiry.phone and not _known_phone(inquiry):
        raise _at("phone", _("We need a phone number to answer you."))
    inquiry.name = " ".join(given.get("name", "").split())[:60] or inquiry.name


def _nothing(inquiry: Inquiry, given: dict[str, str]) -> None:
    pass


_ANSWERS = {
    Step.ABOUT: _about,
    Step.TEXT: _text,
    Step.PHOTOS: _nothing,
    Step.REMEDY: _remedy,
    Step.REACH: _reach,
    Step.CHECK: _nothing,
}


def _at(field: str, sentence: str) -> BadInput:
    return BadInput(sentence, {field: sentence})


def _known_phone(inquiry: Inquiry) -> str:
    return tracking.phone_of(inquiry.waybill, inquiry.side) if inquiry.waybill else ""


def known_phone_masked(inquiry: Inquiry) -> str:
    """The phone of the parcel that was shown to be known, as it may be shown back."""
    return masks.mask_phone(_known_phone(inquiry))


@transaction.atomic
def keep_words(*, inquiry: Inquiry, text: str, at: datetime) -> None:
    """Keep half-written words, whatever they are: the browser may be closed at any moment."""
    rows = Inquiry.objects.filter(pk=inquiry.pk, sent_at=None)
    rows.update(text=text[:LONGEST], changed_at=at)


def photos(inquiry: Inquiry) -> list[StoredFile]:
    return files.files_of(inquiry.owner_key)


def add_photos(*, inquiry: Inquiry, uploads: Iterable[Photo], address: str, at: datetime) -> None:
    """Check and keep photos. Raises BadInput for what is not a picture, too big or too many; the good ones stay."""
    _demand_unsent(inquiry)
    kept = store_photos(
        uploads=list(uploads), owner_key=inquiry.owner_key, there=len(photos(inquiry)), address=address, at=at
    )
    if kept:
        Inquiry.objects.filter(pk=inquiry.pk).update(changed_at=at)


def store_photos(
    *, uploads: Sequence[Photo], owner_key: str, there: int, address: str, at: datetime
) -> list[StoredFile]:
    """Pictures only, each under 12 MB, at most nine together with those `there`."""
    if there + len(uploads) > MOST_PHOTOS:
        raise _at("photos", _("Nine photos are enough: please choose the clearest."))
    kept = []
    for upload in uploads:
        if (upload.size or 0) > PHOTO_LIMIT:
            raise _at("photos", _("This photo is larger than 12 MB. Please take a smaller one."))
        limits.spend(Metered.PHOTOS, limits.address_key(address), at=at)
        kept.append(_store_photo(upload, owner_key))
    return kept


@transaction.atomic
def _store_photo(upload: Photo, owner_key: str) -> StoredFile:
    try:
        file = storing.store(upload=upload, owner_key=owner_key, by=Actor.customer())
    except BadInput as error:
        raise _at("photos", str(error.message)) from error
    if file.kind != FileKind.IMAGE:
        raise _at("photos", _("Only photos can be sent here."))
    return file


def remove_photo(*, inquiry: Inquiry, file_id: UUID) -> None:
    _demand_unsent(inquiry)
    for file in photos(inquiry):
        if file.pk == file_id:
            storing.remove(file=file, by=Actor.customer())


@transaction.atomic
def drop(*, inquiry: Inquiry) -> None:
    """Throw away what was begun. Harmless once it was sent: that is a case now."""
    locked = Inquiry.objects.select_for_update().filter(pk=inquiry.pk, sent_at=None).first()
    if locked is None:
        return
    for file in photos(locked):
        storing.remove(file=file, by=Actor.customer())
    locked.delete()


def missing(inquiry: Inquiry) -> Step | None:
    """The first question that still needs an answer before it can be sent."""
    if not inquiry.kind:
        return Step.ABOUT
    if len(inquiry.text.strip()) < 2:
        return Step.TEXT
    if inquiry.kind == CaseKind.COMPLAINT and not inquiry.remedy:
        return Step.REMEDY
    if not inquiry.phone and not _known_phone(inquiry):
        return Step.REACH
    return None


@transaction.atomic
def send(*, inquiry: Inquiry, address: str, at: datetime) -> Inquiry:
    """Hand it to the service desk: one intake, whoever presses twice. Raises Refused over the limits.

    The customer is whom the shown phone belongs to. A typed phone that nobody has proven only says where to call; it
    never leads to a case that is open already.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).select_related("waybill", "category").get(pk=inquiry.pk)
    if inquiry.sent_at is not None:
        return inquiry
    if missing(inquiry) is not None:
        raise BadInput(_("Some questions are still open."))
    limits.spend(Metered.MATTERS, limits.address_key(address), at=at)
    if inquiry.waybill is not None:
        limits.spend(Metered.PARCEL_MATTERS, str(inquiry.waybill_id), at=at)
    taken = cases.intake(by=Actor.customer(masks.mask_name(inquiry.name)), at=at, **_intake(inquiry))
    storing.rehome(files=photos(inquiry), owner_key=taken.case.key, by=Actor.customer())
    inquiry.sent_at, inquiry.changed_at = at, at
    inquiry.case, inquiry.joined = taken.case, not taken.opened
    inquiry.save()
    return inquiry


def _intake(inquiry: Inquiry) -> dict[str, Any]:
    known = _known_phone(inquiry)
    text = inquiry.text
    if known and inquiry.phone and inquiry.phone != known:
        with translation.override("zh-hans"):
            text += "\n" + _("Please call: %(phone)s") % {"phone": phones.national(inquiry.phone)}
    return {
        "channel": CaseChannel.PORTAL,
        "kind": inquiry.kind,
        "text": text,
        "phone": known or inquiry.phone,
        "name": inquiry.name,
        "waybills": [inquiry.waybill] if inquiry.waybill else [],
        "category": inquiry.category,
        "remedy": _remedy_words(inquiry),
        "files": photos(inquiry),
        "source": f"portal:{inquiry.pk}",
        "join": bool(known),
    }


def _remedy_words(inquiry: Inquiry) -> str:
    """The remedy sought in the house's language."""
    if not inquiry.remedy:
        return ""
    with translation.override("zh-hans"):
        label = str(Remedy(inquiry.remedy).label)
    return f"{label}：{inquiry.remedy_words}" if inquiry.remedy_words else label


def may_follow(inquiry: Inquiry) -> bool:
    """Whether this browser is given the way to the case: its own, or one that was open when the phone was proven."""
    return inquiry.case is not None and (not inquiry.joined or bool(_known_phone(inquiry)))


def _demand_unsent(inquiry: Inquiry) -> None:
    if inquiry.sent_at is not None:
        raise BadInput(_("This has been sent already."))


def sweep(*, at: datetime) -> int:
    """Forget what was begun and not sent for thirty days, with its photos; how many."""
    old = list(Inquiry.objects.filter(sent_at=None, changed_at__lt=at - KEPT)[:1000])
    for inquiry in old:
        drop(inquiry=inquiry)
    return len(old)
