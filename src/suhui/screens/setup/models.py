from typing import ClassVar

from django.db import models

from suhui.platform.core.models import Row
from suhui.platform.people.models import User


class Installation(Row):
    """That this company was set up here, when, and whether its guide is finished. One row at most."""

    one = models.BooleanField(default=True, editable=False)
    company = models.CharField(max_length=80)
    administrator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    guide_done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["one"], name="installation_once")]

    def __str__(self) -> str:
        return self.company
