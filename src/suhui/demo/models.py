from django.db import models


class DemoLoad(models.Model):
    """That the demo company was begun in this database, and finished. A begun one that never finished is wiped."""

    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M}"
