from suhui.service.cases.selectors.counting import causes_of, complaints_of, opened_between, trend_of
from suhui.service.cases.selectors.finding import open_cases_for, waybills_in
from suhui.service.cases.selectors.lists import Filter, counts_of, first_view, known_tags, listed, setup_of, views_for
from suhui.service.cases.selectors.mentioning import who_can_be_named
from suhui.service.cases.selectors.returning import ways_back
from suhui.service.cases.selectors.story import family, family_ids, public_story, story

__all__ = [
    "Filter",
    "causes_of",
    "complaints_of",
    "counts_of",
    "family",
    "family_ids",
    "first_view",
    "known_tags",
    "listed",
    "open_cases_for",
    "opened_between",
    "public_story",
    "setup_of",
    "story",
    "trend_of",
    "views_for",
    "waybills_in",
    "ways_back",
    "who_can_be_named",
]
