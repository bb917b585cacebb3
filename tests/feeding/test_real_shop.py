"""The real sample read in whole: what the database then says is what the files say, counted by other code, and what
docs/real-data.md says."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pytest

from suhui.feeds import selectors, services
from suhui.feeds.mapping import feed
from suhui.feeds.services import Outcome
from suhui.platform.core import dispatch, events
from suhui.platform.core.actors import Actor
from suhui.platform.core.models import StoredEvent
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch
from suhui.records.shipments.models import ScanEvent, WaybillException
from suhui.service.cases.models import Case
from suhui.service.surveys.models import Rating
from tests.feeds import REAL, needs_the_real_shop

pytestmark = [needs_the_real_shop, pytest.mark.house, pytest.mark.django_db]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "real-data.md"
BY = Actor.system("test")


@dataclass
class Counted:
    """What the files say, in the order of the page's table."""

    orders: int
    customers: int
    delivered: int
    late: int
    never: int
    ratings: int
    mean: str
    complaints: int
    by_word: dict[str, int]
    by_score: dict[int, int]


def table(name: str) -> Iterator[dict[str, str]]:
    with (REAL / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


@pytest.fixture(scope="module")
def files() -> Counted:
    """Counted straight from the files, without a line of the product's code."""
    orders = list(table("olist_orders_dataset.csv"))
    people = {row["customer_id"]: row["customer_unique_id"] for row in table("olist_customers_dataset.csv")}
    reviews = list(table("olist_order_reviews_dataset.csv"))
    scores = Counter(int(row["review_score"]) for row in reviews)
    came = [row for row in orders if row["order_status"] == "delivered" and row["order_delivered_customer_date"]]
    ended = {"delivered", "canceled", "unavailable"}
    return Counted(
        orders=len(orders),
        customers=len({people[row["customer_id"]] for row in orders}),
        delivered=sum(row["order_status"] == "delivered" for row in orders),
        late=sum(day(row["order_delivered_customer_date"]) > day(row["order_estimated_delivery_date"]) for row in came),
        never=sum(row["order_status"] not in ended for row in orders),
        ratings=len(reviews),
        mean=f"{sum(score * count for score, count in scores.items()) / len(reviews):.2f}",
        complaints=sum(
            int(row["review_score"]) <= 2
            and bool((row["review_comment_title"] + row["review_comment_message"]).strip())
            for row in reviews
        ),
        by_word=dict(Counter(row["order_status"] for row in orders)),
        by_score=dict(scores),
    )


@pytest.fixture
def read_in(headquarters: Branch) -> Outcome:
    return services.take_in(feed=feed("olist"), folder=REAL, branch=None, by=BY)


def test_the_database_says_what_the_files_say(read_in: Outcome, files: Counted) -> None:
    found = selectors.figures(feed("olist"))
    asked = StoredEvent.objects.filter(kind="surveys.RatingToAnswer").count()
    assert asdict(files) == {
        "orders": found.orders,
        "customers": found.customers,
        "delivered": found.delivered,
        "late": found.late,
        "never": found.never,
        "ratings": found.ratings.count,
        "mean": f"{found.ratings.mean:.2f}",
        "complaints": asked,
        "by_word": found.by_word,
        "by_score": found.ratings.by_score,
    }
    assert found.late_exceptions == found.late
    assert WaybillException.objects.filter(kind="late", state="open").count() == files.never
    assert not WaybillException.objects.filter(history=False).exists()
    some = 20
    dispatch.run_all(limit=some, later=events.names_besides("surveys.RatingToAnswer"))
    assert Case.objects.filter(kind="complaint", channel="review").count() >= some
    assert not Notification.objects.exists()
    scans, ratings = ScanEvent.objects.count(), Rating.objects.count()
    again = services.take_in(feed=feed("olist"), folder=REAL, branch=None, by=BY)
    again.mistakes.clear()
    assert again == Outcome()
    assert (ScanEvent.objects.count(), Rating.objects.count()) == (scans, ratings)


def test_the_page_says_what_the_files_say(files: Counted) -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([^|]+?) \| ([0-9][0-9,.]*) ", page, re.MULTILINE))
    assert told["orders"] == f"{files.orders:,}"
    assert told["persons who ordered"] == f"{files.customers:,}"
    assert told["delivered"] == f"{files.delivered:,}"
    assert told["of these late"] == f"{files.late:,}"
    assert told["past the promise, neither delivered nor cancelled"] == f"{files.never:,}"
    assert told["reviews"] == f"{files.ratings:,}"
    assert told["their mean"] == files.mean
    assert told["complaints opened"] == f"{files.complaints:,}"
    assert {word: told[f"`{word}`"] for word in files.by_word} == {
        word: f"{count:,}" for word, count in files.by_word.items()
    }
    assert {score: told["★" * score] for score in files.by_score} == {
        score: f"{count:,}" for score, count in files.by_score.items()
    }
