"""The tree and its departments. Whoever changes the tree's shape holds one lock, so that no path can go stale."""

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import local, now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.people import events
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import Branch, Department, User

_TREE_LOCK = 7_340_001
"""The key of the advisory lock on the tree's shape; any number nobody else uses."""


def _hold_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def _free_code(code: str, *, except_pk: int = 0) -> str:
    code = code.strip()
    if not code:
        raise BadInput(_("A branch needs a code."), {"code": _("A branch needs a code.")})
    if Branch.objects.filter(code=code).exclude(pk=except_pk).exists():
        raise BadInput(_("Another branch has this code."), {"code": _("Another branch has this code.")})
    return code


@transaction.atomic
def open_branch(
    *, name: str, code: str, kind: str, parent: Branch | None, by: Actor, phone: str = "", address: str = ""
) -> Branch:
    """Add a node to the tree. Only one root may exist. Raises BadInput for a taken code."""
    _hold_tree()
    code = _free_code(code)
    if parent is None and (kind != BranchKind.HEADQUARTERS or Branch.objects.filter(parent=None).exists()):
        raise BadInput(_("A branch needs a branch above it."), {"parent": _("A branch needs a branch above it.")})
    if parent is not None:
        parent.refresh_from_db(fields=["path", "closed_on"])
        _demand_open(parent)
    branch = Branch(name=name, code=code, kind=kind, parent=parent, phone=phone, address=address, path=f"?{code}")
    branch.save()
    branch.path = f"{parent.path if parent else '/'}{branch.pk}/"
    branch.save(update_fields=["path"])
    stored.store(events.BranchOpened(branch_id=branch.pk, name=name), by=by)
    return branch


@transaction.atomic
def change_branch(*, branch: Branch, name: str, code: str, kind: str, phone: str, address: str, by: Actor) -> Branch:
    """Rename a branch or correct its particulars. Raises BadInput for a taken code or an empty name."""
    if not name.strip():
        raise BadInput(_("A branch needs a name."), {"name": _("A branch needs a name.")})
    wanted = {
        "name": name.strip(),
        "code": _free_code(code, except_pk=branch.pk),
        "kind": kind,
        "phone": phone.strip(),
        "address": address.strip(),
    }
    changed = {field: value for field, value in wanted.items() if getattr(branch, field) != value}
    if not changed:
        return branch
    before = {field: getattr(branch, field) for field in changed}
    for field, value in changed.items():
        setattr(branch, field, value)
    branch.save(update_fields=[*changed, "updated_at"])
    stored.store(events.BranchChanged(branch_id=branch.pk, before=before, after=changed), by=by)
    return branch


@transaction.atomic
def move_branch(*, branch: Branch, parent: Branch, by: Actor) -> Branch:
    """Hang `branch`, with everything below it, under `parent`. Raises Refused for the root or a move into itself."""
    _hold_tree()
    branch.refresh_from_db()
    parent.refresh_from_db()
    if branch.parent_id == parent.pk:
        return branch
    if branch.parent_id is None:
        raise Refused(_("The headquarters stays at the top of the tree."))
    if parent.path.startswith(branch.path):
        raise Refused(_("A branch cannot be moved below itself."))
    _demand_open(parent)
    before, old = branch.parent_id, branch.path
    new = f"{parent.path}{branch.pk}/"
    Branch.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Branch.objects.filter(pk=branch.pk).update(parent=parent, updated_at=now())
    branch.refresh_from_db()
    stored.store(events.BranchMoved(branch_id=branch.pk, from_id=before, to_id=parent.pk), by=by)
    return branch


@transaction.atomic
def close_branch(*, branch: Branch, by: Actor) -> Branch:
    """Close a branch from today on. Its past stays. Raises Refused while open branches or people hang on it."""
    _hold_tree()
    branch.refresh_from_db()
    if branch.closed_on is not None:
        return branch
    if branch.parent_id is None:
        raise Refused(_("The headquarters cannot be closed."))
    if branch.children.filter(closed_on=None).exists():
        raise Refused(_("Close or move the branches below it first."))
    if User.objects.filter(branch=branch, is_active=True).exists():
        raise Refused(_("People still work here. Move them to another branch first."))
    branch.closed_on = local(now()).date()
    branch.save(update_fields=["closed_on", "updated_at"])
    stored.store(events.BranchClosed(branch_id=branch.pk, name=branch.name), by=by)
    return branch


@transaction.atomic
def reopen_branch(*, branch: Branch, by: Actor) -> Branch:
    """Open a closed branch again. Raises Refused while the branch above it is closed."""
    _hold_tree()
    branch.refresh_from_db()
    if branch.closed_on is None:
        return branch
    if branch.parent is not None:
        _demand_open(branch.parent)
    branch.closed_on = None
    branch.save(update_fields=["closed_on", "updated_at"])
    stored.store(events.BranchOpened(branch_id=branch.pk, name=branch.name), by=by)
    return branch


def _demand_open(parent: Branch) -> None:
    if parent.closed_on is not None:
        raise Refused(_("The branch above is closed."))


@transaction.atomic
def add_department(*, branch: Branch, function: str, name: str, by: Actor) -> Department:
    """Add a department; `function` ("warehouse") is what requests are addressed to and is unique in its branch."""
    if branch.departments.filter(function=function).exists():
        raise BadInput(_("This branch has such a department already."), {"function": _("Already there.")})
    return Department.objects.create(branch=branch, function=function, name=name)


@transaction.atomic
def rename_department(*, department: Department, name: str, by: Actor) -> Department:
    """Another name for the same department; what is addressed to it still finds it."""
    if not name.strip():
        raise BadInput(_("A department needs a name."), {"name": _("A department needs a name.")})
    department.name = name.strip()
    department.save(update_fields=["name", "updated_at"])
    return department


@transaction.atomic
def remove_department(*, department: Department, by: Actor) -> None:
    """Take away a department nobody sits in. Raises Refused while people belong to it."""
    if User.objects.filter(department=department).exists():
        raise Refused(_("People still belong to this department."))
    department.delete()
