"""Telling the customer what happened to the parcel, when a rule wants it told (SHP-3).

Their page says it at once. Then it goes out by a channel that reaches them; where none does, the owner of the case has
the task to call.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.contact.conversations import reaching
from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.choices import WAITING, TaskKind
from suhui.platform.core.actors import Actor
from suhui.platform.desk import sharing
from suhui.records.shipments import selectors as parcels
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import WaybillException
from suhui.service.cases.choices import Purpose
from suhui.service.cases.models import Case, CaseTask
from suhui.service.cases.services import clocks, talking


@transaction.atomic
def inform(*, case: Case, exception: WaybillException, by: Actor, at: datetime) -> None:
    """Write it on the customer's page of the case, send it, or have the owner call. Harmless to repeat."""
    told = parcels.told_to_customer([exception])
    if not told:
        return
    text = _in_words(told[0])
    source = f"exception:{exception.pk}:told"
    talking.tell_progress(case=case, text=text, by=by, at=at, source=source)
    path = sharing.path_of("case", case.pk)
    phone = case.contact_phone or exception.waybill.recipient_phone
    message = reaching.Message(text=text, about=case.key, path=path, source=source, customer=case.customer, phone=phone)
    if reaching.send(message, by):
        shipments.note_told(case_key=case.key, at=at)
    else:
        ask_owner_to_tell(case=case, by=by, at=at)


def inform_without_case(*, exception: WaybillException, by: Actor) -> None:
    """Nobody has to do anything about it but the customer: sent where a channel reaches them; the portal shows it."""
    waybill = exception.waybill
    for told in parcels.told_to_customer([exception]):
        message = reaching.Message(
            text=_in_words(told),
            about=f"waybill:{waybill.pk}",
            path=sharing.path_of("waybill", waybill.pk),
            source=f"exception:{exception.pk}:told",
            customer=waybill.recipient,
            phone=waybill.recipient_phone,
        )
        reaching.send(message, by)


def ask_owner_to_tell(*, case: Case, by: Actor, at: datetime) -> None:
    """Give the owner the task to tell the customer, due when the exception is to be dealt with. Nothing while there is
    no owner, nothing to tell, or the task is there."""
    if case.owner is None or not (found := parcels.untold(case.key)) or _has_task(case):
        return
    words = [_in_words(told) for told in parcels.told_to_customer(found)]
    nearest = found[0].due_at
    task = tasks.create(
        kind=TaskKind.FOLLOW_UP,
        subject=case.key,
        title=_("Tell the customer about parcel %(number)s: %(trouble)s")
        % {"number": found[0].waybill.number, "trouble": found[0].get_kind_display()},
        body="\n".join([_("No message could be sent: please call, and say that the link shows the rest."), *words]),
        url=clocks.url_of(case),
        branch=case.branch,
        assignee=case.owner,
        due_at=nearest if nearest > at else None,
        by=by,
        at=at,
    )
    CaseTask.objects.create(case=case, task=task, purpose=Purpose.TELL)


def _has_task(case: Case) -> bool:
    return CaseTask.objects.filter(case=case, purpose=Purpose.TELL, task__state__in=WAITING).exists()


def _in_words(told: parcels.Told) -> str:
    return f"{told.headline}。{told.happened}{told.next_step}"
