import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from suhui.engines.sla.models import Clock
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Missing, Refused, SuhuiError
from suhui.platform.desk import undo
from suhui.platform.desk.models import UndoOffer
from suhui.platform.desk.timeline import timeline
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import Branch, User
from suhui.service.cases import access, selectors, services
from suhui.service.cases.choices import CaseState
from suhui.service.cases.models import Case, CaseEntry, Cause
from tests.service.cases import anew, complain

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


@pytest.fixture
def colleague(make_person: MakePerson) -> User:
    return make_person("agent", name="陈静")


def test_taking_makes_it_mine_and_begins_the_work(agent: User) -> None:
    case = services.take(case=complain(agent).case, user=agent, by=Actor.staff(agent))
    assert anew(case).owner == agent
    assert case.state == CaseState.IN_PROGRESS
    assert Clock.objects.filter(subject=case.key, owner=agent).exists()


def test_what_a_colleague_has_taken_cannot_be_taken(agent: User, colleague: User) -> None:
    case = services.take(case=complain(agent).case, user=agent, by=Actor.staff(agent))
    lines = case.entries.count()
    with pytest.raises(Conflict):
        services.take(case=anew(case), user=colleague, by=Actor.staff(colleague))
    assert anew(case).owner == agent
    assert case.entries.count() == lines


def test_an_assignment_can_be_taken_back_for_a_day(agent: User, colleague: User) -> None:
    case = services.take(case=complain(agent).case, user=agent, by=Actor.staff(agent))
    done = services.assign(case=anew(case), owner=colleague, by=Actor.staff(agent))
    assert done.undo is not None
    assert done.undo.expires_at - now() > timedelta(hours=23)
    assert Notification.objects.filter(user=colleague).count() == 1
    undo.take_back(token=done.undo.token, user=agent)
    assert anew(case).owner == agent


def test_an_assignment_that_moved_on_cannot_be_taken_back(agent: User, colleague: User, supervisor: User) -> None:
    case = complain(agent, owner=agent).case
    done = services.assign(case=case, owner=colleague, by=Actor.staff(agent))
    services.assign(case=anew(case), owner=supervisor, by=Actor.staff(colleague))
    assert done.undo is not None
    with pytest.raises(Refused):
        undo.take_back(token=done.undo.token, user=agent)
    assert anew(case).owner == supervisor


def test_a_case_is_not_given_to_someone_who_does_not_work_on_cases(agent: User, make_person: MakePerson) -> None:
    case = complain(agent).case
    with pytest.raises(BadInput):
        services.assign(case=case, owner=make_person("courier"), by=Actor.staff(agent))
    assert anew(case).owner is None


def test_a_reply_takes_effect_after_ten_seconds_and_then_counts_as_the_answer(agent: User) -> None:
    case = complain(agent, channel="portal", owner=agent, by=Actor.customer("王**")).case
    at = now()
    services.reply(case=case, text="您好，我们正在核实。", by=Actor.staff(agent), at=at)
    assert services.publish_due(at + timedelta(seconds=9)) == 0
    assert [e.text for e in selectors.public_story(case, at + timedelta(seconds=5))] == ["包裹破损，要求赔偿"]
    assert services.publish_due(at + timedelta(seconds=11)) == 1
    assert services.publish_due(at + timedelta(seconds=12)) == 0
    assert [e.text for e in selectors.public_story(case, at)] == ["包裹破损，要求赔偿", "您好，我们正在核实。"]
    assert Clock.objects.get(subject=case.key, kind="first_response").state == "met"
    assert anew(case).awaits_reply_since is None


def test_a_reply_taken_back_is_never_seen(agent: User) -> None:
    case = complain(agent, channel="portal", owner=agent).case
    at = now()
    entry = services.reply(case=case, text="写错了", by=Actor.staff(agent), at=at)
    services.unsend(entry=entry, by=Actor.staff(agent), at=at + timedelta(seconds=3))
    services.unsend(entry=entry, by=Actor.staff(agent), at=at + timedelta(seconds=20))
    assert services.publish_due(at + timedelta(seconds=30)) == 0
    assert "写错了" not in [e.text for e in selectors.public_story(case, at + timedelta(hours=1))]
    assert anew(case).awaits_reply_since is not None


