from functools import cache
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.encoding import force_str


class Row(models.Model):
    """What every row of ours has: words for its choices without looking through all of them each time.

    Django gathers and translates every choice of the field at each call of `get_…_display`, a quarter of a long page.
    """

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: "models.Field[Any, Any]") -> Any:  # noqa: N802  Django's name
        value = getattr(self, field.attname)
        return force_str(_words_of(field).get(value, value), strings_only=True)


@cache
def _words_of(field: "models.Field[Any, Any]") -> dict[Any, Any]:
    """Lazy words by value; choices of ours are enumerations, which never change while a process lives."""
    return dict(field.flatchoices)


class TimeStamped(Row):
    """A row that knows when it came and when it last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class OwnersTime(models.DateTimeField):  # type: ignore[type-arg]
    """A time of the row that this one belongs to ("case.opened_at"), repeated here because the table is divided by it.

    It is filled in by itself, and the database holds the two together.
    """

    def __init__(self, *args: Any, of: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.of = of

    def deconstruct(self) -> Any:
        """Migrations know it as a plain time."""
        name, _path, args, more = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, more

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        if getattr(instance, self.attname) is None:
            owner, _dot, time = self.of.partition(".")
            setattr(instance, self.attname, getattr(getattr(instance, owner), time))
        return super().pre_save(instance, add)


class StoredEvent(Row):
    """One thing that happened, written in the transaction that made it happen. Never changed afterwards.

    `subject` names the row it is about ("case:17"): references upward are subject keys, never foreign keys. `topics`
    are what open pages watch and this changed: the subject and more.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    payload = models.JSONField()
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(max_length=120, blank=True)
    actor_id = models.BigIntegerField(null=True)
    topics = ArrayField(models.CharField(max_length=80), default=list)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["kind", "at"], name="event_kind_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Delivery(Row):
    """A stored event on its way to one handler. The row goes when the handler has done its work."""

    event = models.ForeignKey(StoredEvent, on_delete=models.CASCADE, related_name="+")
    handler = models.CharField(max_length=120)
    subject = models.CharField(max_length=80)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["subject", "handler", "event"], name="delivery_line"),
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(failed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"


class DayCount(Row):
    """The running count behind `numbers.next_number`."""

    prefix = models.CharField(max_length=8)
    day = models.CharField(max_length=6)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["prefix", "day"], name="daycount_once")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.day}: {self.count}"


class Revision(Row):
    """The present number of a topic of settled matters (`settled`); the tables' triggers give it a new one."""

    topic = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.topic}: {self.number}"


class Wanted(Row):
    """An optional handler of events that somebody wants called (`events.want`)."""

    name = models.CharField(max_length=120, primary_key=True)

    def __str__(self) -> str:
        return self.name
