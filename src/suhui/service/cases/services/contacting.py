"""The first duty on a complaint: speak with the customer the same day (CAS-3; a house rule of the trade)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from suhui.engines.tasks import services as tasks
from suhui.engines.tasks.choices import WAITING, TaskKind
from suhui.engines.tasks.models import Task
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local
from suhui.service.cases.choices import CaseKind, Purpose
from suhui.service.cases.models import Case, CaseTask
from suhui.service.cases.services import clocks


def ask_for_contact(*, case: Case, by: Actor, at: datetime) -> None:
    """Give the owner the task to contact the customer today. Nothing when it was done, or there is no owner yet."""
    if case.kind != CaseKind.COMPLAINT or case.contacted_at is not None or case.owner is None:
        return
    if _open_tasks(case, Purpose.CONTACT):
        return
    task = tasks.create(
        kind=TaskKind.FOLLOW_UP,
        subject=case.key,
        title=_("Contact the customer today about complaint %(number)s") % {"number": case.number},
        body=case.subject,
        url=clocks.url_of(case),
        branch=case.branch,
        assignee=case.owner,
        due_at=end_of_working_day(case, at),
        by=by,
    )
    CaseTask.objects.create(case=case, task=task, purpose=Purpose.CONTACT)


def contacted(*, case: Case, by: Actor, at: datetime) -> None:
    """The customer was reached: note when first, and finish the tasks that asked for it."""
    if case.contacted_at is None:
        Case.objects.filter(pk=case.pk, contacted_at=None).update(contacted_at=at)
        case.contacted_at = at
    for task in _open_tasks(case, Purpose.CONTACT, Purpose.TELL):
        tasks.complete(task=task, result=_("The customer was contacted."), by=by, at=at)


def end_of_working_day(case: Case, at: datetime) -> datetime:
    """18:00 on the house's clock today while the branch works; after hours, on its next working day."""
    hours = working_time(case.branch)
    start = at if hours.is_open(at) else hours.next_opening(at)
    close = local(start).replace(hour=18, minute=0, second=0, microsecond=0)
    return close if close > at + timedelta(minutes=15) else start + timedelta(hours=2)


def _open_tasks(case: Case, *purposes: Purpose) -> list[Task]:
    rows = CaseTask.objects.filter(case=case, purpose__in=purposes, task__state__in=WAITING).select_related("task")
    return [row.task for row in rows]
