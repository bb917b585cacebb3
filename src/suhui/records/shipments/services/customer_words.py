"""What customers are told about exceptions: the service manager's own words."""

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.records.shipments import events
from suhui.records.shipments.choices import ExceptionKind
from suhui.records.shipments.models import CustomerWords


@transaction.atomic
def write_words(
    *,
    kind: str,
    headline: str,
    happened: str,
    next_step: str,
    by: Actor,
    english_headline: str = "",
    english_happened: str = "",
    english_next_step: str = "",
) -> CustomerWords:
    """Write down what customers read about this kind of exception. Raises BadInput when one of the three is empty, or
    when the English is there in part only."""
    if kind not in ExceptionKind.values:
        raise BadInput(_("There is no such exception."))
    given = {"headline": headline.strip(), "happened": happened.strip(), "next_step": next_step.strip()}
    english = {
        "english_headline": english_headline.strip(),
        "english_happened": english_happened.strip(),
        "english_next_step": english_next_step.strip(),
    }
    empty = [name for name, value in given.items() if not value]
    empty += [name for name, value in english.items() if not value and any(english.values())]
    if empty:
        sentence = _("Customers read all three: please fill it in.")
        raise BadInput(sentence, dict.fromkeys(empty, sentence))
    row, _made = CustomerWords.objects.update_or_create(kind=kind, defaults=given | english)
    stored.store(events.CustomerWordsChanged(words_id=row.pk, exception_kind=kind), by=by)
    return row
