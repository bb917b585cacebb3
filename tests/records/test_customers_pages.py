import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.models import Branch, User
from suhui.platform.search import selectors as search
from suhui.records.customers import correcting, merging, selectors, services
from suhui.records.customers.models import Customer, Merge, living
from tests.conftest import SYSTEM, MakePerson

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]

SECRETS = [
    "王小明",
    "13812341234",
    "138 1234 1234",
    "3幢502",
    "wangxm@example.com",
    "wxm_1988",
    "李阿姨",
    "13711112222",
]


@pytest.fixture
def wang(outlet: Branch) -> Customer:
    customer = services.add_customer(
        name="王小明",
        phone="13812341234",
        wechat="wxm_1988",
        note="白天打 13711112222",
        branch=outlet,
        by=SYSTEM,
    )
    services.add_email(customer=customer, address="wangxm@example.com", by=SYSTEM)
    services.add_contact(customer=customer, name="李阿姨", phone="13711112222", by=SYSTEM)
    services.add_address(
        customer=customer, province="浙江省", city="杭州市", district="西湖区", detail="文三路478号3幢502室", by=SYSTEM
    )
    return customer


def covered(html: str) -> None:
    for secret in SECRETS:
        assert secret not in html, secret


def test_no_page_of_customers_shows_personal_data_unmasked(
    wang: Customer, outlet: Branch, supervisor: User, enter: Enter, run_events: Callable[[], int]
) -> None:
    twin = services.add_customer(name="王小明", phone="13812341234", branch=outlet, by=SYSTEM)
    run_events()
    client = enter(supervisor)
    home = f"/customers/{wang.pk}/"
    for path in (
        "/customers/",
        "/customers/?q=1234",
        home,
        f"{home}edit/",
        f"{home}facts/",
        f"{home}timeline/",
        f"{home}tier/",
        f"{home}merge/",
        f"{home}merge/?q=1234",
        f"{home}merge/?other={twin.pk}",
        f"{home}facts/phone/",
        f"{home}facts/address/",
        "/customers/duplicates/?name=王小明&phone=13812341234",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        covered(answer.content.decode())
    page = client.get(home).content.decode()
    assert "王**" in page
    assert "138******34" in page
    assert "文三路478号***" in page
    assert f'data-reveal-key-value="customer:{wang.pk}"' in page


def test_a_reveal_from_the_page_gives_each_fact(wang: Customer, agent: User, enter: Enter) -> None:
    client = enter(agent)
    page = client.get(f"/customers/{wang.pk}/").content.decode()
    fields = set(re.findall(r'data-reveal-field-value="([^"]+)"', page))
    shown = ""
    for field in sorted(fields):
        answer = client.post("/privacy/reveal/", {"key": f"customer:{wang.pk}", "field": field, "reason": "contact"})
        assert answer.status_code == 200, field
        shown += answer.content.decode()
    for value in ("王小明", "138 1234 1234", "文三路478号3幢502室", "wangxm@example.com", "wxm_1988", "李阿姨"):
        assert value in shown


def test_customers_of_other_branches_cannot_be_opened_nor_revealed(
    wang: Customer, other_outlet: Branch, enter: Enter, make_person: MakePerson
) -> None:
    client = enter(make_person("agent", branch=other_outlet))
    assert client.get(f"/customers/{wang.pk}/").status_code == 404
    assert client.get(f"/customers/{wang.pk}/edit/").status_code == 404
    answer = client.post("/privacy/reveal/", {"key": f"customer:{wang.pk}", "field": "name", "reason": "contact"})
    assert answer.status_code == 404
    assert "王**" not in client.get("/customers/").content.decode()


def test_a_pasted_line_fills_the_fields(agent: User, enter: Enter) -> None:
    answer = enter(agent).post(
        "/customers/recognise/", {"text": "王芳 13812341234 浙江省杭州市西湖区文三路478号3幢502室"}
    )
    fields = json.loads(answer.content)["fields"]
    assert fields["name"] == "王芳"
    assert fields["phone"].replace(" ", "") == "13812341234"
    assert (fields["province"], fields["city"], fields["district"]) == ("浙江省", "杭州市", "西湖区")


def test_a_new_customer_is_added_with_phone_and_address(agent: User, outlet: Branch, enter: Enter) -> None:
    given = {"kind": "person", "name": "赵云", "phone": "13900001111", "province": "浙江省", "city": "杭州市"}
    given |= {"detail": "文三路1号", "source": "phone", "branch": str(outlet.pk), "owner": str(agent.pk)}
    answer = enter(agent).post("/customers/new/", given)
    customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.pk}/"
    assert customer.owner == agent
    assert customer.phones.get().number == "+8613900001111"
    assert customer.addresses.get().detail == "文三路1号"


