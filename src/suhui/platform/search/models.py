from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from suhui.platform.core.models import Row

READERS = models.Func("branch_ids", "department_ids", "owner_ids", "everyone", function="search_readers")
"""Who sees an entry, as numbers (`scoping.reader_codes`): in the index beside the tokens, so that a common word of a
large house is looked up only where the person sees anything."""
DAYS = models.Func("at", function="search_days")
"""The day of an entry, likewise: the newest hits of a common word are those of the last days."""


class SearchEntry(Row):
    """One findable row: its tokens, what a hit shows, and who may see it. Written by `services.index` only."""

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    vector = SearchVectorField()
    title = models.CharField(max_length=300)
    title_mask = models.CharField(max_length=30, blank=True)
    details = models.JSONField(default=list)
    text = models.TextField(blank=True)
    hidden = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    branch_ids = ArrayField(models.BigIntegerField(), default=list)
    department_ids = ArrayField(models.BigIntegerField(), default=list)
    owner_ids = ArrayField(models.BigIntegerField(), default=list)
    everyone = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchentry_once")]
        indexes: ClassVar = [
            GinIndex("vector", READERS, DAYS, name="searchentry_found", fastupdate=True, gin_pending_list_limit=512),
            models.Index(fields=["-at", "-id"], name="searchentry_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id}"


class SearchKey(Row):
    """A number or phone of an entry, forwards for beginnings and backwards for tails."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="keys")
    forward = models.CharField(max_length=64, db_collation="C")
    backward = models.CharField(max_length=64, db_collation="C")
    is_phone = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["forward"], include=["entry"], name="searchkey_forward"),
            models.Index(fields=["backward"], name="searchkey_backward"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Rebuild(Row):
    """A rebuilding of one kind's entries, under way or done: how far it has come."""

    kind = models.CharField(max_length=30, unique=True)
    after = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.done}"
