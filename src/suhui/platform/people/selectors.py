"""Questions about people: who may do this here, who is called so, who is there now."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from suhui.platform.people.access import Scope
from suhui.platform.people.choices import Reach
from suhui.platform.people.models import Absence, Branch, Post, User
from suhui.platform.people.permissions import Perm


def holders(permission: Perm, branch: Branch, *, present_at: datetime | None = None) -> QuerySet[User]:
    """Active people whose post with `permission` reaches all of `branch`, nearest branch first, up to the root.

    Posts that reach only their own work or department are not asked for a whole branch. With `present_at`, people
    away at that moment are left out. Each row carries `nearness`: the depth of the post's branch, 0 for a post
    elsewhere that reaches everything.
    """
    line = branch.ancestor_ids
    depth = Case(
        *(When(branch_id=branch_id, then=Value(number)) for number, branch_id in enumerate(line, start=1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    covering = (
        Q(role__reach=Reach.ALL)
        | Q(role__reach=Reach.SUBTREE, branch_id__in=line)
        | Q(role__reach=Reach.BRANCH, branch_id=branch.pk)
    )
    posts = Post.objects.filter(covering, user=OuterRef("pk"), role__permissions__contains=[permission.value])
    nearest = posts.annotate(depth=depth).order_by("-depth").values("depth")[:1]
    people = User.objects.filter(is_active=True).annotate(nearness=Subquery(nearest)).exclude(nearness=None)
    if present_at is not None:
        people = people.exclude(Exists(away(present_at).filter(user=OuterRef("pk"))))
    return people.order_by("-nearness", "pinyin", "pk")


def away(at: datetime) -> QuerySet[Absence]:
    """Absences in force at `at`."""
    return Absence.objects.filter(finished_at=None, starts_at__lte=at, ends_at__gt=at)


def stand_in_for(user: User, at: datetime) -> User | None:
    """Who does this person's work at `at`: None when they are there, or away without a stand-in."""
    absence = away(at).select_related("stand_in").filter(user=user).first()
    return absence.stand_in if absence else None


def one_of_each_post() -> list[Post]:
    """One active person for every post that anybody holds, posts in their own order: the demo's doors."""
    held = Post.objects.filter(user__is_active=True).select_related("user", "role", "branch")
    held = held.order_by("role__order", "role_id", "user_id")
    return list(held.distinct("role__order", "role_id"))


def colleagues(text: str, *, branch: Branch | None = None, limit: int = 20) -> list[User]:
    """Active people for a picker, by name, pinyin, initials, user name or staff number; `branch` and below first."""
    people = User.objects.filter(is_active=True).select_related("branch", "department")
    people = people.filter(named(text))
    if branch is not None:
        near = Case(When(branch__path__startswith=branch.path, then=Value(0)), default=Value(1))
        people = people.annotate(far=near).order_by("far", "pinyin", "pk")
    return list(people[:limit])


def named(text: str) -> Q:
    """People whose name holds `text`, or whose pinyin, initials, user name or staff number begins with it."""
    text = text.strip()
    if not text:
        return Q()
    lower = text.lower().replace(" ", "").replace("'", "")
    return (
        Q(name__icontains=text)
        | Q(pinyin__startswith=lower)
        | Q(pinyin__contains=f" {lower}")
        | Q(username__istartswith=text)
        | Q(staff_number__istartswith=text)
    )


def presences(within: Scope | None = None, *, branch: Branch | None = None) -> QuerySet[User]:
    """Active people with their presence, of the scope and of `branch` and below, by branch and name."""
    people = User.objects.filter(is_active=True).select_related("presence", "branch", "department")
    if within is not None:
        people = people.filter(within.q(branch="branch_id", owner="pk", department="department_id"))
    if branch is not None:
        people = people.filter(branch__path__startswith=branch.path)
    return people.order_by("branch__path", "pinyin", "pk")


def active_users(ids: Iterable[int]) -> list[User]:
    """Those of these people who still work here."""
    return list(User.objects.filter(pk__in=list(ids), is_active=True))


def with_posts(ids: Iterable[int]) -> dict[int, User]:
    """Active people by id, their posts read already: what each may do costs no further query."""
    people = {user.pk: user for user in User.objects.filter(pk__in=list(ids), is_active=True)}
    posts = Post.objects.filter(user__in=people).select_related("role", "branch")
    by_user: dict[int, list[Post]] = {pk: [] for pk in people}
    for post in posts:
        by_user[post.user_id].append(post)
    for pk, user in people.items():
        user.keep_posts(by_user[pk])
    return people
