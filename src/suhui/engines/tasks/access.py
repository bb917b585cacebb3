"""Whose task it is to see and to touch."""

from django.db.models import Q
from django.utils.translation import gettext as _

from suhui.engines.tasks.models import Task, TaskQuerySet
from suhui.platform.core.errors import Missing
from suhui.platform.people.access import scope, top_branch_ids
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def candidate_q(user: User) -> Q:
    """Tasks nobody has yet that this person's posts let them take: of their department, of a post they hold at that
    branch, or open to the whole branch they work at."""
    posts = [(post.role_id, post.branch_id) for post in user.posts.all()] if user.may(Perm.TASK_WORK) else []
    if not posts or not user.is_active:
        return Q(pk__in=[])
    at_branch = Q(department=None, role=None, branch_id__in={branch for _role, branch in posts} | {user.branch_id})
    condition = at_branch
    for role, branch in posts:
        condition |= Q(department=None, role_id=role, branch_id=branch)
    if user.department_id is not None:
        roles = {role for role, _branch in posts}
        condition |= Q(department_id=user.department_id) & (Q(role=None) | Q(role_id__in=roles))
    return Q(assignee=None) & condition


def team_q(user: User) -> Q:
    """Tasks within what the person supervises, on the doing or on the asking side."""
    within = scope(user, Perm.SUPERVISE)
    return within.q(branch=("branch_id", "from_branch_id"), owner="assignee_id", department="department_id")


def visible_to(user: User) -> TaskQuerySet:
    """Own, asked by oneself, takeable, or in the scope of supervising, asking or chasing."""
    condition = Q(assignee=user) | Q(made_by=user) | Q(done_by=user) | candidate_q(user) | team_q(user)
    for permission in (Perm.TASK_ASSIGN, Perm.TASK_CHASE):
        within = scope(user, permission)
        condition |= within.q(branch="from_branch_id", owner="made_by_id")
    return Task.objects.filter(condition)


def get_task(user: User, task_id: int) -> Task:
    """Raises Missing when there is none or it is not the person's to see."""
    related = ("branch", "department", "role", "assignee", "made_by", "done_by", "decision__version")
    task = visible_to(user).select_related(*related).filter(pk=task_id).first()
    if task is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return task


def is_candidate(user: User, task: Task) -> bool:
    return Task.objects.filter(candidate_q(user), pk=task.pk).exists()


def may_work(user: User, task: Task) -> bool:
    """May answer it: the assignee, a candidate while nobody has it, or a supervisor over it."""
    if task.assignee_id == user.pk:
        return True
    if task.assignee_id is None and user.may(Perm.TASK_WORK) and is_candidate(user, task):
        return True
    return may_steer(user, task)


def may_steer(user: User, task: Task) -> bool:
    """May reassign or cancel it: a supervisor in whose scope it is."""
    within = scope(user, Perm.SUPERVISE)
    return within.covers(branch_id=task.branch_id) or (
        task.from_branch_id is not None and within.covers(branch_id=task.from_branch_id)
    )


def may_cancel(user: User, task: Task) -> bool:
    return task.made_by_id == user.pk or may_steer(user, task)


def may_chase(user: User, task: Task) -> bool:
    """The asker, or anybody with the permission who sees the task."""
    return task.made_by_id == user.pk or user.may(Perm.TASK_CHASE)


def watched_by(user: User, *, team: bool = False) -> list[str]:
    """The topics a person's lists of tasks live by: their own, their branch's, and with `team` those they lead."""
    led = [f"team:{pk}" for pk in top_branch_ids(scope(user, Perm.SUPERVISE))] if team else []
    return [f"user:{user.pk}", f"tasks:{user.branch_id}", *led]
