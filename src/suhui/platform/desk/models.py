import uuid
from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row
from suhui.platform.people.models import User


class Draft(Row):
    """What a person was writing, kept on the server: `key` says where ("case:17:reply"). Survives a log-out."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]

    def __str__(self) -> str:
        return self.key


class UndoOffer(Row):
    """Something done that can be taken back until `expires_at`. `kind` names the undoer, `payload` what it needs."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    text = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text