def test_a_reply_that_was_sent_cannot_be_taken_back(agent: User) -> None:
    case = complain(agent).case
    at = now()
    entry = services.reply(case=case, text="您好", by=Actor.staff(agent), at=at)
    services.publish_due(at + timedelta(seconds=11))
    with pytest.raises(Refused):
        services.unsend(entry=entry, by=Actor.staff(agent), at=at + timedelta(seconds=12))
    assert CaseEntry.objects.get(pk=entry.pk).taken_back_at is None


def test_waiting_for_the_customer_stops_the_clocks_and_their_word_starts_them(agent: User) -> None:
    case = complain(agent, owner=agent).case
    services.change_state(case=case, to=CaseState.WAITING_CUSTOMER, by=Actor.staff(agent))
    assert anew(case).next_due_at is None
    assert Clock.objects.filter(subject=case.key, state="running").count() == 0
    services.hear(case=anew(case), text="照片已补充", by=Actor.customer(), channel="portal")
    case = anew(case)
    assert case.state == CaseState.IN_PROGRESS
    assert case.next_due_at is not None


def test_a_mention_tells_the_colleague_and_lets_them_watch(agent: User, colleague: User) -> None:
    case = complain(agent).case
    services.note(case=case, text="@陈静请看一下，@不存在 也是", by=Actor.staff(agent))
    assert Notification.objects.filter(user=colleague).count() == 1
    assert case.watches.get().user == colleague


def test_a_mention_reaches_nobody_who_may_not_see_the_case(
    agent: User, make_person: MakePerson, other_outlet: Branch
) -> None:
    stranger = make_person("agent", name="外人", branch=other_outlet)
    case = complain(agent).case
    services.note(case=case, text="@外人 看看", by=Actor.staff(agent))
    assert not Notification.objects.filter(user=stranger).exists()
    assert not case.watches.exists()


def test_a_case_is_seen_where_it_is_handled_where_it_happened_and_by_its_owner(
    agent: User, make_person: MakePerson, other_outlet: Branch, supervisor: User
) -> None:
    case = complain(agent).case
    stranger = make_person("agent", branch=other_outlet)
    with pytest.raises(Missing):
        access.get_case(stranger, case.pk)
    assert access.get_case(supervisor, case.pk) == case
    services.change_particulars(case=anew(case), by=Actor.staff(agent), responsible_branch=other_outlet)
    assert access.get_case(stranger, case.pk) == case


def close(case: Case, by: User, **more: object) -> Case:
    values: dict[str, object] = {"outcome": "solved", "cause": Cause.objects.filter(parent=None).first(), **more}
    return services.close(case=case, by=Actor.staff(by), **values)  # type: ignore[arg-type]


def test_a_complaint_is_closed_with_its_cause_and_outcome(agent: User) -> None:
    case = complain(agent).case
    with pytest.raises(BadInput) as refused:
        services.close(case=case, outcome="", by=Actor.staff(agent))
    assert set(refused.value.fields) == {"outcome", "cause"}
    assert anew(case).state == CaseState.NEW
    close(anew(case), agent, satisfaction=5)
    case = anew(case)
    assert case.state == CaseState.CLOSED
    assert case.satisfaction == 5
    assert case.next_due_at is None
    assert not Clock.objects.live().about(case.key).exists()


def test_closing_warns_of_open_requests_and_promises(agent: User) -> None:
    case = complain(agent, owner=agent).case
    services.promise(case=case, text="今天回电", due_at=now() + timedelta(hours=2), by=Actor.staff(agent))
    with pytest.raises(Refused):
        close(anew(case), agent)
    assert anew(case).is_open
    close(anew(case), agent, anyway=True)
    assert anew(case).state == CaseState.CLOSED


def test_a_closed_case_is_reopened_within_the_rules_with_new_clocks(agent: User) -> None:
    case = close(complain(agent, owner=agent).case, agent)
    services.reopen(case=anew(case), reason="客户不满意", by=Actor.staff(agent))
    case = anew(case)
    assert (case.state, case.reopened_count, case.outcome, case.closed_at) == (CaseState.REOPENED, 1, "", None)
    assert case.next_due_at is not None
    close(case, agent)
    Case.objects.filter(pk=case.pk).update(closed_at=now() - timedelta(days=60))
    with pytest.raises(Refused):
        services.reopen(case=anew(case), reason="太晚了", by=Actor.staff(agent))
    assert anew(case).state == CaseState.CLOSED


def test_the_customers_word_on_a_closed_case_takes_it_up_again(agent: User) -> None:
    case = close(complain(agent, owner=agent).case, agent)
    services.hear(case=anew(case), text="还是没收到", by=Actor.customer(), channel="portal")
    assert anew(case).state == CaseState.REOPENED
    assert anew(case).awaits_reply_since is not None


