from datetime import UTC, datetime

import pytest
from django.utils import translation

from suhui.platform.desk import filters


@pytest.mark.parametrize(
    ("number", "words"),
    [("+8613815025672", "138 1502 5672"), ("+8657188886666", "+8657188886666"), ("+4915112345678", "+4915112345678")],
)
def test_a_mobile_number_is_written_as_people_read_it_out(number: str, words: str) -> None:
    assert filters.phone_words(number) == words


def test_a_day_is_named_with_its_weekday_in_the_reader_s_language_and_the_house_s_time() -> None:
    late = datetime(2026, 11, 22, 17, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert filters.day_words(late) == "2026年11月23日 星期一"
    with translation.override("en"):
        assert filters.day_words(late) == "Monday, 23 November 2026"
