import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people.models import Branch, User
from suhui.records.shipments.models import Waybill
from suhui.service.cases import services
from suhui.service.cases.choices import CaseState
from suhui.service.cases.models import Case, Category, Cause, Macro, SavedView
from tests.service.cases import anew, complain, parcel

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]
MakePerson = Callable[..., User]


@pytest.fixture
def case(agent: User, outlet: Branch) -> Case:
    parcel("YT1234567890123", outlet)
    return complain(agent, text="YT1234567890123 破损，要求赔偿", phone="13812345678", name="王小明", owner=agent).case


def test_the_case_page_tells_everything_masked(agent: User, enter: Enter, case: Case) -> None:
    page = enter(agent).get(f"/cases/{case.pk}/").content.decode()
    for shown in (case.number, "破损，要求赔偿", "YT12", "王**", "138"):
        assert shown in page
    assert "13812345678" not in page
    assert "王小明" not in page


def test_the_parcels_named_in_the_story_are_links(agent: User, enter: Enter, case: Case, outlet: Branch) -> None:
    other = parcel("YT9876543210987", outlet)
    services.note(case=case, text="同一客户还有 YT9876543210987", by=Actor.staff(agent))
    page = enter(agent).get(f"/cases/{case.pk}/story/").content.decode()
    for waybill in (case.waybills.get(), other):
        assert f'<a class="number-code" href="/waybills/{waybill.pk}/"' in page


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_a_bounded_number_of_queries(
    agent: User, enter: Enter, outlet: Branch, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        complain(agent, text=f"第{number}件", phone=f"138123456{number:02d}", owner=agent)
    client = enter(agent)
    for path in ("/cases/", "/cases/?as=table&view=open", "/cases/rows/?view=open", "/cases/?q=T"):
        with django_assert_max_num_queries(24):
            assert client.get(path).status_code == 200


def test_the_menu_of_views_counts_what_is_in_them(agent: User, enter: Enter, case: Case) -> None:
    page = enter(agent).get("/cases/menu/?view=open").content.decode()
    assert re.search(r'view=open" aria-current="true"><span[^>]*>[^<]*</span><span class="muted">1</span>', page)
    assert 'view=late"' in page


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 30])
def test_the_case_page_takes_a_bounded_number_of_queries(
    agent: User, enter: Enter, case: Case, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        services.note(case=case, text=f"第{number}条", by=Actor.staff(agent))
    with django_assert_max_num_queries(52):
        assert enter(agent).get(f"/cases/{case.pk}/").status_code == 200


def test_another_branch_finds_nothing(enter: Enter, case: Case, make_person: MakePerson, other_outlet: Branch) -> None:
    client = enter(make_person("agent", branch=other_outlet))
    for path in ("", "work/", "context/", "why/", "ask/assign/"):
        assert client.get(f"/cases/{case.pk}/{path}").status_code == 404
    assert client.post(f"/cases/{case.pk}/note/", {"text": "x"}).status_code == 404
    assert case.number not in client.get("/cases/?view=open").content.decode()


def test_who_only_reads_cannot_write(enter: Enter, case: Case, make_person: MakePerson, region: Branch) -> None:
    client = enter(make_person("quality", branch=region))
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert client.post(f"/cases/{case.pk}/reply/", {"text": "x"}).status_code == 403
    assert client.post(f"/cases/{case.pk}/do/take/").status_code == 403
    assert case.entries.filter(kind="message_out").count() == 0


def test_a_reply_is_sent_with_a_way_back(agent: User, enter: Enter, case: Case) -> None:
    answer = enter(agent).post(f"/cases/{case.pk}/reply/", {"text": "您好，已在核实。"}, follow=True)
    assert "您好，已在核实。" in answer.content.decode()
    entry = case.entries.get(kind="message_out")
    assert entry.published_at is None
    enter(agent).post(f"/cases/{case.pk}/unsend/{entry.pk}/")
    entry.refresh_from_db()
    assert entry.taken_back_at is not None


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("state", {"to": "waiting_customer"}, "waiting_customer"),
        ("promise", {"text": "回电", "when": "tomorrow-10"}, "in_progress"),
        ("contact", {"channel": "phone", "way": "out", "text": "已致电"}, "in_progress"),
        ("resolve", {"words": ""}, "resolved"),
        ("edit", {"subject": "改过", "kind": "enquiry", "severity": "3"}, "in_progress"),
        ("priority", {"priority": "4"}, "in_progress"),
        ("propose", {"text": "赔偿运费", "amount": "12.5", "step_1": "退款"}, "proposed"),
    ],
)
def test_each_dialog_does_what_it_says(
    agent: User, enter: Enter, case: Case, name: str, data: dict[str, str], shown: str
) -> None:
    client = enter(agent)
    client.post(f"/cases/{case.pk}/do/take/")
    services.change_state(case=anew(case), to=CaseState.IN_PROGRESS, by=Actor.staff(agent))
    assert client.get(f"/cases/{case.pk}/ask/{name}/").status_code == 200
    answer = client.post(f"/cases/{case.pk}/ask/{name}/", data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert anew(case).state == shown
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_a_dialog_with_a_mistake_comes_back_open_with_what_was_typed(agent: User, enter: Enter, case: Case) -> None:
    answer = enter(agent).post(f"/cases/{case.pk}/ask/close/", {"outcome": "solved", "words": "已赔付"})
    assert answer.status_code == 422
    assert "已赔付" in answer.content.decode()
    assert anew(case).is_open


def test_closing_from_the_page(agent: User, enter: Enter, case: Case) -> None:
    cause = Cause.objects.get(code="sorting-rough")
    data = {"outcome": "compensated", "cause": cause.pk, "satisfaction": "5"}
    assert enter(agent).post(f"/cases/{case.pk}/ask/close/", data).status_code == 302
    assert anew(case).state == CaseState.CLOSED
    assert enter(agent).get(f"/cases/{case.pk}/").status_code == 200


def test_facts_asked_on_the_page_wait_for_the_branch(
    agent: User, enter: Enter, case: Case, other_outlet: Branch
) -> None:
    data = {"question": "请核实", "branch": other_outlet.pk, "within": "120", "wait": "on"}
    assert enter(agent).post(f"/cases/{case.pk}/ask/facts/", data).status_code == 302
    assert anew(case).state == CaseState.WAITING_DEPARTMENT


def test_a_new_case_opens_from_pasted_words(agent: User, enter: Enter, outlet: Branch) -> None:
    parcel("YT1234567890123", outlet)
    client = enter(agent)
    found = client.post("/cases/new/recognise/", {"text": "YT1234567890123 破了 电话13812345678"}).json()
    assert found["fields"]["waybills"] == "YT1234567890123"
    assert "138" in found["fields"]["phone"]
    assert client.get("/cases/new/?text=hello").status_code == 200
    assert client.get("/cases/new/fields/?kind=complaint").status_code == 200
    data = {"text": "破了", "channel": "phone", "kind": "complaint", "mine": "on", **found["fields"], "once": "abc"}
    assert client.post("/cases/new/", data).status_code == 302
    assert client.post("/cases/new/", data).status_code == 302
    case = Case.objects.get()
    assert case.owner == agent
    assert case.waybill_links.count() == 1
    assert case.number in client.get("/cases/new/offered/", found["fields"]).content.decode()


def test_a_number_that_is_not_known_is_told_at_its_field(agent: User, enter: Enter) -> None:
    data = {"text": "破了", "channel": "phone", "kind": "complaint", "waybills": "YT9999999999999"}
    answer = enter(agent).post("/cases/new/", data)
    assert answer.status_code == 422
    assert Case.objects.count() == 0


def test_a_macro_fills_the_composer_and_does_its_steps(agent: User, enter: Enter, case: Case) -> None:
    macro = Macro.objects.get(name="请客户补充照片")
    client = enter(agent)
    page = client.get(f"/cases/{case.pk}/macro/{macro.pk}/").content.decode()
    assert "王先生/女士您好" in page
    client.post(f"/cases/{case.pk}/reply/", {"text": "请补充照片", "macro": macro.pk})
    assert anew(case).state == CaseState.WAITING_CUSTOMER
    assert case.entries.filter(kind="message_out", text="请补充照片").count() == 1


def test_every_shipped_macro_can_be_run(agent: User, case: Case) -> None:
    for macro in Macro.objects.all():
        one = complain(agent, text=macro.name, owner=agent).case
        services.run_macro(macro=macro, case=anew(one), user=agent, reply="您好", note=macro.note)
    assert Macro.objects.count() >= 6


def test_many_cases_at_once_from_the_table(
    supervisor: User, agent: User, enter: Enter, case: Case, make_person: MakePerson
) -> None:
    colleague = make_person("agent", name="陈静")
    client = enter(supervisor)
    data = {"picked": [case.pk], "do": "owner", "owner": colleague.pk, "back": "view=open"}
    assert client.post("/cases/bulk/", data).status_code == 302
    assert anew(case).owner == colleague
    assert enter(agent).post("/cases/bulk/", data).status_code == 403


def test_a_filter_is_kept_as_a_view(agent: User, enter: Enter, case: Case) -> None:
    client = enter(agent)
    client.post("/cases/views/", {"name": "急件", "query": "state=open&priority=3"})
    view = SavedView.objects.get()
    assert view.query == {"state": ["open"], "priority": "3"}
    assert "急件" in client.get(f"/cases/?view=saved-{view.pk}").content.decode()
    client.post(f"/cases/views/{view.pk}/drop/")
    assert not SavedView.objects.exists()


def test_administrators_set_up_rows_and_others_do_not(administrator: User, agent: User, enter: Enter) -> None:
    client = enter(administrator)
    for what in ("categories", "causes", "fields", "checklists", "macros"):
        assert client.get(f"/cases/setup/?what={what}").status_code == 200
        assert client.get(f"/cases/setup/{what}/new/").status_code == 200
    data = {"name": "天气", "code": "weather-x", "severity": "2", "order": "5", "active": "on"}
    assert client.post("/cases/setup/categories/new/", data).status_code == 302
    assert client.post("/cases/setup/categories/new/", data).status_code == 422
    assert Category.objects.filter(code="weather-x").count() == 1
    macro = Macro.objects.get(name="受理并安抚")
    assert client.get(f"/cases/setup/macros/{macro.pk}/").status_code == 200
    assert client.post("/cases/setup/macros/new/", {"name": "空", "order": "1"}).status_code == 422
    assert enter(agent).get("/cases/setup/").status_code == 403


def test_the_form_registers_the_unknown_parcels_of_the_text_and_those_a_carrier_was_chosen_for(
    agent: User, enter: Enter
) -> None:
    client = enter(agent)
    given = {"text": "单号 SF1390000123456 破损", "waybills": "YT1234567890123", "channel": "phone", "kind": "enquiry"}
    beside = client.get("/cases/new/offered/", given).content.decode()
    assert 'name="carrier:SF1390000123456"' in beside
    assert 'name="carrier:YT1234567890123"' in beside
    assert client.post("/cases/new/", given).status_code == 422
    assert (Case.objects.count(), Waybill.objects.count()) == (0, 0)
    client.post("/cases/new/", given | {"carrier:YT1234567890123": "yto"})
    assert set(Case.objects.get().waybills.values_list("number", "carrier__code")) == {
        ("SF1390000123456", "sf"),
        ("YT1234567890123", "yto"),
    }


def test_an_at_sign_offers_colleagues_who_see_the_case(
    agent: User, enter: Enter, case: Case, make_person: MakePerson, other_outlet: Branch
) -> None:
    make_person("agent", name="陈静")
    make_person("agent", name="陈远方", branch=other_outlet)
    people = enter(agent).get(f"/cases/{case.pk}/colleagues/", {"q": "陈"}).json()["people"]
    assert [one["name"] for one in people] == ["陈静"]


@pytest.mark.parametrize("count", [1, 20])
def test_offering_colleagues_takes_a_bounded_number_of_queries(
    agent: User, enter: Enter, case: Case, make_person: MakePerson, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_person("agent", name=f"陈{number}")
    client = enter(agent)
    with django_assert_max_num_queries(14):
        client.get(f"/cases/{case.pk}/colleagues/", {"q": "陈"})


def test_the_page_says_how_often_the_customer_complained_and_opens_just_those(
    agent: User, enter: Enter, case: Case
) -> None:
    client = enter(agent)
    said = 'href="/cases/?as=table&amp;kind=complaint'
    assert said not in client.get(f"/cases/{case.pk}/context/").content.decode()
    again = complain(agent, text="又坏了", phone="13812345678").case
    complain(agent, text="只是问问", phone="13812345678", kind="enquiry")
    old = complain(agent, text="去年的", phone="13812345678").case
    Case.objects.filter(pk=old.pk).update(opened_at=now() - timedelta(days=100))
    page = client.get(f"/cases/{case.pk}/context/").content.decode()
    assert said in page
    assert "90 天内投诉 2 次" in page
    address = re.search(r'href="(/cases/\?as=table[^"]+)"', page)
    assert address is not None
    rows = client.get(html.unescape(address[1]))
    assert again.number in rows.content.decode()
    assert old.number not in rows.content.decode()
