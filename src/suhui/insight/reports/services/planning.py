from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from suhui.insight.reports import events, shipped
from suhui.insight.reports.models import Receiver, Report
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch, Role, User


@transaction.atomic
def ship() -> Report:
    """The shipped report with its receivers, put there when it is missing."""
    report, made = Report.objects.get_or_create(
        code=shipped.CODE, defaults={"name": shipped.NAME, "english_name": shipped.ENGLISH_NAME}
    )
    if made:
        roles = Role.objects.filter(code__in=shipped.ROLES)
        Receiver.objects.bulk_create(Receiver(report=report, role=role) for role in roles)
    return report


@transaction.atomic
def change_plan(
    *, report: Report, weekday: int, minute: int, target: int, chase_hours: int, active: bool, by: Actor
) -> Report:
    """When it is made (wall clock), the target in per cent, and how long readers have. Reports made stay."""
    wrong: dict[str, str] = {}
    if not (0 <= weekday <= 6 and 0 <= minute < 1440):
        wrong["time"] = _("There is no such moment in a week.")
    if not 0 <= target <= 100:
        wrong["target"] = _("A share is 0 to 100 per cent.")
    if not 0 < chase_hours <= 336:
        wrong["chase_hours"] = _("Give readers between one hour and two weeks.")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    report.weekday, report.minute, report.target = weekday, minute, target
    report.chase_hours, report.active = chase_hours, active
    report.save()
    stored.store(events.ReportChanged(code=report.code, what="plan"), by=by)
    return report


@transaction.atomic
def add_receiver(
    *, report: Report, by: Actor, role: Role | None = None, branch: Branch | None = None, user: User | None = None
) -> Receiver:
    """Everyone with this post (at `branch` and below, or everywhere), or one person. Harmless to repeat."""
    if (role is None) == (user is None):
        raise BadInput(_("Choose a post or a person."), {"role": _("Choose a post or a person.")})
    wanted = {"report": report, "role": role, "branch": branch if role else None, "user": user}
    found = Receiver.objects.filter(**wanted).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = Receiver.objects.create(**wanted)
    except IntegrityError:
        return Receiver.objects.get(**wanted)
    stored.store(events.ReportChanged(code=report.code, what="receivers"), by=by)
    return made


@transaction.atomic
def remove_receiver(*, report: Report, receiver_id: int, by: Actor) -> None:
    """They get no further report; what they got stays."""
    deleted, _rows = Receiver.objects.filter(report=report, pk=receiver_id).delete()
    if deleted:
        stored.store(events.ReportChanged(code=report.code, what="receivers"), by=by)
