"""People and their posts."""

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.spelling import initials, syllables
from suhui.platform.people import events, open_work
from suhui.platform.people.models import Branch, Department, Post, Presence, Role, User
from suhui.platform.people.permissions import Perm


def pinyin_of(name: str) -> str:
    """`王小明` → `wangxiaoming wxm`: the full spelling and the initials, for ordering and search."""
    return f"{''.join(syllables(name))} {''.join(initials(name))}".lower()[:120]


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
    """Add a member of staff with their posts at `branch`. Without a password they cannot sign in yet; one that a
    colleague chose has to be changed at the first sign-in."""
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
        must_change_password=password is not None and by.user_id is not None,
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


@transaction.atomic
def change_person(
    *,
    user: User,
    name: str,
    branch: Branch,
    department: Department | None,
    phone: str,
    email: str,
    staff_number: str,
    by: Actor,
) -> User:
    """Correct a person's particulars or where they sit. Posts are changed by `set_posts`. Raises BadInput."""
    if not name.strip():
        raise BadInput(_("A person needs a name."), {"name": _("A person needs a name.")})
    if department is not None and department.branch_id != branch.pk:
        raise BadInput(
            _("The department belongs to another branch."),
            {"department": _("The department belongs to another branch.")},
        )
    before = {"name": user.name, "branch_id": user.branch_id, "department_id": user.department_id}
    user.name, user.pinyin = name.strip(), pinyin_of(name.strip())
    user.branch, user.department = branch, department
    user.phone, user.email, user.staff_number = phone.strip(), email.strip(), staff_number.strip()
    user.save(update_fields=["name", "pinyin", "branch", "department", "phone", "email", "staff_number"])
    after = {"name": user.name, "branch_id": user.branch_id, "department_id": user.department_id}
    stored.store(events.PersonChanged(user_id=user.pk, before=before, after=after), by=by)
    return user


@transaction.atomic
def set_posts(*, user: User, posts: Iterable[tuple[Role, Branch]], by: Actor) -> User:
    """Let the person hold exactly these posts. Raises Refused when nobody could set up the organisation any more."""
    User.objects.select_for_update().get(pk=user.pk)
    wanted = {(role.pk, branch.pk) for role, branch in posts}
    held = {(post.role_id, post.branch_id): post for post in user.posts.all()}
    gone = [post for key, post in held.items() if key not in wanted]
    Post.objects.filter(pk__in=[post.pk for post in gone]).delete()
    Post.objects.bulk_create(
        Post(user=user, role_id=role_id, branch_id=branch_id)
        for role_id, branch_id in sorted(wanted)
        if (role_id, branch_id) not in held
    )
    demand_a_manager()
    if wanted != set(held):
        described = [list(key) for key in sorted(wanted)]
        stored.store(events.PostsChanged(user_id=user.pk, posts=described), by=by)
    return User.objects.get(pk=user.pk)


@transaction.atomic
def deactivate(*, user: User, by: Actor, despite_open_work: bool = False) -> User:
    """The person leaves: they can no longer sign in, and receive no work. Their past stays.

    Raises Refused for oneself, for the last administrator, and while they hold open work unless the caller has seen
    that and says `despite_open_work`.
    """
    if by.user_id == user.pk:
        raise Refused(_("You cannot deactivate yourself."))
    if not despite_open_work and open_work.counts(user):
        raise Refused(_("This person still holds open work. Hand it over first, or deactivate knowing it."))
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return user
    demand_a_manager()
    user.is_active = False
    stored.store(events.PersonDeactivated(user_id=user.pk, name=user.name), by=by)
    return user


@transaction.atomic
def reactivate(*, user: User, by: Actor) -> User:
    """The person is back and may sign in again with the posts they had."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        stored.store(events.PersonReactivated(user_id=user.pk, name=user.name), by=by)
    return user


@transaction.atomic
def set_first_password(*, user: User, password: str, by: Actor) -> None:
    """An administrator gives a password, for a first sign-in or a forgotten one. Open sessions of the person end, and
    at the next sign-in they choose another."""
    _check_password(password, user, field="password")
    user.set_password(password)
    user.must_change_password = by.user_id != user.pk
    user.save(update_fields=["password", "must_change_password"])
    stored.store(events.PasswordSet(user_id=user.pk), by=by)


@transaction.atomic
def change_own_password(*, user: User, old: str, new: str) -> None:
    """Change one's own password, knowing the old one. The caller keeps the present session alive. Raises BadInput."""
    if not user.check_password(old):
        raise BadInput(_("The present password is wrong."), {"old": _("The present password is wrong.")})
    _take_password(user, new)


@transaction.atomic
def replace_first_password(*, user: User, new: str) -> None:
    """Choose one's own password in place of one that an administrator gave. Raises BadInput for the same again, and
    Refused where nothing has to be replaced (then the old one must be known)."""
    if not user.must_change_password:
        raise Refused(_("Your password is your own already; change it under your name at the top right."))
    if user.check_password(new):
        sentence = _("This is the password you were given. Choose another.")
        raise BadInput(sentence, {"new": sentence})
    _take_password(user, new)


def _take_password(user: User, new: str) -> None:
    _check_password(new, user, field="new")
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    stored.store(events.PasswordSet(user_id=user.pk), by=Actor.staff(user))


def _check_password(password: str, user: User, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise BadInput(sentence, {field: sentence}) from error


def demand_a_manager() -> None:
    """Refuse to leave a company in which no active person could set up people or posts any more."""
    for permission in (Perm.ORG_MANAGE, Perm.ROLE_MANAGE):
        able = Post.objects.filter(user__is_active=True, role__permissions__contains=[permission.value])
        if not able.exists():
            raise Refused(_("Somebody must keep the right to set up people and posts."))
