"""What the room does when others' things happen: trouble with a parcel, deadlines, answers of branches."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from suhui.contact.conversations.events import ContactLinked, ContactLogged
from suhui.contact.conversations.models import Contact
from suhui.engines.sla.events import ClockBreached, ClockEscalated, ClockMet, ClockMoved, ClockWarned
from suhui.engines.tasks.choices import WAITING
from suhui.engines.tasks.events import PromiseBroken, PromiseKept, TaskCompleted, TaskReturned
from suhui.engines.tasks.models import Task
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local
from suhui.platform.core.events import Happened, handles, hint
from suhui.platform.files import selectors as files
from suhui.platform.people import selectors as people
from suhui.platform.people.permissions import Perm
from suhui.platform.search import services as search
from suhui.records.customers import tiers
from suhui.records.shipments import services as shipments
from suhui.records.shipments.choices import ExceptionKind
from suhui.records.shipments.events import ExceptionRaised
from suhui.records.shipments.models import Waybill, WaybillException
from suhui.service.cases import events, services, topics
from suhui.service.cases.choices import CaseChannel, CaseKind, CaseState, EntryKind, Purpose, Severity
from suhui.service.cases.models import Case, CaseEntry, CaseTask, Category
from suhui.service.cases.selectors import open_cases_for
from suhui.service.cases.services import clocks
from suhui.service.cases.services.moving import move
from suhui.service.cases.services.talking import tell_people, tell_progress, write_contact
from suhui.service.cases.services.writing import write_entry
from suhui.service.surveys import services as surveys
from suhui.service.surveys.events import RatingToAnswer
from suhui.service.surveys.models import Rating

SYSTEM = Actor.system("cases")
SEVERITY = {"low": Severity.MINOR, "medium": Severity.NORMAL, "high": Severity.SERIOUS, "critical": Severity.CRITICAL}
"""The parcel room's scale as ours."""

CATEGORY = {
    "damaged": "damaged",
    "short": "short",
    "lost_suspected": "lost",
    "lost_confirmed": "lost",
    "missorted": "delay",
    "stale": "delay",
    "unsigned_overdue": "delay",
}


@handles(ExceptionRaised, name="cases.open_from_exception")
def open_from_exception(happened: Happened) -> None:
    """A rule said that this trouble is a case. It joins an open case about the parcel, else opens one (SHP-3). Where
    it wants the customer told, they are told."""
    data = happened.data
    if not (data.open_case or data.notify_customer):
        return
    found = (
        WaybillException.objects.select_related("waybill__destination", "waybill__recipient", "branch")
        .filter(pk=data.exception_id)
        .first()
    )
    if found is None:
        return
    case = _case_of_trouble(found, happened) if data.open_case else _open_case_about(found)
    if data.notify_customer and case is not None:
        services.inform(case=case, exception=found, by=SYSTEM, at=happened.at)
    elif data.notify_customer:
        services.inform_without_case(exception=found, by=SYSTEM)


@handles(RatingToAnswer, name="cases.open_from_rating")
def open_from_rating(happened: Happened) -> None:
    """A rating that is a complaint by the rules becomes a case, once. Its deadlines count from today, when we hear of
    it; the day the customer said it stands in the case."""
    rating = Rating.objects.select_related("customer", "branch").filter(pk=happened.data.rating_id).first()
    if rating is None or rating.case_key:
        return
    kind, _colon, key = rating.subject.partition(":")
    waybills = list(Waybill.objects.filter(pk=int(key))) if kind == "waybill" else []
    words = rating.comment.splitlines()[0] if rating.comment else ""
    taken = services.intake(
        channel=CaseChannel.REVIEW,
        kind=CaseKind.COMPLAINT,
        subject=f"{'★' * rating.score} {words}"[:120],
        text=rating.comment or rating.stars,
        by=Actor.customer(""),
        customer=rating.customer,
        waybills=waybills,
        branch=rating.branch,
        severity=Severity(happened.data.severity),
        fields={"happened_on": local(rating.given_at).date().isoformat()},
        source=rating.key,
    )
    surveys.link_case(rating_id=rating.pk, case_key=taken.case.key, by=SYSTEM)


