"""What makes a shift quick (CAS-9): saved views and macros; and their setting up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, NotAllowed
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.choices import Priority
from suhui.service.cases.models import Case, CaseEntry, Category, Macro, SavedView, ViewSetup
from suhui.service.cases.services import complaints, handling, moving, promising, talking


@transaction.atomic
def save_view(*, user: User, name: str, query: dict[str, Any], shared: bool = False) -> SavedView:
    """Keep a filter under a name; the same name again replaces it. Sharing is for those who see the team's work."""
    title = name.strip()[:40]
    if not title:
        raise BadInput(_("Give the view a name."), {"name": _("Give the view a name.")})
    if shared and not user.may(Perm.SUPERVISE):
        raise NotAllowed(_("Only those who lead a team share views."))
    view, _new = SavedView.objects.update_or_create(owner=user, name=title, defaults={"query": query, "shared": shared})
    return view


@transaction.atomic
def change_view(*, view: SavedView, user: User, name: str, shared: bool) -> SavedView:
    """Rename one's own view, and share it with the team or no longer. Raises BadInput for a name that is taken."""
    _demand_own(view, user)
    title = name.strip()[:40]
    if not title:
        raise BadInput(_("Give the view a name."), {"name": _("Give the view a name.")})
    if shared and not view.shared and not user.may(Perm.SUPERVISE):
        raise NotAllowed(_("Only those who lead a team share views."))
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=title, shared=shared, updated_at=now())
    except IntegrityError as error:
        said = _("You have a view of this name already.")
        raise BadInput(said, {"name": said}) from error
    view.refresh_from_db()
    return view


@transaction.atomic
def order_views(*, user: User, keys: Iterable[str]) -> ViewSetup:
    """Keep the order of the menu of views; keys it does not know follow in the house's order."""
    order = [key[:24] for key in dict.fromkeys(keys)][:100]
    setup, _new = ViewSetup.objects.update_or_create(user=user, defaults={"order": order})
    return setup


@transaction.atomic
def open_first(*, user: User, key: str) -> ViewSetup:
    """Which view the work list opens with."""
    setup, _new = ViewSetup.objects.update_or_create(user=user, defaults={"first": key[:24]})
    return setup


def _demand_own(view: SavedView, user: User) -> None:
    if view.owner_id != user.pk:
        raise NotAllowed(_("This view belongs to a colleague."))


@transaction.atomic
def drop_view(*, view: SavedView, user: User) -> None:
    """Forget one's own view; a shared one of somebody else stays. Twice is harmless."""
    _demand_own(view, user)
    SavedView.objects.filter(pk=view.pk).delete()


@dataclass(frozen=True)
class Action:
    """One step of a macro in plain form: `do` names it, `facts` what it needs."""

    do: str
    facts: dict[str, Any] = field(default_factory=dict)


KNOWN = ("state", "category", "priority", "promise", "request_facts", "take")


@transaction.atomic
def run_macro(
    *, macro: Macro, case: Case, user: User, reply: str = "", note: str = "", at: datetime | None = None
) -> CaseEntry | None:
    """Do what the macro says: its steps, then its note and reply (with the words the agent has looked over).

    Nothing happens if one step is refused. Returns the reply, which can be taken back for ten seconds.
    """
    by, moment = Actor.staff(user), at or now()
    for raw in macro.actions:
        _do(Action(raw["do"], raw), case, user, by, moment)
    if note.strip():
        talking.note(case=case, text=note, by=by, at=moment)
    return talking.reply(case=case, text=reply, by=by, at=moment) if reply.strip() else None


def _do(action: Action, case: Case, user: User, by: Actor, at: datetime) -> None:
    match action.do:
        case "take":
            if case.owner_id is None:
                handling.take(case=case, user=user, by=by, at=at)
        case "state":
            moving.change_state(case=case, to=str(action.facts["to"]), by=by, at=at)
        case "priority":
            handling.set_priority(case=case, priority=int(action.facts["to"]), by=by, at=at)
        case "category":
            category = Category.objects.filter(code=action.facts["to"]).first()
            handling.change_particulars(case=case, by=by, at=at, category=category)
        case "promise":
            due = at + timedelta(minutes=int(action.facts["minutes"]))
            promising.promise(case=case, text=str(action.facts["text"]), due_at=due, by=by, at=at)
        case "request_facts":
            complaints.request_facts(case=case, question=str(action.facts["text"]), branch=_whom(case), by=by, at=at)


def _whom(case: Case) -> Branch:
    """Whom a macro asks: the branch held responsible, else where the parcel goes, else where the case is handled."""
    if case.responsible_branch is not None:
        return case.responsible_branch
    link = case.waybill_links.select_related("waybill__destination").first()
    return (link.waybill.destination if link else None) or case.branch


def check_actions(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps as they are stored. Raises BadInput for one that could not be run."""
    clean: list[dict[str, Any]] = []
    for raw in actions:
        if raw.get("do") not in KNOWN:
            raise BadInput(_("This step is not known."), {"actions": _("This step is not known.")})
        if raw["do"] in {"promise", "request_facts"} and not str(raw.get("text", "")).strip():
            raise BadInput(_("This step needs words."), {"actions": _("This step needs words.")})
        if raw["do"] == "priority" and int(raw.get("to") or 0) not in Priority.values:
            raise BadInput(_("Choose a priority."), {"actions": _("Choose a priority.")})
        clean.append({name: value for name, value in raw.items() if value not in ("", None)})
    return clean


@transaction.atomic
def save_row(*, row: Any, by: Actor) -> Any:
    """Write a category, cause, field, macro or checklist point that an administrator set up. Raises BadInput for a
    code or key that is taken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadInput(_("There is such a row already."), {"code": _("This is taken.")}) from error
    return row
