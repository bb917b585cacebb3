"""Promises to customers (CAS-7): written down with a time, reminded, counted as kept or broken by the room of tasks."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import User
from suhui.service.cases.choices import EntryKind, Purpose
from suhui.service.cases.models import Case, CaseTask
from suhui.service.cases.services import clocks
from suhui.service.cases.services.moving import demand_open
from suhui.service.cases.services.writing import write_entry


@transaction.atomic
def promise(
    *, case: Case, text: str, due_at: datetime, by: Actor, owner: User | None = None, at: datetime | None = None
) -> Task:
    """Write down what was promised and by when; the owner of the case (or the one who promised) keeps it."""
    demand_open(case)
    moment = at or now()
    if not text.strip():
        raise BadInput(_("Write what was promised."), {"text": _("Write what was promised.")})
    if due_at <= moment:
        raise BadInput(_("A promise lies ahead."), {"due_at": _("Choose a time in the future.")})
    keeper = owner or case.owner or _giver(by)
    if keeper is None:
        raise BadInput(_("Somebody has to keep the promise. Take or assign the case first."))
    task = tasks.promise(
        subject=case.key,
        text=text.strip(),
        due_at=due_at,
        owner=keeper,
        branch=case.branch,
        url=clocks.url_of(case),
        by=by,
    )
    CaseTask.objects.create(case=case, task=task, purpose=Purpose.PROMISE)
    write_entry(
        case=case,
        kind=EntryKind.PROMISE,
        by=by,
        at=moment,
        text=text.strip(),
        data={"task": task.pk, "what": "made", "due": due_at.isoformat(), "keeper": str(keeper)},
        source=f"task:{task.pk}:made",
    )
    return task


def _giver(by: Actor) -> User | None:
    return User.objects.filter(pk=by.user_id).first() if by.user_id else None