def _open_case_about(found: WaybillException) -> Case | None:
    """The case that is open about this parcel anyway: its owner talks with the customer."""
    case = next(iter(open_cases_for([found.waybill_id], None)), None)
    if case is not None:
        shipments.link_case(exception_id=found.pk, case_key=case.key, by=SYSTEM)
    return case


def _case_of_trouble(found: WaybillException, happened: Happened) -> Case:
    waybill, trouble = found.waybill, ExceptionKind(found.kind).label
    taken = services.intake(
        channel=CaseChannel.EXCEPTION,
        kind=CaseKind.SERVICE_REQUEST,
        subject=_("%(trouble)s: parcel %(number)s") % {"trouble": trouble, "number": waybill.number},
        text=waybill.last_text or str(trouble),
        by=Actor.system("shipments"),
        at=happened.at,
        customer=waybill.recipient or waybill.sender,
        waybills=[waybill],
        branch=waybill.destination or found.branch,
        responsible_branch=found.branch,
        category=Category.objects.filter(code=CATEGORY.get(found.kind, "other"), active=True).first(),
        severity=SEVERITY.get(found.severity),
        source=f"exception:{found.pk}",
    )
    shipments.link_case(exception_id=found.pk, case_key=taken.case.key, by=SYSTEM)
    _tell_of_trouble(taken.case, found.pk)
    return taken.case


def _tell_of_trouble(case: Case, exception_id: int) -> None:
    """A notice to whoever has the case; while nobody has, to those who could take it at the nearest branch."""
    text, key = gettext_noop("Case %(number)s: a rule found trouble with its parcel"), f"exception:{exception_id}"
    if case.owner_id is not None:
        tell_people(case, text, key, level="warn")
        return
    able = list(people.holders(Perm.CASE_EDIT, case.branch)[:50])
    nearest = [user for user in able if user.nearness == able[0].nearness]  # type: ignore[attr-defined]
    tell_people(case, text, key, level="warn", to=nearest)


@handles(ClockWarned, name="cases.clock_warned")
@handles(ClockBreached, name="cases.clock_breached")
@handles(ClockEscalated, name="cases.clock_escalated")
@handles(ClockMet, name="cases.clock_met")
@handles(ClockMoved, name="cases.clock_moved")
def follow_clock(happened: Happened) -> None:
    """Copy the clock onto the row and, when it is late, write it into the story."""
    case = _case(happened.data.about)
    if case is None:
        return
    clocks.refresh(case)
    what = {ClockBreached: "breached", ClockEscalated: "escalated"}.get(type(happened.data))
    if what:
        data = {"what": what, "kind": happened.data.clock_kind, "due": happened.data.due_at}
        if what == "escalated":
            data |= {"level": happened.data.level, "told": happened.data.told}
        write_entry(
            case=case,
            kind=EntryKind.CLOCK,
            by=happened.actor,
            at=happened.at,
            data=data,
            source=f"clock:{happened.event_id}",
        )
    hint([case.key, *topics.of(case)])


@handles(TaskCompleted, name="cases.task_completed")
def hear_answer(happened: Happened) -> None:
    """The answer of a branch becomes a line of the story with its photos; the case goes on when it was the last."""
    data = happened.data
    case = _case(data.about)
    task = Task.objects.select_related("branch", "done_by").filter(pk=data.task_id).first()
    row = CaseTask.objects.filter(task=data.task_id).first()
    if case is None or task is None or task.is_promise:
        return
    if row is not None and row.purpose in (Purpose.CONTACT, Purpose.TELL):
        Case.objects.filter(pk=case.pk, contacted_at=None).update(contacted_at=happened.at)
        shipments.note_told(case_key=case.key, at=happened.at)
        if row.purpose == Purpose.CONTACT:
            return
    write_entry(
        case=case,
        kind=EntryKind.TASK,
        by=happened.actor,
        at=happened.at,
        text=data.result,
        data={"task": task.pk, "what": "done", "title": task.title, "where": str(task.branch), "answer": task.answer},
        files=files.files_of(task.key),
        source=f"task:{task.pk}:done:{happened.event_id}",
    )
    if row is not None and row.purpose == Purpose.FACTS:
        _facts_in(case, happened)
    elif row is not None and row.purpose == Purpose.EXECUTION:
        _carried_out(case, happened)
    hint([case.key, *topics.of(case)])


