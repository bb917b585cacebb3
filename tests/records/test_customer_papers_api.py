"""A customer's papers and the freshness of facts by the programming interface."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.records.customers import selectors, services
from suhui.records.customers.models import Customer, Freshness
from tests.api import Caller, caller, problem
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_vault(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def customer(outlet: Branch) -> Customer:
    return services.add_customer(name="杭州云鲸电商有限公司", kind="company", branch=outlet, by=SYSTEM)


def uploaded(one: Caller, name: str = "合同.pdf") -> str:
    answer = one.send("/files", SimpleUploadedFile(name, PDF))
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_papers_are_given_to_a_customer_and_listed(supervisor: User, customer: Customer) -> None:
    one = caller(supervisor, scopes=[Perm.CUSTOMER_VIEW, Perm.CUSTOMER_EDIT])
    here = f"/customers/{customer.pk}/files"
    ids = [uploaded(one, f"{number}.pdf") for number in (1, 2, 3)]
    given = one.post(here, {"files": ids[:2]})
    assert given.status_code == 200, given.content
    assert [row["id"] for row in given.json()["rows"]] == ids[:2]
    first = one.get(here, limit=1).json()
    rest = one.get(here, limit=1, cursor=first["next"]).json()
    assert [row["name"] for row in first["rows"] + rest["rows"]] == ["1.pdf", "2.pdf"]
    assert one.get(f"/files/{ids[0]}").status_code == 200
    assert problem(one.post(here, {"files": ids[:1]}))["code"] == "missing"
    assert StoredFile.objects.get(pk=ids[2]).owner_key == f"user:{supervisor.pk}"


def test_a_paper_of_somebody_else_or_for_a_hidden_customer_goes_nowhere(
    supervisor: User, agent: User, customer: Customer, other_outlet: Branch, make_person: MakePerson
) -> None:
    theirs = uploaded(caller(supervisor))
    one = caller(agent)
    here = f"/customers/{customer.pk}/files"
    assert problem(one.post(here, {"files": [theirs]}))["code"] == "missing"
    stranger = caller(make_person("agent", name="陌生", branch=other_outlet))
    own = uploaded(stranger)
    assert problem(stranger.post(here, {"files": [own]}))["code"] == "missing"
    assert problem(stranger.get(here))["code"] == "missing"
    bound = caller(supervisor, branch=other_outlet)
    assert problem(bound.get(here))["code"] == "missing"
    assert not StoredFile.objects.filter(owner_key__startswith="customer:").exists()


def test_how_long_facts_stay_fresh_is_read_and_set(administrator: User, agent: User, outlet: Branch) -> None:
    one = caller(administrator)
    days = {row["kind"]: row["days"] for row in one.get("/customers/freshness").json()["rows"]}
    assert set(days) == {"phone", "email", "address", "contact"}
    assert one.put("/customers/freshness/phone", {"days": 90}).json()["days"] == 90
    assert Freshness.objects.get(kind="phone").days == 90
    assert {row["days"] for row in one.get("/customers/freshness").json()["rows"]} == {90, selectors.DEFAULT_DAYS}
    for path, body in (("/customers/freshness/phone", {"days": 0}), ("/customers/freshness/fax", {"days": 9})):
        assert problem(one.put(path, body))["status"] == 422
    assert problem(caller(agent).put("/customers/freshness/phone", {"days": 9}))["status"] == 403
    bound = caller(administrator, branch=outlet)
    assert problem(bound.put("/customers/freshness/phone", {"days": 9}))["code"] == "person_needed"