def test_bulk_does_what_it_can_tells_the_rest_and_takes_all_back(
    agent: User, colleague: User, supervisor: User
) -> None:
    mine = [complain(agent, text=f"第{n}件", owner=agent).case for n in range(3)]
    closed = close(complain(agent).case, agent)
    result = services.assign_all(cases=[*mine, anew(closed)], owner=colleague, user=supervisor)
    assert len(result.done) == 3
    assert [case.pk for case, _why in result.skipped] == [closed.pk]
    assert result.undo is not None
    services.note(case=anew(mine[0]), text="看过", by=Actor.staff(colleague))
    undo.take_back(token=result.undo.token, user=supervisor)
    assert {anew(case).owner for case in mine} == {agent}


def test_bulk_undo_leaves_what_somebody_touched_since(agent: User, supervisor: User) -> None:
    cases = [complain(agent, text=f"第{n}件", owner=agent).case for n in range(2)]
    result = services.move_all(cases=cases, to=CaseState.WAITING_CUSTOMER, user=supervisor)
    services.change_state(case=anew(cases[0]), to=CaseState.IN_PROGRESS, by=Actor.staff(agent))
    assert result.undo is not None
    undo.take_back(token=result.undo.token, user=supervisor)
    assert anew(cases[0]).state == CaseState.IN_PROGRESS
    assert anew(cases[1]).state == CaseState.NEW
    assert anew(cases[1]).next_due_at is not None


def test_merging_brings_story_and_parcels_together_and_can_be_taken_back(agent: User, supervisor: User) -> None:
    one, other = complain(agent, text="第一次").case, complain(agent, text="第二次").case
    offer = services.merge(case=other, into=one, user=supervisor)
    assert anew(other).state == CaseState.MERGED
    assert selectors.family_ids(one) == [one.pk, other.pk]
    assert {e.text for e in selectors.story(selectors.family(one))} >= {"第一次", "第二次"}
    assert not Clock.objects.filter(subject=other.key, state="running").exists()
    assert offer is not None
    undo.take_back(token=offer.token, user=supervisor)
    assert anew(other).state == CaseState.NEW
    assert anew(other).next_due_at is not None
    assert selectors.family_ids(one) == [one.pk]


def test_splitting_opens_a_part_with_the_chosen_words(agent: User) -> None:
    case = complain(agent, text="破损，另外快递员态度差").case
    line = services.note(case=case, text="快递员态度差", by=Actor.staff(agent))
    part = services.split(case=case, subject="快递员态度", entry_ids=[line.pk], by=Actor.staff(agent))
    assert part.text == "快递员态度差"
    assert part.links.get().other_id == case.pk
    assert anew(case).state == CaseState.NEW


def race(*actions: Callable[[], object]) -> list[str]:
    """Run these at once, each on a connection of its own; the names of the errors they met, in no order."""
    barrier, met = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            action()
        except SuhuiError as error:
            met.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_take_it_at_once_one_gets_it(agent: User, colleague: User) -> None:
    pk = complain(agent).case.pk
    cases = [anew(Case(pk=pk)) for _twice in range(2)]
    met = race(
        lambda: services.take(case=cases[0], user=agent, by=Actor.staff(agent)),
        lambda: services.take(case=cases[1], user=colleague, by=Actor.staff(colleague)),
    )
    assert met == ["Conflict"]
    assert CaseEntry.objects.filter(case=pk, kind="assignment").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_close_it_at_once_one_does(agent: User, colleague: User) -> None:
    pk = complain(agent).case.pk
    cases = [anew(Case(pk=pk)) for _twice in range(2)]
    met = race(lambda: close(cases[0], agent), lambda: close(cases[1], colleague, outcome="rejected"))
    assert met == ["Conflict"]
    assert CaseEntry.objects.filter(case=pk, kind="state").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_merging_both_ways_at_once_leaves_one_of_them_open(agent: User, supervisor: User) -> None:
    one, other = complain(agent, text="第一次").case, complain(agent, text="第二次").case
    first, second = (anew(one), anew(other)), (anew(other), anew(one))
    met = race(
        lambda: services.merge(case=first[0], into=first[1], user=supervisor),
        lambda: services.merge(case=second[0], into=second[1], user=agent),
    )
    assert met == ["Conflict"]
    assert Case.objects.filter(state=CaseState.MERGED).count() == 1
    assert UndoOffer.objects.filter(kind="cases.merge").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_portal_message_sent_twice_at_once_is_one_case(agent: User, outlet: Branch) -> None:
    def send() -> object:
        return services.intake(
            channel="portal", kind="complaint", text="破损", phone="13812345678", by=Actor.customer(), source="form:7"
        )

    assert race(send, send) == []
    assert Case.objects.count() == 1