def _facts_in(case: Case, happened: Happened) -> None:
    if _still_open(case, Purpose.FACTS):
        return
    if case.state == CaseState.WAITING_DEPARTMENT:
        move(case=case, to=CaseState.IN_PROGRESS, by=Actor.system("cases"), at=happened.at)
    tell_people(
        case,
        gettext_noop("The facts for case %(number)s are in"),
        f"facts:{happened.event_id}",
        besides=happened.actor.user_id,
    )


def _carried_out(case: Case, happened: Happened) -> None:
    if _still_open(case, Purpose.EXECUTION) or case.state != CaseState.EXECUTING:
        return
    tell_progress(
        case=case,
        text=_("What we agreed with you has been carried out."),
        by=Actor.system("cases"),
        at=happened.at,
        source=f"progress:executed:{happened.event_id}",
    )
    tell_people(
        case,
        gettext_noop("Everything agreed on case %(number)s is done"),
        f"executed:{happened.event_id}",
        besides=happened.actor.user_id,
    )


def _still_open(case: Case, purpose: Purpose) -> bool:
    return CaseTask.objects.filter(case=case, purpose=purpose, task__state__in=WAITING).exists()


@handles(TaskReturned, name="cases.task_returned")
def hear_return(happened: Happened) -> None:
    """A branch gave the question back: the owner has to ask better or elsewhere."""
    case = _case(happened.data.about)
    if case is None:
        return
    write_entry(
        case=case,
        kind=EntryKind.TASK,
        by=happened.actor,
        at=happened.at,
        text=happened.data.reason,
        data={"task": happened.data.task_id, "what": "returned", "title": happened.data.title},
        source=f"task:{happened.data.task_id}:returned:{happened.event_id}",
    )
    tell_people(
        case,
        gettext_noop("A request of case %(number)s came back unanswered"),
        f"returned:{happened.event_id}",
        besides=happened.actor.user_id,
        level="warn",
    )
    hint([case.key, *topics.of(case)])


@handles(PromiseKept, name="cases.promise_kept")
@handles(PromiseBroken, name="cases.promise_broken")
def follow_promise(happened: Happened) -> None:
    """Whether the customer got what they were promised, into the story (CAS-7)."""
    case = _case(happened.data.about)
    if case is None:
        return
    kept = isinstance(happened.data, PromiseKept)
    write_entry(
        case=case,
        kind=EntryKind.PROMISE,
        by=happened.actor,
        at=happened.at,
        text=happened.data.title,
        data={"task": happened.data.task_id, "what": "kept" if kept else "broken"},
        source=f"task:{happened.data.task_id}:{'kept' if kept else 'broken'}",
    )
    hint([case.key, *topics.of(case)])


def _case(about: str) -> Case | None:
    kind, _colon, key = about.partition(":")
    if kind != "case" or not key.isdecimal():
        return None
    return Case.objects.select_related("branch", "responsible_branch").filter(pk=int(key)).first()


@handles(events.CaseOpened, name="cases.index_opened", newest=True)
@handles(events.CaseChanged, name="cases.index_changed", newest=True)
@handles(events.CaseAssigned, name="cases.index_assigned", newest=True)
@handles(events.CaseStateChanged, name="cases.index_state", newest=True)
def keep_findable(happened: Happened) -> None:
    """The search box knows the case by its newest words."""
    search.index("case", happened.data.case_id)


@handles(events.CaseOpened, name="cases.customer_tier")
def count_complaint(happened: Happened) -> None:
    """A complaint counts towards its customer's tier at once, not only from tonight on."""
    case = _case(f"case:{happened.data.case_id}")
    if case is not None and case.kind == CaseKind.COMPLAINT and case.customer is not None:
        tiers.assess(customer=case.customer, by=Actor.system("customers"), at=happened.at)


@handles(ContactLogged, name="cases.contact_logged")
@handles(ContactLinked, name="cases.contact_linked")
def write_down_contact(happened: Happened) -> None:
    """A contact that was logged elsewhere under a case becomes a line of its story."""
    case = _case(happened.data.case)
    if case is None or CaseEntry.objects.of(case).filter(data__contact=happened.data.contact_id).exists():
        return
    contact = Contact.objects.filter(pk=happened.data.contact_id).first()
    if contact is not None:
        write_contact(case=case, contact=contact, by=happened.actor)