def test_a_likely_double_is_shown_before_it_is_added(wang: Customer, agent: User, outlet: Branch, enter: Enter) -> None:
    client = enter(agent)
    given = {"kind": "person", "name": "王小敏", "phone": "138 1234 1234", "source": "phone", "branch": str(outlet.pk)}
    answer = client.post("/customers/new/", given)
    assert answer.status_code == 422
    assert wang.number in answer.content.decode()
    assert Customer.objects.count() == 1
    client.post("/customers/new/", given | {"anyway": "on"})
    assert Customer.objects.count() == 2


def test_a_bad_number_is_said_at_its_field(agent: User, outlet: Branch, enter: Enter) -> None:
    given = {"kind": "person", "name": "赵云", "phone": "abc", "source": "phone", "branch": str(outlet.pk)}
    answer = enter(agent).post("/customers/new/", given)
    assert answer.status_code == 422
    assert "id_phone_error" in answer.content.decode()
    assert not Customer.objects.exists()


def test_an_edit_keeps_a_name_left_empty(wang: Customer, agent: User, outlet: Branch, enter: Enter) -> None:
    given = {"kind": "person", "name": "", "wechat": "", "source": "phone", "branch": str(outlet.pk), "version": "1"}
    given |= {"industry": "retail", "contract_value": "1234.56", "vip": "on", "owner": ""}
    answer = enter(agent).post(f"/customers/{wang.pk}/edit/", given)
    assert answer.status_code == 302
    wang.refresh_from_db()
    assert (wang.name, wang.wechat, wang.industry, wang.vip) == ("王小明", "wxm_1988", "retail", True)
    assert wang.contract_value_fen == 123456
    stale = enter(agent).post(f"/customers/{wang.pk}/edit/", given | {"name": "别人"})
    assert stale.status_code == 409
    wang.refresh_from_db()
    assert wang.name == "王小明"


def test_facts_are_added_checked_put_first_and_removed_with_a_way_back(
    wang: Customer, agent: User, enter: Enter
) -> None:
    client, home = enter(agent), f"/customers/{wang.pk}/"
    client.post(f"{home}facts/phone/", {"phone": "13900002222"})
    phone = wang.phones.get(number="+8613900002222")
    client.post(f"{home}facts/phone/{phone.pk}/", {"do": "verify"})
    client.post(f"{home}facts/phone/{phone.pk}/", {"do": "main"})
    phone.refresh_from_db()
    assert phone.verified_by == agent
    assert phone.is_main
    client.post(f"{home}facts/phone/{phone.pk}/", {"do": "remove"})
    phone.refresh_from_db()
    assert phone.removed_at is not None
    client.post(f"/undo/{UndoOffer.objects.get().token}/")
    phone.refresh_from_db()
    assert phone.removed_at is None
    client.post(f"{home}facts/address/", {"text": "江苏苏州虎丘区狮山路1号"})
    assert wang.addresses.filter(city="苏州市", district="虎丘区", detail="狮山路1号").exists()


