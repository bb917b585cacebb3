from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from suhui.engines.rules.models import Decision
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Conflict, Refused
from suhui.platform.core.models import StoredEvent
from suhui.platform.people.models import Branch, User
from suhui.records.shipments import access, services
from suhui.records.shipments.choices import ExceptionKind, ExceptionState, FollowUpStage
from suhui.records.shipments.models import FollowUp, Waybill, WaybillException
from suhui.records.shipments.services import Facts, Scan

BY = Actor.system("test")


def make(outlet: Branch, *scans: tuple[float, str], number: str = "SF1234567890123", **facts: object) -> Waybill:
    """A waybill with scans so many hours ago."""
    label = Facts(destination=outlet, **facts)  # type: ignore[arg-type]
    waybill = services.register_waybill(number=number, carrier="sf", facts=label, by=BY)
    told = [Scan(at=now() - timedelta(hours=ago), code=code, text=code) for ago, code in scans]
    return services.record_scans(waybill=waybill, scans=told, source="manual", by=BY).waybill


def kinds(waybill: Waybill) -> list[str]:
    rows = WaybillException.objects.filter(waybill=waybill, state=ExceptionState.OPEN)
    return sorted(rows.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([(37, "out_for_delivery")], ["unsigned"]),
        ([(35, "out_for_delivery")], []),
        ([(121, "in_transit/trunk")], ["stale"]),
        ([(119, "in_transit/trunk")], []),
        ([(19, "awaiting_pickup/locker")], ["locker"]),
        ([(17, "awaiting_pickup/locker")], []),
        ([(40, "awaiting_pickup/station")], []),
        ([(3, "exception/damaged")], ["damaged"]),
        ([(3, "exception/damaged"), (1, "in_transit/trunk")], ["damaged"]),
        ([(3, "exception/damaged"), (1, "delivered/self")], ["damaged"]),
        ([(3, "exception/missorted")], ["missorted"]),
        ([(3, "exception/missorted"), (1, "in_transit/trunk")], []),
        ([(9, "attempt_failed/absent")], []),
        ([(9, "attempt_failed/absent"), (1, "attempt_failed/absent")], ["failed_attempt"]),
        ([(130, "in_transit/trunk"), (1, "delivered/self")], []),
    ],
)
def test_trouble_is_found_by_the_shipped_rules(
    outlet: Branch, scans: list[tuple[float, str]], expected: list[str]
) -> None:
    waybill = make(outlet, *scans)
    services.find_exceptions(waybill=waybill, by=BY)
    services.find_exceptions(waybill=waybill, by=BY)
    assert kinds(waybill) == expected
    assert StoredEvent.objects.filter(kind="shipments.ExceptionRaised").count() == len(expected)


def test_a_delivery_past_its_promise_is_late(outlet: Branch) -> None:
    waybill = make(outlet, (10, "in_transit/trunk"), promised_at=now() - timedelta(hours=25))
    services.find_exceptions(waybill=waybill, by=BY)
    assert kinds(waybill) == ["late"]


def test_the_scan_itself_leads_to_the_exception_by_its_event(outlet: Branch, run_events: object) -> None:
    waybill = make(outlet, (1, "exception/damaged"), insured_fen=50_000)
    run_events()  # type: ignore[operator]
    row = WaybillException.objects.get(waybill=waybill)
    assert (row.severity, row.branch_id) == ("high", outlet.pk)
    assert row.decision_id is not None
    decision = Decision.objects.get(pk=row.decision_id)
    assert (decision.table, decision.outputs["open_case"]) == ("shipment.exceptions", True)
    event = StoredEvent.objects.get(kind="shipments.ExceptionRaised")
    assert event.payload["exception_kind"] == "damaged"
    assert event.payload["open_case"] is True


def test_time_alone_brings_it_about_and_the_next_look_is_planned(outlet: Branch) -> None:
    waybill = make(outlet, (37, "out_for_delivery"))
    arrived = make(outlet, (1, "delivered"), number="SF1234567890999")
    assert services.look_again(at=now(), by=BY) == 1
    waybill.refresh_from_db()
    arrived.refresh_from_db()
    assert kinds(waybill) == ["unsigned"]
    assert waybill.next_check_at is not None
    assert waybill.next_check_at > now()
    assert arrived.next_check_at is None
    assert services.look_again(at=now(), by=BY) == 0