def test_the_page_offers_back_what_still_can_be_taken_back_and_no_more(
    agent: User, supervisor: User, colleague: User
) -> None:
    case, into = complain(agent, owner=agent).case, complain(agent, owner=agent).case
    services.assign(case=case, owner=colleague, by=Actor.staff(supervisor))
    assert [offer.kind for offer in selectors.ways_back(supervisor, anew(case), now())] == ["cases.assign"]
    assert selectors.ways_back(agent, anew(case), now()) == []
    assert selectors.ways_back(supervisor, anew(case), now() + timedelta(hours=25)) == []
    merged = services.merge(case=anew(case), into=anew(into), user=supervisor)
    assert merged is not None
    for side in (case, into):
        assert [offer.kind for offer in selectors.ways_back(supervisor, anew(side), now())] == ["cases.merge"]
    undo.take_back(token=merged.token, user=supervisor)
    assert [offer.kind for offer in selectors.ways_back(supervisor, anew(case), now())] == ["cases.assign"]
    services.assign(case=anew(case), owner=agent, by=Actor.staff(colleague))
    assert selectors.ways_back(supervisor, anew(case), now()) == []


def test_two_cases_are_linked_in_both_stories_and_unlinked_again(agent: User) -> None:
    case, other = complain(agent).case, complain(agent).case
    by = Actor.staff(agent)
    made = services.link(case=case, other=other, kind="duplicate", by=by)
    assert services.link(case=case, other=other, kind="related", by=by).pk == made.pk
    assert [one.entries.filter(kind="link").count() for one in (case, other)] == [1, 1]
    with pytest.raises(BadInput):
        services.link(case=case, other=case, kind="related", by=by)
    services.unlink(made=made, by=by)
    assert not case.links.exists()
    assert case.entries.filter(kind="link").count() == 2


def test_who_watches_hears_of_the_customers_words_until_they_stop(agent: User, colleague: User) -> None:
    case = complain(agent, owner=agent).case
    services.watch(case=case, user=colleague, on=True)
    services.watch(case=case, user=colleague, on=True)
    services.hear(case=case, text="还没到", channel="portal", by=Actor.customer("王**"))
    assert Notification.objects.filter(user=colleague).count() == 1
    services.watch(case=case, user=colleague, on=False)
    services.hear(case=anew(case), text="到底在哪", channel="portal", by=Actor.customer("王**"))
    assert Notification.objects.filter(user=colleague).count() == 1


def test_a_point_of_the_checklist_keeps_who_ticked_it_and_is_unticked(agent: User, colleague: User) -> None:
    check = complain(agent, owner=agent).case.checks.first()
    assert check is not None
    services.tick(check=check, done=True, by=Actor.staff(agent))
    services.tick(check=check, done=True, by=Actor.staff(colleague))
    check.refresh_from_db()
    assert check.done_by == agent
    services.tick(check=check, done=False, by=Actor.staff(colleague))
    check.refresh_from_db()
    assert check.done_by is None
    assert check.done_at is None


def test_promises_and_ratings_stand_on_the_customers_timeline_for_who_sees_the_case(
    agent: User, make_person: MakePerson, other_outlet: Branch
) -> None:
    case = complain(agent, phone="13812345678").case
    assert case.customer is not None
    services.promise(case=case, text="明天回电 13812345678", due_at=now() + timedelta(days=1), by=Actor.staff(agent))
    services.resolve(case=case, by=Actor.staff(agent))
    customer_id = case.customer.pk
    case = anew(case)
    services.rate(case=case, stars=4, words="还行", by=Actor.staff(agent), channel="phone")
    told = {entry.title: entry for entry in timeline(agent, "customer", customer_id)}
    assert any("明天回电" in title and "13812345678" not in title for title in told)
    assert told[f"★★★★ {case.number}"].body == "还行"
    stranger = make_person("agent", branch=other_outlet)
    assert not [entry for entry in timeline(stranger, "customer", customer_id) if "★" in entry.title]
