from dataclasses import dataclass

from suhui.platform.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class RatingGiven(DomainEvent):
    """A customer rated `about` ("waybill:17"), or changed what they had said. The words stay in the row."""

    subject_kind = "rating"
    subject_field = "rating_id"
    rating_id: int
    about: str
    customer_id: int | None
    score: int


@dataclass(frozen=True, kw_only=True)
class RatingToAnswer(DomainEvent):
    """By the rules this rating is a complaint: a case of this severity is wanted."""

    subject_kind = "rating"
    subject_field = "rating_id"
    rating_id: int
    about: str
    severity: int
