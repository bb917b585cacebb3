from suhui.engines.tasks import services
from suhui.platform.core.events import Happened, handles
from suhui.platform.people.events import AbsenceBegan, AbsenceEnded
from suhui.platform.people.models import Absence


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
