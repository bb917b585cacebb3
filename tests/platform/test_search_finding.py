from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.platform.search import grams, registry, selectors, services
from suhui.platform.search.models import SearchEntry, SearchKey
from suhui.platform.search.registry import Detail, SearchDoc, SearchKind
from tests.conftest import MakePerson

DOCS: dict[tuple[str, int], SearchDoc] = {}
START = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    DOCS.clear()
    monkeypatch.setattr(registry, "_kinds", {})
    for name, permission in (("case", Perm.CASE_VIEW), ("customer", Perm.CUSTOMER_VIEW)):

        def build(number: int, name: str = name) -> SearchDoc | None:
            return DOCS.get((name, number))

        def ids(after: int, limit: int, name: str = name) -> list[int]:
            return sorted(n for kind, n in DOCS if kind == name and n > after)[:limit]

        registry.register_kind(SearchKind(name, name, "file", permission, build, ids))
    yield
    DOCS.clear()


def put(kind: str, number: int, **fields: object) -> None:
    given = {"title": f"{kind} {number}", "url": f"/{kind}/{number}/", "at": START + timedelta(minutes=number)}
    DOCS[kind, number] = SearchDoc(**{**given, "everyone": True, **fields})  # type: ignore[arg-type]
    services.index(kind, number)


def found(user: User, text: str, **more: object) -> list[tuple[str, int]]:
    return [(hit.kind.kind, hit.object_id) for hit in selectors.search(user, text, **more)]  # type: ignore[arg-type]


def test_a_number_is_found_whole_by_beginning_and_by_tail(agent: User) -> None:
    put("case", 1, title="T26112200174", numbers=("T26112200174", "SF1234567890123"))
    put("case", 2, title="T26112200182", numbers=("T26112200182",))
    for text in ("T26112200174", "t2611220017 4", "SF123456", "sf 1234 5678 90123", "90123", "123"):
        assert found(agent, text) == [("case", 1)], text
    assert found(agent, "T261122") == [("case", 2), ("case", 1)]


def test_the_whole_number_stands_before_those_that_begin_with_it(agent: User) -> None:
    put("case", 1, numbers=("7531",))
    put("case", 2, numbers=("75312345",))
    assert found(agent, "7531") == [("case", 1), ("case", 2)]


def test_a_phone_is_found_by_its_tail(agent: User) -> None:
    put("customer", 1, title="王小明", title_mask="mask_name", phones=("+8613812345678",))
    put("customer", 2, title="李四", title_mask="mask_name", phones=("+8657188886666",))
    for text in ("678", "5678", "13812345678", "138 1234 5678", "+86 138 1234 5678", "1381234"):
        assert found(agent, text) == [("customer", 1)], text
    assert found(agent, "0571-8888") == [("customer", 2)]
    assert found(agent, "78") == []


@pytest.mark.parametrize(
    "text", ["王小明", "小明", "明", "王 明", "wangxiaoming", "wangx", "wan", "wa", "xiaom", "wxm", "wx", "xm", "WXM"]
)
def test_a_name_is_found_by_any_part_pinyin_or_initials(agent: User, text: str) -> None:
    put("customer", 1, title="王小明", title_mask="mask_name")
    put("customer", 2, title="赵四", title_mask="mask_name")
    assert found(agent, text) == [("customer", 1)]


@pytest.mark.parametrize("text", ["破", "破损", "外包装破", "外包装破损严重", "破损 严重", "拒收"])
def test_text_of_one_or_two_characters_and_more(agent: User, text: str) -> None:
    put("case", 1, texts=("收件人说外包装破损严重，当场拒收。",))
    put("case", 2, texts=("三天没有物流更新",))
    assert found(agent, text) == [("case", 1)]


def test_pairs_that_only_happen_to_stand_in_a_text_are_no_phrase(agent: User) -> None:
    put("case", 1, texts=("签收件，收件人",))
    put("case", 2, texts=("签收人是门卫",))
    assert found(agent, "签收人") == [("case", 2)]


