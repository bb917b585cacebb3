"""A small company for trying every operation on: one row of each kind a path can name, and a token for all."""

from datetime import timedelta
from typing import Any

from suhui.contact.conversations import services as contacts
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.people import services as people
from suhui.platform.people.models import Role
from suhui.platform.rest.models import Limit
from suhui.records.customers import services as customers
from suhui.records.shipments import services as shipments
from suhui.service.cases import services as cases
from suhui.service.cases.models import Check, Macro
from tests.api import caller
from tests.api_world_setup import machine, set_up
from tests.conftest import SYSTEM
from tests.service.cases import complain, parcel


def make_world() -> dict[str, Any]:
    """`secret` of a token that may everything, and `ids` by the names that paths use."""
    Limit.objects.update(per_minute=1_000_000)
    root = people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)
    outlet = people.open_branch(name="杭州西湖网点", code="HZ01", kind="outlet", parent=root, by=SYSTEM)
    admin = people.add_person(
        username="admin", name="管理员", branch=outlet, roles=[Role.objects.get(code="administrator")], by=SYSTEM
    )
    waybill = parcel("YT8803912345678", outlet)
    case = complain(admin, waybills=[waybill], phone="13800138000", name="王小明").case
    other = complain(admin).case
    by = Actor.staff(admin)
    link = cases.link(case=case, other=other, kind="related", by=by)
    note = cases.note(case=case, text="查仓库", by=by)
    view = cases.save_view(user=admin, name="超时", query={"state": ["open"]})
    check = Check.objects.filter(case=case).first() or Check.objects.create(case=case, text="致歉")
    assert case.customer is not None
    phone = customers.add_phone(customer=case.customer, phone="13900139000", by=by)
    follow_up = shipments.add_follow_up(waybill=waybill, requirement="今日派送", by=by, owner=admin)
    amendment = shipments.amend(waybill=waybill, kind="address", after="文三路478号", by=by)
    ids = {
        "contact_id": contacts.log_contact(channel="phone", direction="in", branch=outlet, by=by, text="问件").pk,
        "task_id": cases.promise(case=case, text="回电", due_at=now() + timedelta(hours=2), by=by).pk,
        "fact_id": phone.pk,
        "kind": "phone",
        "follow_up_id": follow_up.pk,
        "amendment_id": amendment.pk,
        "case_id": case.pk,
        "entry_id": note.pk,
        "check_id": check.pk,
        "link_id": link.pk,
        "waybill_id": waybill.pk,
        "macro_id": Macro.objects.values_list("pk", flat=True).first() or 0,
        "view_id": view.pk,
        "customer_id": case.customer_id,
        "view": "customers",
    }
    ids |= set_up(outlet) | machine(admin)
    return {"secret": caller(admin).secret, "ids": ids, "admin": admin, "outlet": outlet, "case": case}
