"""The work list: what it can be narrowed to, what is done to many, the menu of views (CAS-9)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from suhui.engines.sla.models import Clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import BEIJING, now
from suhui.platform.core.errors import BadInput, NotAllowed
from suhui.platform.desk import undo
from suhui.platform.people.models import Branch, User
from suhui.service.cases import selectors, services
from suhui.service.cases.models import Case, Category, Cause, SavedView, Watch
from suhui.service.cases.selectors import Filter
from tests.service.cases import anew, complain

pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]
MakePerson = Callable[..., User]


def shown(user: User, **words: str) -> set[str]:
    return set(selectors.listed(user, Filter.read(words), now()).values_list("text", flat=True))


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BEIJING)


def test_the_list_narrows_to_the_days_cases_were_opened_on_by_the_houses_clock(agent: User) -> None:
    for text, moment in (("前夜", at(15, 23)), ("首日", at(16, 0)), ("末日", at(22, 23)), ("次日", at(23, 0))):
        Case.objects.filter(pk=complain(agent, text=text).case.pk).update(opened_at=moment)
    assert shown(agent, opened_from="2026-11-16", opened_to="2026-11-22") == {"首日", "末日"}
    assert shown(agent, opened_from="2026-11-22") == {"末日", "次日"}
    assert shown(agent, opened_to="nonsense") == set()


def test_the_list_narrows_to_how_the_time_to_resolve_went(agent: User) -> None:
    cases = {text: complain(agent, text=text).case for text in ("按时", "超时", "跑着", "跑过", "重开")}
    clocks = Clock.objects.filter(kind="resolution")
    clocks.filter(subject=cases["按时"].key).update(state="met")
    clocks.filter(subject=cases["超时"].key).update(state="met_late", breached_at=now())
    clocks.filter(subject=cases["跑过"].key).update(due_at=now() - timedelta(minutes=1))
    first = clocks.get(subject=cases["重开"].key)
    clocks.filter(pk=first.pk).update(state="met_late", breached_at=now())
    Clock.objects.create(
        **{f.name: getattr(first, f.name) for f in Clock._meta.fields if f.name != "id"} | {"state": "met"}
    )
    assert shown(agent, late="yes") == {"超时", "跑过"}
    assert shown(agent, late="no") == {"按时", "重开"}


def test_the_list_narrows_to_cause_category_and_what_is_not_known(agent: User) -> None:
    cause = Cause.objects.filter(parent__isnull=False).select_related("parent").first()
    category = Category.objects.filter(parent__isnull=False).select_related("parent").first()
    assert cause is not None
    assert category is not None
    assert cause.parent is not None
    assert category.parent is not None
    complain(agent, text="甲", category=category)
    Case.objects.filter(pk=complain(agent, text="乙").case.pk).update(cause=cause)
    assert shown(agent, cause=cause.parent.code) == {"乙"}
    assert shown(agent, cause="unknown") == {"甲"}
    assert shown(agent, category=category.parent.code) == {"甲"}
    assert shown(agent, category="unknown") == {"乙"}


def test_tags_are_kept_clean_and_found(agent: User, enter: Enter) -> None:
    case = complain(agent, text="甲", owner=agent).case
    complain(agent, text="乙")
    client = enter(agent)
    client.post(f"/cases/{case.pk}/ask/tags/", {"tags": " #催件，老客户 催件"})
    assert anew(case).tags == ["催件", "老客户"]
    assert shown(agent, tag="催件") == {"甲"}
    assert selectors.known_tags(agent) == ["催件", "老客户"]
    assert "催件" in client.get(f"/cases/{case.pk}/").content.decode()
    answer = client.post(f"/cases/{case.pk}/ask/tags/", {"tags": "长" * 21})
    assert answer.status_code == 422
    assert anew(case).tags == ["催件", "老客户"]


def test_many_cases_are_tagged_and_the_tags_taken_back(supervisor: User, agent: User) -> None:
    cases = [complain(agent, text=text).case for text in "甲乙"]
    services.change_particulars(case=cases[0], by=Actor.staff(agent), tags=["旧"])
    done = services.tag_all(cases=cases, tag="#双十一", user=supervisor)
    assert [anew(case).tags for case in cases] == [["旧", "双十一"], ["双十一"]]
    assert done.undo is not None
    undo.take_back(token=done.undo.token, user=supervisor)
    assert [anew(case).tags for case in cases] == [["旧"], []]
    with pytest.raises(BadInput):
        services.tag_all(cases=cases, tag=" # ", user=supervisor)


def test_many_cases_are_watched_and_watching_is_taken_back(supervisor: User, agent: User) -> None:
    first, second = (complain(agent, text=text).case for text in "甲乙")
    services.watch(case=first, user=supervisor, on=True)
    done = services.watch_all(cases=[first, second], user=supervisor, on=True)
    assert done.done == [second]
    assert done.undo is not None
    undo.take_back(token=done.undo.token, user=supervisor)
    assert list(Watch.objects.values_list("case_id", flat=True)) == [first.pk]


@pytest.mark.parametrize("what", ["owner", "state", "tag", "category", "priority"])
def test_what_is_done_to_many_is_asked_in_a_dialog(supervisor: User, enter: Enter, what: str) -> None:
    page = enter(supervisor).get(f"/cases/bulk/{what}/").content.decode()
    assert f'name="{what}"' in page
    assert f'value="{what}"' in page


def test_picked_rows_are_dealt_with_from_the_list_and_beside_a_case(
    supervisor: User, enter: Enter, agent: User
) -> None:
    cases = [complain(agent, text=text).case for text in "甲乙"]
    client = enter(supervisor)
    assert 'form="bulk"' in client.get("/cases/?view=open").content.decode()
    picked = [case.pk for case in cases]
    back = f"{cases[0].pk}?view=open"
    answer = client.post("/cases/bulk/", {"picked": picked, "do": "owner", "owner": agent.pk, "back": back})
    assert answer["Location"] == f"/cases/{cases[0].pk}/?view=open"
    assert {anew(case).owner for case in cases} == {agent}
    assert client.post("/cases/bulk/", {"picked": picked, "do": "state", "state": "closed"}).status_code == 422
    assert client.post("/cases/bulk/", {"do": "watch"}).status_code == 422


def test_who_may_not_change_many_is_offered_no_boxes(agent: User, enter: Enter) -> None:
    complain(agent, text="甲", owner=agent)
    client = enter(agent)
    assert 'name="picked"' not in client.get("/cases/").content.decode()
    assert client.get("/cases/bulk/owner/").status_code == 403
    assert client.get("/cases/bulk/export/").status_code == 403


def test_picked_cases_are_exported_masked_and_only_those_one_sees(
    supervisor: User, enter: Enter, agent: User, make_person: MakePerson, headquarters: Branch
) -> None:
    stranger = make_person("agent", branch=headquarters)
    case = complain(agent, text="=1+1", phone="13812345678", name="王小明").case
    hidden = complain(stranger, text="别处").case
    answer = enter(supervisor).get("/cases/bulk/export/", {"picked": [case.pk, hidden.pk]})
    book = load_workbook(BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][:2] == (case.number, "=1+1")
    assert "13812345678" not in str(rows)
    assert "王小明" not in str(rows)


@pytest.mark.long
@pytest.mark.parametrize("count", [1, 20])
def test_an_export_takes_a_bounded_number_of_queries(
    supervisor: User, enter: Enter, agent: User, count: int, django_assert_max_num_queries: Any
) -> None:
    picked = [complain(agent, text=str(number)).case.pk for number in range(count)]
    client = enter(supervisor)
    with django_assert_max_num_queries(12):
        client.get("/cases/bulk/export/", {"picked": picked})


def test_a_view_is_made_renamed_shared_and_forgotten(supervisor: User, agent: User, enter: Enter) -> None:
    made = enter(supervisor).post("/cases/views/", {"name": "超时投诉", "query": "state=open&kind=complaint&due=late"})
    view = SavedView.objects.get()
    assert made["Location"] == f"/cases/?view=saved-{view.pk}"
    assert "超时投诉" not in enter(agent).get("/cases/").content.decode()
    enter(supervisor).post(f"/cases/views/{view.pk}/", {"name": "急办", "shared": "on"})
    assert "急办" in enter(agent).get("/cases/").content.decode()
    assert enter(agent).post(f"/cases/views/{view.pk}/", {"name": "别人的"}).status_code == 403
    assert enter(agent).post(f"/cases/views/{view.pk}/drop/").status_code == 403
    view.refresh_from_db()
    assert (view.name, view.shared) == ("急办", True)
    enter(supervisor).post(f"/cases/views/{view.pk}/drop/")
    assert not SavedView.objects.exists()


def test_a_name_that_is_taken_and_a_share_that_is_not_allowed_change_nothing(agent: User) -> None:
    first = services.save_view(user=agent, name="甲", query={"state": ["open"]})
    services.save_view(user=agent, name="乙", query={"state": ["open"]})
    with pytest.raises(BadInput):
        services.change_view(view=first, user=agent, name="乙", shared=False)
    with pytest.raises(NotAllowed):
        services.change_view(view=first, user=agent, name="甲", shared=True)
    first.refresh_from_db()
    assert (first.name, first.shared) == ("甲", False)


def test_the_menu_is_ordered_and_one_view_opens_first(agent: User, enter: Enter) -> None:
    client = enter(agent)
    view = services.save_view(user=agent, name="我的催件", query={"state": ["open"], "tag": "催件"})
    key = f"saved-{view.pk}"
    client.post("/cases/views/move/", {"key": "late", "way": "up"})
    keys = [one.key for one in selectors.views_for(agent)]
    assert keys.index("late") < keys.index("new")
    client.post("/cases/views/first/", {"key": key})
    case = complain(agent, text="甲").case
    services.change_particulars(case=case, by=Actor.staff(agent), tags=["催件"])
    complain(agent, text="乙", owner=agent)
    page = client.get("/cases/").content.decode()
    assert "甲" in page
    assert ">乙<" not in page
    assert selectors.counts_of(agent, selectors.views_for(agent), now())[key] == 1
    services.drop_view(view=view, user=agent)
    assert selectors.first_view(agent, selectors.views_for(agent)).key == "mine"
    assert client.post("/cases/views/move/", {"key": key}).status_code == 404


def test_a_view_that_reaches_into_the_past_has_no_number(agent: User) -> None:
    services.save_view(user=agent, name="已结", query={"state": ["closed"]})
    services.save_view(user=agent, name="在办", query={"state": ["in_progress"]})
    views = selectors.views_for(agent)
    counted = {view.label for view in views if view.key in selectors.counts_of(agent, views, now())}
    assert "在办" in counted
    assert "已结" not in counted


def test_every_filter_can_be_a_view_with_a_number(agent: User, enter: Enter) -> None:
    case = complain(agent, text="甲", owner=agent).case
    services.change_particulars(case=case, by=Actor.staff(agent), tags=["催件"])
    Clock.objects.filter(subject=case.key, kind="resolution").update(due_at=now() - timedelta(minutes=1))
    words = {
        "late": "yes",
        "tag": "催件",
        "cause": "unknown",
        "opened_from": "2020-01-01",
        "figure": "nobody:1",
        "branch": str(case.branch_id),
        "category": "unknown",
        "watched": "1",
        "customer": "1",
        "waybill": "1",
        "q": "甲",
    }
    for name, value in words.items():
        services.save_view(user=agent, name=name, query={"state": ["open"], name: value})
    views = selectors.views_for(agent)
    counts = selectors.counts_of(agent, views, now())
    numbers = {view.label: counts[view.key] for view in views if view.saved}
    nothing = {"figure", "watched", "customer", "waybill"}
    assert numbers == {name: int(name not in nothing) for name in words}
    assert enter(agent).get("/cases/").status_code == 200
