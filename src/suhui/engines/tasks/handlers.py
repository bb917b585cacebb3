from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from suhui.engines.tasks import events, selectors, services
from suhui.engines.tasks.models import Task
from suhui.platform.calendars.events import BranchCalendarSet, CalendarChanged, HolidaysFilled
from suhui.platform.calendars.touched import change_of
from suhui.platform.core import jobs
from suhui.platform.core.events import Happened, handles
from suhui.platform.notifications import services as bell
from suhui.platform.people.events import AbsenceBegan, AbsenceEnded
from suhui.platform.people.models import Absence, User


@handles(CalendarChanged, name="tasks.calendar_changed")
@handles(BranchCalendarSet, name="tasks.branch_calendar_set")
@handles(HolidaysFilled, name="tasks.holidays_filled")
def count_anew(happened: Happened) -> None:
    """Opening hours changed: open tasks are counted anew, in a job, for they may be many."""
    change = change_of(happened.data)
    if change is not None:
        jobs.defer("tasks.recount", **change)


@handles(AbsenceBegan, name="tasks.hand_over")
def hand_over(happened: Happened) -> None:
    """An absent person's work goes to the stand-in; without one it waits for a supervisor to name somebody."""
    absence = Absence.objects.filter(pk=happened.data.absence_id).select_related("user", "stand_in").first()
    if absence is not None and absence.stand_in is not None and absence.finished_at is None:
        services.hand_over(absence=absence, by=happened.actor)


@handles(AbsenceEnded, name="tasks.give_back_work")
def give_back_work(happened: Happened) -> None:
    absence = Absence.objects.filter(pk=happened.data.absence_id).first()
    if absence is not None:
        services.give_back_work(absence=absence, by=happened.actor)


@handles(events.TaskCreated, name="tasks.tell_asked")
def tell_asked(happened: Happened) -> None:
    if happened.data.task_kind != "promise":
        _tell_doers(happened, gettext_noop("%(who)s asks: %(title)s"), "asked")


@handles(events.TaskSentAgain, name="tasks.tell_sent_again")
def tell_sent_again(happened: Happened) -> None:
    _tell_doers(happened, gettext_noop("%(who)s asks again: %(title)s"), "again")


@handles(events.TaskDelegated, name="tasks.tell_delegated")
def tell_delegated(happened: Happened) -> None:
    _tell_doers(happened, gettext_noop("%(who)s passed to you: %(title)s"), "passed")


@handles(events.TaskChased, name="tasks.tell_chased")
def tell_chased(happened: Happened) -> None:
    if happened.data.by_timer:
        text = gettext_noop("Late, please see to it: %(title)s")
    else:
        text = gettext_noop("%(who)s chases: %(title)s %(note)s")
    _tell_doers(happened, text, "chased", level="urgent", note=happened.data.note)


@handles(events.TaskWarned, name="tasks.tell_warned")
def tell_warned(happened: Happened) -> None:
    _tell_doers(happened, gettext_noop("Due soon: %(title)s"), "warned", level="warn")


@handles(events.ReminderDue, name="tasks.tell_reminded")
def tell_reminded(happened: Happened) -> None:
    to = User.objects.filter(pk=happened.data.user_id)
    _tell(happened, to, gettext_noop("You wanted to be reminded: %(title)s"), "reminder", level="warn")


@handles(events.TaskReturned, name="tasks.tell_returned")
def tell_returned(happened: Happened) -> None:
    text = gettext_noop("%(who)s returned: %(title)s (%(reason)s)")
    _tell(happened, _asker(happened), text, "returned", level="warn", reason=happened.data.reason[:80])


@handles(events.TaskCompleted, name="tasks.tell_completed")
def tell_completed(happened: Happened) -> None:
    _tell(happened, _asker(happened), gettext_noop("%(who)s has done: %(title)s"), "done")


@handles(events.PromiseBroken, name="tasks.tell_broken")
def tell_broken(happened: Happened) -> None:
    task = Task.objects.select_related("branch").get(pk=happened.data.task_id)
    to = [*selectors.candidates(task), *selectors.supervisors(task)]
    _tell(happened, to, gettext_noop("A promise was not kept: %(title)s"), "broken", level="urgent")


@handles(events.TaskEscalated, name="tasks.tell_supervisor")
def tell_supervisor(happened: Happened) -> None:
    task = Task.objects.select_related("branch").get(pk=happened.data.task_id)
    text = gettext_noop("Late after %(number)s chases: %(title)s")
    _tell(happened, selectors.supervisors(task), text, "escalated", level="urgent", number=happened.data.number)


def _asker(happened: Happened) -> Iterable[User]:
    return User.objects.filter(pk=happened.data.made_by_id)


def _tell_doers(happened: Happened, text: str, word: str, *, level: str = "info", **more: Any) -> None:
    task = Task.objects.select_related("branch").get(pk=happened.data.task_id)
    if task.is_waiting:
        _tell(happened, selectors.candidates(task), text, word, level=level, **more)


def _tell(happened: Happened, to: Iterable[User], text: str, word: str, *, level: str = "info", **more: Any) -> None:
    """Ring once per event, never for one's own deed."""
    bell.notify(
        to=[user for user in to if user.pk != happened.actor.user_id],
        text=text,
        params={"who": happened.actor.label, "title": happened.data.title, **more},
        url=reverse("tasks:task", args=[happened.data.task_id]),
        key=f"{happened.data.subject}:{word}:{happened.event_id}",
        level=level,
        at=happened.at,
    )
