"""The demo company as a visitor is promised it: its size, a person in every post, cases in every state, alive now."""

import pytest

from suhui.engines.tasks.choices import TaskKind
from suhui.platform.people import posts
from suhui.records.shipments.choices import ExceptionState
from suhui.service.cases.choices import CaseKind, CaseState
from tests.browser.conftest import Product

pytestmark = pytest.mark.browser


def column(product: Product, text: str) -> set[str]:
    return {row[0] for row in product.sql(text)}


def number(product: Product, text: str) -> int:
    return int(product.sql(text)[0][0])


def test_it_is_a_network_with_people_in_every_post(product: Product) -> None:
    kinds = dict(product.sql("SELECT kind, count(*) FROM people_branch GROUP BY kind"))
    assert (kinds["hq"], kinds["region"], kinds["outlet"] + kinds["division"]) == (1, 3, 12)
    assert number(product, "SELECT count(*) FROM people_user WHERE is_active") >= 60
    held = column(product, "SELECT DISTINCT r.code FROM people_post p JOIN people_role r ON r.id = p.role_id")
    assert held == {post.code for post in posts.SHIPPED}


def test_it_has_its_customers_and_its_parcels_with_their_tracks(product: Product) -> None:
    assert number(product, "SELECT count(*) FROM customers_customer") >= 500
    assert number(product, "SELECT count(*) FROM shipments_waybill") >= 2000
    assert number(product, "SELECT count(DISTINCT waybill_id) FROM shipments_scanevent") >= 1980
    assert column(product, "SELECT DISTINCT state FROM shipments_waybillexception") == set(ExceptionState.values)


def test_it_has_three_hundred_cases_of_every_kind_and_in_every_state(product: Product) -> None:
    assert number(product, "SELECT count(*) FROM cases_case") >= 300
    assert column(product, "SELECT DISTINCT kind FROM cases_case") == set(CaseKind.values)
    assert column(product, "SELECT DISTINCT state FROM cases_case") == set(CaseState.values)


def test_its_promises_and_requests_are_open_and_done_and_its_week_has_a_history(product: Product) -> None:
    open_kinds = column(product, "SELECT DISTINCT kind FROM tasks_task WHERE state IN ('open', 'claimed', 'returned')")
    assert open_kinds >= {TaskKind.PROMISE.value, TaskKind.FACT_REQUEST.value}
    assert number(product, "SELECT count(*) FROM tasks_task WHERE state = 'done'") >= 20
    assert number(product, "SELECT count(DISTINCT at::date) FROM cases_caseentry WHERE at > now() - interval '8d'") >= 7
    assert number(product, "SELECT count(*) FROM cases_case WHERE next_due_at < now()") >= 3
    assert (
        number(product, "SELECT count(*) FROM cases_case WHERE next_due_at BETWEEN now() AND now() + interval '1 day'")
        >= 3
    )
