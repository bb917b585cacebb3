"""Taking ratings in: one, or thousands in a few statements. Told twice is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.rules import selectors as rules
from suhui.engines.rules import services as deciding
from suhui.platform.core import events as stored
from suhui.platform.core import settled
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch
from suhui.records.customers.models import Customer
from suhui.service.surveys import events, tables
from suhui.service.surveys.models import Rating

MOST_WORDS = 10_000


@dataclass(frozen=True, kw_only=True)
class NewRating:
    """A rating as its source tells it. `subject` is the key of what it is about; `source` and `external_id` name it."""

    subject: str
    score: int
    source: str
    external_id: str
    branch: Branch
    given_at: datetime
    customer: Customer | None = None
    comment: str = ""


@dataclass(frozen=True)
class Given:
    """What came of it: the ratings that are new, and those that say something else than before."""

    new: list[Rating]
    changed: list[Rating]


@transaction.atomic
def give(*, rating: NewRating, by: Actor) -> Rating:
    """One rating; see give_many."""
    give_many(ratings=[rating], by=by)
    return Rating.objects.get(source=rating.source, external_id=rating.external_id)


@settled.steady()
@transaction.atomic
def give_many(*, ratings: Sequence[NewRating], by: Actor) -> Given:
    """Write these ratings down and let the table "survey.rating" say which of them a case has to answer.

    A rating that is there already is left alone, or changed where its score or words are others now. Raises BadInput,
    nothing kept, for a score that is not one to five.
    """
    told = {(rating.source, rating.external_id): rating for rating in ratings}
    for rating in told.values():
        _demand_sound(rating)
    at = now()
    before = {(row.source, row.external_id) for row in _held(told)}
    missing = [_row(rating, at) for key, rating in told.items() if key not in before]
    Rating.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    there = _held(told)
    # Somebody may have told the same a moment ago: theirs came in at another time.
    fresh = [row for row in there if (row.source, row.external_id) not in before and row.received_at == at]
    changed = [row for row in there if not _says(row, told)]
    for row in changed:
        rating = told[row.source, row.external_id]
        row.score, row.comment, row.given_at = rating.score, rating.comment.strip(), rating.given_at
    Rating.objects.bulk_update(changed, ["score", "comment", "given_at"], batch_size=500)
    _tell([*fresh, *changed], by, at)
    return Given(fresh, changed)


def _demand_sound(rating: NewRating) -> None:
    if rating.score not in range(1, 6):
        raise BadInput(_("One to five stars."), {"score": _("One to five stars.")})
    if len(rating.comment) > MOST_WORDS:
        raise BadInput(_("This is too long."), {"comment": _("At most 10,000 characters.")})


def _row(rating: NewRating, at: datetime) -> Rating:
    return Rating(
        subject=rating.subject,
        customer=rating.customer,
        branch=rating.branch,
        score=rating.score,
        comment=rating.comment.strip(),
        source=rating.source,
        external_id=rating.external_id,
        given_at=rating.given_at,
        received_at=at,
    )


Key = tuple[str, str]


def _held(told: dict[Key, NewRating]) -> list[Rating]:
    """Their rows, locked, in one order."""
    rows = Rating.objects.filter(
        source__in={source for source, _name in told}, external_id__in=[name for _source, name in told]
    )
    locked = rows.order_by("pk").select_for_update()
    return [row for row in locked if (row.source, row.external_id) in told]


def _says(row: Rating, told: dict[Key, NewRating]) -> bool:
    rating = told[row.source, row.external_id]
    return (row.score, row.comment, row.given_at) == (rating.score, rating.comment.strip(), rating.given_at)


def _tell(rows: list[Rating], by: Actor, at: datetime) -> None:
    stored.store_many(
        [
            events.RatingGiven(rating_id=row.pk, about=row.subject, customer_id=row.customer_id, score=row.score)
            for row in rows
        ],
        by=by,
    )
    wanted = [
        row for row in rows if not row.case_key and rules.peek(tables.CODE, _inputs(row, at)).outputs["open_case"]
    ]
    about = [(row.key, _inputs(row, at)) for row in wanted]
    decisions = deciding.decide_many(table=tables.CODE, about=about, by=by, at=at)
    for row, decision in zip(wanted, decisions, strict=True):
        row.decision_id = decision.pk
    Rating.objects.bulk_update(wanted, ["decision_id"], batch_size=500)
    stored.store_many(
        [
            events.RatingToAnswer(rating_id=row.pk, about=row.subject, severity=int(decision.outputs["severity"] or 2))
            for row, decision in zip(wanted, decisions, strict=True)
        ],
        by=by,
    )


def _inputs(row: Rating, at: datetime) -> dict[str, Any]:
    return {
        "about": row.subject.partition(":")[0],
        "score": row.score,
        "commented": bool(row.comment),
        "source": row.source,
        "age_days": max(0, (at - row.given_at).days),
    }


@transaction.atomic
def link_case(*, rating_id: int, case_key: str, by: Actor) -> None:
    """The room of cases opened a case from it ("case:17"). Harmless to repeat; the first case stays."""
    if Rating.objects.filter(pk=rating_id, case_key="").update(case_key=case_key[:40]):
        subject = Rating.objects.values_list("subject", flat=True).get(pk=rating_id)
        stored.hint([subject])
