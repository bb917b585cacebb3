"""Questions about ratings."""

from dataclasses import dataclass

from django.db.models import Avg, Count

from suhui.service.surveys.models import Rating


def of_subject(subject: str, limit: int = 6) -> list[Rating]:
    """What was said about it, the newest first."""
    return list(Rating.objects.filter(subject=subject).order_by("-given_at", "-id")[:limit])


def of_customer(customer_id: int, limit: int) -> list[Rating]:
    return list(Rating.objects.filter(customer_id=customer_id).order_by("-given_at", "-id")[:limit])


@dataclass(frozen=True)
class Figures:
    """How many ratings, how many of each score (1 to 5), their mean (None without any), how many became cases."""

    count: int
    by_score: dict[int, int]
    mean: float | None
    answered: int


def figures(source: str) -> Figures:
    """Of everything one source told."""
    rows = Rating.objects.filter(source=source).order_by()
    by_score = dict(rows.values_list("score").annotate(count=Count("id")))
    mean = rows.aggregate(mean=Avg("score"))["mean"]
    return Figures(
        sum(by_score.values()),
        {score: by_score.get(score, 0) for score in range(1, 6)},
        float(mean) if mean is not None else None,
        rows.exclude(case_key="").count(),
    )
