"""What an administrator sets up: categories, causes, fields per kind, macros, checklists, saved views."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation

from suhui.platform.core.models import Row, TimeStamped
from suhui.platform.people.models import User
from suhui.service.cases.choices import CaseKind, FieldType, Severity


class Named(Row):
    """A row with a Chinese name and, if someone wrote one, an English one."""

    name = models.CharField(max_length=60)
    english_name = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        english = (translation.get_language() or "").startswith("en")
        return self.english_name if english and self.english_name else self.name


class Tree(Named):
    """Two levels: a row without a parent, and rows under it. Retired rows stay for the cases that carry them."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    code = models.SlugField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)
    shipped = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def full_label(self) -> str:
        """`Delay / Line haul`; reads the parent."""
        return f"{self.parent.label} / {self.label}" if self.parent else self.label


class Category(Tree):
    """What a case is about. `kinds` empty means every kind; `external_codes` maps to the regulator's and WeChat's."""

    kinds = ArrayField(models.CharField(max_length=20, choices=CaseKind.choices), default=list, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    external_codes = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]


class Cause(Tree):
    """Why it happened (CAS-10). `side` says who is at fault in one word: sender, branch, line, weather …"""

    side = models.SlugField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]


class KindField(Named):
    """A field that cases of one kind have beyond the common ones. Values live in Case.fields under `key`."""

    kind = models.CharField(max_length=20, choices=CaseKind.choices)
    key = models.SlugField(max_length=40)
    type = models.CharField(max_length=12, choices=FieldType.choices)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    required = models.BooleanField(default=False)
    help = models.CharField(max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["kind", "order", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="kindfield_once")]


class Macro(Named):
    """Several steps in one key. `reply` and `note` may hold placeholders; `actions` is a list of {"do": …} steps."""

    kinds = ArrayField(models.CharField(max_length=20, choices=CaseKind.choices), default=list, blank=True)
    reply = models.TextField(blank=True)
    note = models.TextField(blank=True)
    actions = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)
    shipped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["order", "id"]


class ChecklistTemplate(Named):
    """One point to tick on every case of a kind (empty: of all kinds)."""

    kind = models.CharField(max_length=20, choices=CaseKind.choices, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["kind", "order", "id"]


class ViewSetup(Row):
    """How one person wants the menu of views: in which order, and which one opens first. Both hold the views' keys
    ("late", "saved-12"); what is not named follows in the house's order."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    order = ArrayField(models.CharField(max_length=24), default=list)
    first = models.CharField(max_length=24, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first}"


class SavedView(TimeStamped):
    """A person's filter of the work list under a name; a shared one is everybody's to use."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="savedview_once")]

    def __str__(self) -> str:
        return self.name