def test_two_customers_are_merged_from_the_page_and_parted_again(
    wang: Customer, outlet: Branch, supervisor: User, enter: Enter
) -> None:
    twin = services.add_customer(name="王小明", phone="13900003333", branch=outlet, by=SYSTEM)
    client = enter(supervisor)
    client.post(f"/customers/{wang.pk}/merge/", {"other": str(twin.pk), "stays": "this"})
    twin.refresh_from_db()
    assert twin.merged_into == wang
    assert client.get(f"/customers/{twin.pk}/")["Location"] == f"/customers/{wang.pk}/"
    page = client.get(f"/customers/{wang.pk}/").content.decode()
    assert f"/customers/{wang.pk}/part/" in page
    client.post(f"/customers/{wang.pk}/part/")
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_agents_do_not_merge(wang: Customer, outlet: Branch, agent: User, enter: Enter) -> None:
    twin = services.add_customer(name="王小明", branch=outlet, by=SYSTEM)
    assert enter(agent).post(f"/customers/{wang.pk}/merge/", {"other": str(twin.pk)}).status_code == 403
    twin.refresh_from_db()
    assert twin.merged_into is None


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_a_bounded_number_of_queries(
    outlet: Branch, agent: User, enter: Enter, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        services.add_customer(name=f"客户{number}", phone=f"139000{number:05d}", owner=agent, branch=outlet, by=SYSTEM)
    client = enter(agent)
    with django_assert_max_num_queries(15):
        page = client.get("/customers/?q=客户").content.decode()
    assert page.count('data-reveal-field-value="name"') == rows


def test_the_order_is_remembered(outlet: Branch, agent: User, enter: Enter) -> None:
    for name in ("赵", "安"):
        services.add_customer(name=name, kind="company", branch=outlet, by=SYSTEM)
    client = enter(agent)
    client.get("/customers/?sort=name")
    page = client.get("/customers/").content.decode()
    assert page.index(">安<") < page.index(">赵<")


def test_the_order_by_archive_number_is_the_number_s_own(outlet: Branch, agent: User, enter: Enter) -> None:
    for name, number in (("赵", "K26110100002"), ("安", "K26110100001")):
        made = services.add_customer(name=name, kind="company", branch=outlet, by=SYSTEM)
        Customer.objects.filter(pk=made.pk).update(number=number)
    client = enter(agent)
    page = client.get("/customers/?sort=number").content.decode()
    assert page.index(">安<") < page.index(">赵<")
    page = client.get("/customers/?sort=-number").content.decode()
    assert page.index(">赵<") < page.index(">安<")


def test_filters_narrow_the_list(wang: Customer, outlet: Branch, agent: User, enter: Enter) -> None:
    services.add_customer(name="大公司", kind="company", branch=outlet, owner=agent, by=SYSTEM)
    client = enter(agent)
    for query, company, person in (
        ("kind=company", True, False),
        ("mine=1", True, False),
        ("phone=none", True, False),
        ("phone=stale", False, True),
        ("tier=vip", False, False),
        (f"branch={outlet.pk}", True, True),
        ("kind=nonsense&branch=x", True, True),
    ):
        page = client.get(f"/customers/?{query}").content.decode()
        assert ("大公司" in page, "王**" in page) == (company, person), query


def test_the_search_box_finds_customers_masked_and_forgets_merged_ones(
    wang: Customer, outlet: Branch, agent: User, supervisor: User, run_events: Callable[[], int]
) -> None:
    run_events()
    for text in ("王小明", "wangxiaoming", "wxm", "1234", wang.number):
        (hit,) = search.search(agent, text)
        assert hit.title == "王**"
        assert "13812341234" not in str(hit)
    twin = services.add_customer(name="王晓明", branch=outlet, by=SYSTEM)
    run_events()
    merging.merge(winner=wang, loser=twin, by=supervisor)
    run_events()
    assert [hit.object_id for hit in search.search(agent, "王晓明") if hit.object_id == twin.pk] == []
    merging.part(merge=Merge.objects.get(), by=SYSTEM)
    run_events()
    assert twin.pk in [hit.object_id for hit in search.search(agent, "王晓明")]


def test_a_file_is_kept_with_the_customer_and_guarded_by_its_door(
    wang: Customer,
    agent: User,
    other_outlet: Branch,
    enter: Enter,
    make_person: MakePerson,
    settings: Any,
    tmp_path: Any,
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    client = enter(agent)
    client.post(f"/customers/{wang.pk}/files/", {"files": SimpleUploadedFile("合同.txt", "合同正文".encode())})
    page = client.get(f"/customers/{wang.pk}/").content.decode()
    (link,) = set(re.findall(r'href="(/files/[^"]+)"', page))
    assert client.get(link).status_code == 200
    assert enter(make_person("agent", branch=other_outlet)).get(link).status_code == 404


def test_the_days_of_freshness_are_settings(supervisor: User, enter: Enter) -> None:
    client = enter(supervisor)
    assert client.get("/customers/freshness/").status_code == 200
    client.post("/customers/freshness/", {"phone": "30", "email": "180", "address": "180", "contact": "180"})
    from suhui.records.customers.models import Freshness

    assert Freshness.objects.get(kind="phone").days == 30
    bad = client.post("/customers/freshness/", {"phone": "0", "email": "180", "address": "180", "contact": "180"})
    assert bad.status_code == 422
    assert Freshness.objects.get(kind="phone").days == 30


@pytest.mark.parametrize(
    ("kind", "given", "shown"),
    [
        ("phone", {"phone": "13922223333"}, "139******33"),
        ("address", {"province": "浙江省", "city": "宁波市", "district": "鄞州区", "detail": "天童路9号8室"}, "宁波市"),
        ("address", {"text": "广东省深圳市南山区科技园9栋"}, "深圳市"),
        ("email", {"email": "new@example.com"}, "example.com"),
        ("contact", {"name": "赵大叔", "title": "物业"}, "物业"),
    ],
)
def test_a_wrong_fact_is_corrected_in_its_place_checked_and_can_be_put_back(
    wang: Customer, supervisor: User, enter: Enter, kind: str, given: dict[str, str], shown: str
) -> None:
    client = enter(supervisor)
    model = selectors.FACT_MODELS[kind]
    old = living(model.objects.filter(customer=wang)).first()
    assert old is not None
    at = f"/customers/{wang.pk}/facts/{kind}/{old.pk}/correct/"
    covered(client.get(at).content.decode())
    assert client.post(at, given).status_code in (204, 302)
    new = living(model.objects.filter(customer=wang)).first()
    assert new is not None
    assert new.pk != old.pk
    assert (new.is_main, new.verified_by) == (old.is_main, supervisor)
    assert not living(model.objects.filter(customer=wang, pk=old.pk)).exists()
    page = client.get(f"/customers/{wang.pk}/").content.decode()
    covered(page)
    assert shown in page
    undo.take_back(token=UndoOffer.objects.latest("pk").token, user=supervisor)
    back = living(model.objects.filter(customer=wang)).first()
    assert back is not None
    assert (back.pk, back.is_main) == (old.pk, old.is_main)


def test_a_contact_persons_phone_goes_along_with_the_correction(wang: Customer, supervisor: User) -> None:
    old = wang.contacts.get()
    correcting.correct_fact(
        customer=wang, kind="contact", fact_id=old.pk, values={"name": "李阿姨（店长）"}, user=supervisor
    )
    new = wang.contacts.get(removed_at=None)
    assert list(wang.phones.filter(contact=new).values_list("number", flat=True)) == ["+8613711112222"]


def test_what_cannot_be_corrected_leaves_everything_as_it_was(
    wang: Customer, supervisor: User, agent: User, enter: Enter, make_person: MakePerson
) -> None:
    old = wang.phones.filter(is_main=True).get()
    at = f"/customers/{wang.pk}/facts/phone/{old.pk}/correct/"
    assert enter(supervisor).post(at, {"phone": "没有"}).status_code == 422
    assert enter(make_person("contract-supervisor")).post(at, {"phone": "13922223333"}).status_code == 403
    same = correcting.correct_fact(
        customer=wang, kind="phone", fact_id=old.pk, values={"phone": "13812341234"}, user=agent
    )
    assert same is None
    old.refresh_from_db()
    assert (old.removed_at, old.verified_by, old.is_main) == (None, agent, True)
    assert wang.phones.filter(removed_at=None).count() == 2
