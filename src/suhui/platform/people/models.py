from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.choices import BranchKind, PresenceState, Reach
from suhui.platform.people.permissions import Perm


class BranchQuerySet(models.QuerySet["Branch"]):
    def below(self, branch: "Branch") -> "BranchQuerySet":
        """`branch` itself and everything under it."""
        return self.filter(path__startswith=branch.path)

    def active(self) -> "BranchQuerySet":
        return self.filter(closed_on=None)


class Branch(TimeStamped):
    """A node of the tree 总部 → 区域 → 分部 → 网点. `path` is "/1/4/12/": the ids from the root to itself."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=BranchKind.choices)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["path"]
        indexes: ClassVar = [models.Index(fields=["path"], name="branch_subtree", opclasses=["text_pattern_ops"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(parent=None), name="branch_one_root")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root down to this branch, itself last."""
        return [int(part) for part in self.path.split("/") if part]


class Department(TimeStamped):
    """A department inside a branch: 客服部, 仓储部, 财务部. `function` is the code requests are addressed to."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="departments")
    function = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["branch__path", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "function"], name="department_function_once")
        ]

    def __str__(self) -> str:
        return self.name


class Role(TimeStamped):
    """A post (岗位): permissions and how far they reach. Shipped posts carry a `code` and can be changed, not lost."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    english_name = models.CharField(max_length=80, blank=True)
    reach = models.CharField(max_length=10, choices=Reach.choices)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    shipped = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(Row, AbstractBaseUser):
    """A member of staff. Their posts say what they may do; their branch and department say where they sit."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, blank=True)
    staff_number = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="people")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    """Somebody else knows the password: the first page after signing in asks for one of their own."""
    created_at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(max_length=8, default="zh-hans")
    theme = models.CharField(max_length=8, default="auto")
    density = models.CharField(max_length=12, default="dense")

    fence_branch: "Branch | None" = None
    """Set by `fencing.fence` on an object that stands for the person with less than they may: see there."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["pinyin", "id"]
        indexes: ClassVar = [models.Index(fields=["branch", "is_active"], name="user_branch")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def may(self, permission: Perm) -> bool:
        """Whether any post of this person carries `permission`. Read once per object, so once per request."""
        return permission.value in self._grants()

    def reach_of(self, permission: Perm) -> "list[tuple[str, Branch]]":
        """(reach, branch) of every post that carries `permission`."""
        return [(post.role.reach, post.branch) for post in self._posts() if permission in post.role.permissions]

    def keep_posts(self, posts: "list[Post]") -> None:
        """Posts that were read for many people at once, with their roles and branches."""
        self._posts_read = posts

    def _posts(self) -> "list[Post]":
        if not hasattr(self, "_posts_read"):
            self._posts_read = list(self.posts.select_related("role", "branch"))
        return self._posts_read

    def _grants(self) -> frozenset[str]:
        if not hasattr(self, "_grants_read"):
            self._grants_read = frozenset(p for post in self._posts() for p in post.role.permissions)
        return self._grants_read


class Post(Row):
    """A person holds a role at a branch. Several are possible."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="posts")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "role", "branch"], name="post_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class Presence(Row):
    """How a person can be reached now (ORG-4). One row a person; every change is a stored event."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="presence", primary_key=True)
    state = models.CharField(max_length=12, choices=PresenceState.choices, default=PresenceState.OFFLINE)
    reason = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(null=True)
    left_state = models.CharField(max_length=12, blank=True, default="")
    left_reason = models.CharField(max_length=80, blank=True, default="")
    """Where the browser went silent: what the person was before they were taken for gone."""

    def __str__(self) -> str:
        return f"{self.user}: {self.state}"


class Absence(TimeStamped):
    """A person is away from `starts_at` to `ends_at`; `stand_in` does their work (approval: ORG-3)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="standing_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True, help_text=_("Shown to colleagues"))
    ended_early_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "ends_at"], name="absence_user"),
            models.Index(fields=["ends_at"], name="absence_open", condition=models.Q(finished_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_order"),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("user")), name="absence_stand_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_at:%m-%d}–{self.ends_at:%m-%d}"


class BusyReason(TimeStamped):
    """Why somebody is busy, offered in the presence menu: 会议, 培训. Rows, so that a house has its own."""

    name = models.CharField(max_length=40, unique=True)
    english_name = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """In the reader's language."""
        chinese = (get_language() or "").startswith("zh")
        return self.name if chinese else self.english_name or self.name