def test_newest_first(agent: User) -> None:
    for number in (3, 1, 2):
        put("case", number, texts=("破损",))
    assert found(agent, "破损") == [("case", 3), ("case", 2), ("case", 1)]
    assert found(agent, "破损", limit=2) == [("case", 3), ("case", 2)]


def test_when_nothing_fits_what_shares_most_is_offered(agent: User) -> None:
    put("case", 1, texts=("快递柜超时未取件被退回",))
    put("case", 2, texts=("客户来电感谢",))
    assert found(agent, "快递柜超时取件退回") == [("case", 1)]


def test_one_wrong_character_that_sounds_right_still_finds(agent: User) -> None:
    put("case", 1, texts=("驿站代收后没有通知",))
    assert found(agent, "驿站待收") == [("case", 1)]
    assert selectors.search(agent, "驿站待收")[0].why == "sound"


@pytest.mark.parametrize("text", ["", "   ", "，。", "'; DROP", "' & !", "\\", "a" * 5000, ":*", "%", "\0"])
def test_nonsense_is_harmless(agent: User, text: str) -> None:
    put("case", 1, texts=("破损",))
    assert found(agent, text) == []


def test_scope_is_kept_in_sql(
    make_person: MakePerson, agent: User, supervisor: User, outlet: Branch, other_outlet: Branch
) -> None:
    put("case", 1, texts=("破损",), everyone=False, branch_ids=(outlet.pk,))
    put("case", 2, texts=("破损",), everyone=False, branch_ids=(other_outlet.pk,))
    put("case", 3, texts=("破损",), everyone=False, owner_ids=(agent.pk,))
    put("customer", 4, texts=("破损",))
    warehouse = make_person("warehouse")
    assert found(agent, "破损") == [("customer", 4), ("case", 3), ("case", 1)]
    assert found(supervisor, "破损") == [("customer", 4), ("case", 2), ("case", 1)]
    assert found(warehouse, "破损") == []
    assert found(agent, "破损", kind="case") == [("case", 3), ("case", 1)]


WAYS = ["T1000", "1000", "678", "王小", "小", "wxm", "wangxiao", "破损", "破坏 包装 箱子", "破孙"]


@pytest.mark.long
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_way_of_asking_leaks_what_is_out_of_scope(
    agent: User, outlet: Branch, other_outlet: Branch, data: st.DataObject
) -> None:
    seen = set()
    SearchEntry.objects.all().delete()
    for number in range(1, 5):
        mine = data.draw(st.sampled_from(["branch", "owner", "everyone", "hidden"]))
        put(
            "case",
            number,
            title="王小明",
            numbers=("T1000",),
            phones=("+8613812345678",),
            texts=("包装箱破损",),
            everyone=mine == "everyone",
            branch_ids=(outlet.pk,) if mine == "branch" else (other_outlet.pk,),
            owner_ids=(agent.pk,) if mine == "owner" else (),
        )
        if mine != "hidden":
            seen.add(("case", number))
    for text in WAYS:
        assert set(found(agent, text)) <= seen
    assert set(found(agent, "破损")) == seen


@pytest.mark.long
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="收件人说外包装破损已签王小明abcXY019，。 （ＡＢ", min_size=2, max_size=40), st.data())
def test_any_two_neighbouring_characters_find_the_text(agent: User, text: str, data: st.DataObject) -> None:
    put("case", 1, title="x", texts=(text,))
    start = data.draw(st.integers(0, len(text) - 2))
    part = text[start : start + 2]
    if grams.terms(part):
        assert ("case", 1) in found(agent, part)


def test_hits_are_masked(agent: User) -> None:
    put(
        "customer",
        1,
        title="王小明",
        title_mask="mask_name",
        details=(Detail("+8613812345678", "mask_phone"), Detail("西湖网点")),
        phones=("+8613812345678",),
        texts=("请改派给 13812345678 张先生，外包装破损",),
        hidden=("文三路478号3幢502室",),
    )
    for text in ("王小明", "5678", "破损", "文三路", "478"):
        (hit,) = selectors.search(agent, text)
        shown = " ".join([hit.title, *hit.details, hit.excerpt])
        assert "王**" in shown
        for secret in ("王小明", "13812345678", "12345678", "502"):
            assert secret not in shown