def test_looking_again_costs_the_same_for_many_parcels(outlet: Branch, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        make(outlet, (10, "in_transit/trunk"), number=f"SF12345678901{number:02d}")
    services.find_exceptions(waybill=make(outlet, (1, "delivered"), number="SF9999999999999"), by=BY)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert services.look_again(at=now(), by=BY) == 30


def test_it_ends_by_itself_when_the_parcel_moves_on(outlet: Branch, run_events: object) -> None:
    waybill = make(outlet, (37, "out_for_delivery"))
    services.find_exceptions(waybill=waybill, by=BY)
    services.record_scans(waybill=waybill, scans=[Scan(at=now(), code="delivered/self")], source="manual", by=BY)
    run_events()  # type: ignore[operator]
    assert kinds(waybill) == []
    assert StoredEvent.objects.filter(kind="shipments.ExceptionCleared").count() == 1


def test_what_a_person_cleared_does_not_come_back_for_the_same_occurrence(outlet: Branch) -> None:
    waybill = make(outlet, (121, "in_transit/trunk"))
    (row,) = services.find_exceptions(waybill=waybill, by=BY)
    with pytest.raises(BadInput):
        services.clear_exception(exception=row, note=" ", by=BY)
    services.clear_exception(exception=row, note="已联系中转，明日到件", by=BY)
    services.clear_exception(exception=row, note="第二次", by=BY)
    assert services.find_exceptions(waybill=waybill, by=BY) == []
    row.refresh_from_db()
    assert row.clear_note == "已联系中转，明日到件"
    assert StoredEvent.objects.filter(kind="shipments.ExceptionCleared").count() == 1
    assert services.reopen_exceptions(ids=[row.pk], by=BY) == 1
    assert kinds(waybill) == [ExceptionKind.STALE]


def test_the_first_case_of_an_exception_stays(outlet: Branch) -> None:
    (row,) = services.find_exceptions(waybill=make(outlet, (1, "exception/short")), by=BY)
    services.link_case(exception_id=row.pk, case_key="case:1", by=BY)
    services.link_case(exception_id=row.pk, case_key="case:2", by=BY)
    row.refresh_from_db()
    assert row.case_key == "case:1"


def test_exceptions_of_other_branches_are_hidden(
    outlet: Branch, other_outlet: Branch, agent: User, make_person: object
) -> None:
    services.find_exceptions(waybill=make(outlet, (1, "exception/short")), by=BY)
    stranger = make_person("agent", branch=other_outlet)  # type: ignore[operator]
    assert access.visible_exceptions(agent).count() == 1
    assert access.visible_exceptions(stranger).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_raise_one_exception(outlet: Branch) -> None:
    waybill = make(outlet, (1, "exception/damaged"))

    def look() -> None:
        try:
            services.find_exceptions(waybill=waybill, by=BY)
        finally:
            connection.close()

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert WaybillException.objects.count() == 1


def test_a_follow_up_moves_on_once_for_two_who_saw_the_same(outlet: Branch, agent: User) -> None:
    waybill = make(outlet, (1, "in_transit"))
    row = services.add_follow_up(waybill=waybill, requirement="周五前必须送到", owner=agent, by=BY)
    services.move_follow_up(follow_up=row, stage="waiting", next_action="等网点回复", version=1, by=BY)
    with pytest.raises(Conflict):
        services.move_follow_up(follow_up=row, stage="done", version=1, by=BY)
    assert FollowUp.objects.get().stage == FollowUpStage.WAITING
    services.move_follow_up(follow_up=row, stage="done", result="已送达", by=BY)
    with pytest.raises(Refused):
        services.move_follow_up(follow_up=row, stage="todo", by=BY)
    assert FollowUp.objects.get().result == "已送达"


def test_an_amendment_keeps_from_and_to_and_is_settled_once(outlet: Branch) -> None:
    waybill = make(outlet, (1, "in_transit"), recipient_address="文三路1号")
    row = services.amend(waybill=waybill, kind="address", after="文三路2号", asked_by="寄件人", by=BY)
    assert (row.before, row.after, row.state) == ("文三路1号", "文三路2号", "asked")
    services.settle_amendment(amendment=row, state="done", answer="已改址", by=BY)
    with pytest.raises(Refused):
        services.settle_amendment(amendment=row, state="refused", by=BY)
    assert row.state == "done"


def test_an_arrived_parcel_cannot_be_amended(outlet: Branch) -> None:
    waybill = make(outlet, (1, "delivered"))
    with pytest.raises(Refused):
        services.amend(waybill=waybill, kind="intercept", by=BY)
    assert not waybill.amendments.exists()
