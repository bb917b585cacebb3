"""The doors to cases: by branch where handled, branch held responsible, or ownership (ORG-1). Hidden means Missing."""

from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing, NotAllowed
from suhui.platform.people import access as branches
from suhui.platform.people.access import scope
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.service.cases.models import Case, CaseEntry, CaseQuerySet, Macro, Proposal, SavedView

BRANCHES = ("branch_id", "responsible_branch_id")


def visible_q(user: User) -> Q:
    """The condition under which this person sees a case."""
    return scope(user, Perm.CASE_VIEW).q(branch=BRANCHES, owner="owner_id", department="owner__department_id")


def visible_to(user: User) -> CaseQuerySet:
    return Case.objects.filter(visible_q(user))


def get_case(user: User, case_id: int) -> Case:
    """The case with what every page of it needs. Raises Missing when there is none or it is not theirs to see."""
    found = (
        visible_to(user)
        .for_list()
        .select_related("responsible_branch", "cause", "cause__parent", "policy", "merged_into", "priority_decision")
        .filter(pk=case_id)
        .first()
    )
    if found is None:
        raise _missing()
    return found


def get_cases(user: User, case_ids: list[int]) -> list[Case]:
    """Those of `case_ids` the person sees, in the order asked; the others are silently not among them."""
    found = {case.pk: case for case in visible_to(user).for_list().filter(pk__in=case_ids[:200])}
    return [found[pk] for pk in dict.fromkeys(case_ids) if pk in found]


def get_case_by_number(user: User, number: str) -> Case:
    """For "merge into T2611…": spaces, hyphens and lower case are forgiven."""
    bare = "".join(number.split()).replace("-", "").upper()
    found = visible_to(user).for_list().filter(number=bare).first()
    if found is None:
        raise Missing(_("No case has this number, or it is not yours to see."))
    return found


def get_entry(user: User, entry_id: int) -> CaseEntry:
    found = CaseEntry.objects.select_related("case", "case__branch").filter(pk=entry_id).first()
    if found is None or not visible_to(user).filter(pk=found.case_id).exists():
        raise _missing()
    return found


def get_proposal(user: User, proposal_id: int) -> Proposal:
    found = Proposal.objects.select_related("case", "case__branch").filter(pk=proposal_id).first()
    if found is None or not visible_to(user).filter(pk=found.case_id).exists():
        raise _missing()
    return found


def get_view(user: User, view_id: int) -> SavedView:
    """Own or shared."""
    found = SavedView.objects.filter(Q(owner=user) | Q(shared=True), pk=view_id).first()
    if found is None:
        raise _missing()
    return found


def get_macro(macro_id: int) -> Macro:
    found = Macro.objects.filter(pk=macro_id, active=True).first()
    if found is None:
        raise _missing()
    return found


def may_work(user: User, case: Case) -> bool:
    """Whether this person may act on this case, not only read it."""
    seen = scope(user, Perm.CASE_EDIT)
    return seen.covers(branch_id=case.branch_id, owner_id=case.owner_id) or (
        case.responsible_branch_id is not None and seen.covers(branch_id=case.responsible_branch_id)
    )


def demand_work(user: User, case: Case) -> None:
    """Raises NotAllowed for someone who may only read."""
    if not may_work(user, case):
        raise NotAllowed(_("You can read this case but not work on it."))


def sees_case(user: User, case: Case) -> bool:
    seen = scope(user, Perm.CASE_VIEW)
    return seen.covers(branch_id=case.branch_id, owner_id=case.owner_id) or (
        case.responsible_branch_id is not None and seen.covers(branch_id=case.responsible_branch_id)
    )


def sees_branch(user: User, branch_id: int) -> bool:
    return scope(user, Perm.CASE_VIEW).covers(branch_id=branch_id)


def top_branch_ids(user: User) -> list[int]:
    """The highest branches whose cases this person sees: watching these is watching all."""
    return branches.top_branch_ids(scope(user, Perm.CASE_VIEW))


def _missing() -> Missing:
    return Missing(_("There is nothing here, or it is not yours to see."))
