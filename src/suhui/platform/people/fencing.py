"""A person with less than they may: what a machine that acts for them is given (an API token, ORG-1).

A fence never gives anything: it takes permissions away and draws the reach of every post in to one branch and below.
"""

from collections.abc import Collection

from suhui.platform.people.choices import Reach
from suhui.platform.people.models import Branch, Post, Role, User
from suhui.platform.people.permissions import Perm


def fence(user: User, *, permissions: Collection[str], branch: Branch | None, posts: list[Post]) -> User:
    """Let this object of `user` hold only `permissions`, and with a `branch` see nothing outside it.

    Inside a branch's fence even the person's own work elsewhere is not seen. `posts` are the person's, with their
    roles and branches read. Gives `user` back; the rows are not touched.
    """
    kept = [_drawn_in(post, frozenset(permissions), branch) for post in posts]
    user.keep_posts([post for post in kept if post is not None])
    user.fence_branch = branch
    return user


def _drawn_in(post: Post, permissions: frozenset[str], branch: Branch | None) -> Post | None:
    held = [permission for permission in post.role.permissions if permission in permissions]
    area = (post.role.reach, post.branch) if branch is None else _area(post.role.reach, post.branch, branch)
    if not held or area is None:
        return None
    reach, where = area
    role = Role(code=post.role.code, name=post.role.name, reach=reach, permissions=held)
    return Post(user_id=post.user_id, role=role, branch=where)


def _area(reach: str, at: Branch, branch: Branch) -> tuple[str, Branch] | None:
    """What a post of this reach at this branch still reaches inside `branch` and below; None: nothing. One's own work
    and one's department's may lie anywhere, so these reaches are no reach of a branch."""
    if reach in {Reach.OWN, Reach.TEAM}:
        return None
    inside = at.path.startswith(branch.path)
    if reach == Reach.ALL or (reach == Reach.SUBTREE and branch.path.startswith(at.path)):
        return Reach.SUBTREE, branch
    return (reach, at) if inside else None


def may_fence(user: User, branch: Branch, permissions: Collection[Perm]) -> bool:
    """Whether a fence at `branch` would leave anything of these permissions."""
    posts = list(user.posts.select_related("role", "branch"))
    wanted = frozenset(permission.value for permission in permissions)
    return any(_drawn_in(post, wanted, branch) is not None for post in posts)
