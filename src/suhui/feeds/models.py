from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row


class Link(Row):
    """Their id and ours: `object_id` is the row of that `kind` ("customer", "order"). `digest` is of what was read, so
    that only what changed is written again."""

    feed = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    external_id = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    digest = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["feed", "kind", "external_id"], name="feedlink_once")]

    def __str__(self) -> str:
        return f"{self.feed} {self.kind} {self.external_id}"