def test_a_mask_nobody_registered_hides_everything(agent: User) -> None:
    put("customer", 1, title="王小明", title_mask="mask_unknown")
    assert selectors.search(agent, "王小明")[0].title == "***"


def test_indexing_again_replaces_and_none_removes(agent: User) -> None:
    put("case", 1, texts=("破损",), numbers=("A100",))
    put("case", 1, texts=("丢失",), numbers=("A200",))
    assert found(agent, "破损") == found(agent, "A100") == []
    assert found(agent, "丢失") == found(agent, "A200") == [("case", 1)]
    DOCS.clear()
    assert services.index("case", 1) is False
    assert SearchEntry.objects.count() == SearchKey.objects.count() == 0


def test_a_rebuild_writes_all_and_forgets_the_gone(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(1, 6):
        put("case", number, texts=("破损",))
    SearchEntry.objects.filter(object_id__lt=4).delete()
    del DOCS["case", 5]
    steps: list[int] = []
    assert services.rebuild("case", progress=steps.append) == 4
    assert steps == [2, 4]
    assert found(agent, "破损") == [("case", number) for number in (4, 3, 2, 1)]


def test_suggestions_come_in_groups(agent: User) -> None:
    for number in range(1, 9):
        put("case", number, texts=("破损",))
    put("customer", 1, title="破损公司")
    groups = selectors.suggestions(agent, "破损", each=3)
    assert [(group.kind.kind, len(group.hits)) for group in groups] == [("case", 3), ("customer", 1)]


@pytest.mark.parametrize("many", [1, 30])
def test_searching_takes_few_queries(
    agent: User, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, many + 1):
        put("case", number, texts=("破损",), numbers=(f"A{number:04}",))
    agent.may(Perm.CASE_VIEW)
    with django_assert_max_num_queries(12):
        selectors.search(agent, "破损", limit=50)
    with django_assert_max_num_queries(12):
        selectors.search(agent, "没有的东西", limit=50)


def test_the_page_and_the_box_show_masked_hits(agent: User, client: Client) -> None:
    client.force_login(agent)
    put("customer", 1, title="王小明", title_mask="mask_name", phones=("+8613812345678",))
    page = client.get(reverse("search:search"), {"q": "5678"}).content.decode()
    box = client.get(reverse("search:suggest"), {"q": "5678"}).content.decode()
    for body in (page, box):
        assert "王**" in body
        assert "王小明" not in body
    assert client.get(reverse("search:search")).status_code == 200
    assert client.get(reverse("search:search"), {"q": "没有", "kind": "nonsense"}).status_code == 200
    assert client.get(reverse("search:suggest")).content.strip() == b""


def test_only_who_looks_after_the_system_rebuilds(
    agent: User, administrator: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("case", 1)
    client.force_login(agent)
    assert client.post(reverse("search:rebuild", args=["case"])).status_code == 403
    client.force_login(administrator)
    assert client.get(reverse("search:index")).status_code == 200
    assert client.post(reverse("search:rebuild", args=["nothing"])).status_code == 404
    assert client.post(reverse("search:rebuild", args=["case"])).status_code == 302
    assert ProcrastinateJob.objects.get().args == {"kind": "case"}


def test_entries_from_before_get_the_beginnings_of_their_names(agent: User) -> None:
    put("customer", 1, title="单晓红", title_mask="mask_name")
    put("customer", 2, title="Smith", texts=("-ab",))
    with connection.cursor() as cursor:
        cursor.execute("SELECT vector::text FROM search_searchentry ORDER BY object_id")
        written = cursor.fetchall()
        cursor.execute(
            "UPDATE search_searchentry SET vector = ts_delete(vector, ARRAY(SELECT token FROM "
            "unnest(tsvector_to_array(vector)) token WHERE token LIKE '^%%'))"
        )
        assert found(agent, "sxh") == []
        cursor.execute(import_module("suhui.platform.search.migrations.0004_beginnings").BEGINNINGS_OF_BEFORE)
        cursor.execute("SELECT vector::text FROM search_searchentry ORDER BY object_id")
        assert cursor.fetchall() == written
    assert found(agent, "sxh") == [("customer", 1)]
