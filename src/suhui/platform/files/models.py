import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse

from suhui.platform.core.models import Row
from suhui.platform.files.choices import FileKind


class StoredFile(Row):
    """A checked file. Its bytes lie under their hash; `owner_key` ("case:17") says whose door guards it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_key = models.CharField(max_length=80)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    has_thumb = models.BooleanField(default=False)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120, blank=True)
    actor_id = models.BigIntegerField(null=True)
    stored_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["stored_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["owner_key", "stored_at"], name="file_owner"),
            models.Index(fields=["sha256"], name="file_hash"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def link(self) -> str:
        """The private address: its door asks whoever owns the file."""
        return reverse("files:open", args=[self.pk])

    @property
    def thumb_link(self) -> str:
        """The private address of the small picture; empty when there is none."""
        return reverse("files:thumb", args=[self.pk]) if self.has_thumb else ""
