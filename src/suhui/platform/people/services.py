from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.people import events
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import Branch, Department, Post, Presence, Role, User


def pinyin_of(name: str) -> str:
    """`王小明` → `wangxiaoming wxm`: the full spelling and the initials, for ordering and search."""
    full = "".join(lazy_pinyin(name)).lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return f"{full} {initials}"[:120]


@transaction.atomic
def open_branch(
    *, name: str, code: str, kind: str, parent: Branch | None, by: Actor, phone: str = "", address: str = ""
) -> Branch:
    """Add a node to the tree. Only one root may exist. Raises BadInput for a taken code."""
    if Branch.objects.filter(code=code).exists():
        raise BadInput(_("Another branch has this code."), {"code": _("Another branch has this code.")})
    if parent is None and (kind != BranchKind.HEADQUARTERS or Branch.objects.filter(parent=None).exists()):
        raise BadInput(_("A branch needs a branch above it."), {"parent": _("A branch needs a branch above it.")})
    branch = Branch(name=name, code=code, kind=kind, parent=parent, phone=phone, address=address, path=f"?{code}")
    branch.save()
    branch.path = f"{parent.path if parent else '/'}{branch.pk}/"
    branch.save(update_fields=["path"])
    stored.store(events.BranchOpened(branch_id=branch.pk, name=name), by=by)
    return branch


@transaction.atomic
def add_department(*, branch: Branch, function: str, name: str, by: Actor) -> Department:
    """Add a department; `function` ("warehouse") is what requests are addressed to and is unique in its branch."""
    if branch.departments.filter(function=function).exists():
        raise BadInput(_("This branch has such a department already."), {"function": _("Already there.")})
    return Department.objects.create(branch=branch, function=function, name=name)


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    branch: Branch,
    roles: list[Role],
    by: Actor,
    password: str | None = None,
    department: Department | None = None,
    phone: str = "",
    email: str = "",
    staff_number: str = "",
) -> User:
    """Add a member of staff with their posts at `branch`. Without a password they cannot sign in yet."""
    if User.objects.filter(username__iexact=username).exists():
        raise BadInput(_("This user name is taken."), {"username": _("This user name is taken.")})
    user = User(
        username=username,
        name=name,
        pinyin=pinyin_of(name),
        branch=branch,
        department=department,
        phone=phone,
        email=email,
        staff_number=staff_number,
    )
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    Presence.objects.create(user=user)
    Post.objects.bulk_create(Post(user=user, role=role, branch=branch) for role in roles)
    stored.store(events.PersonAdded(user_id=user.pk, name=name), by=by)
    return user
