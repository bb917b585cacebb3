"""The part of the small company that administrators keep: one row of each kind a path of the set-up can name."""

from datetime import timedelta
from typing import Any

from django.db import connection

from suhui.engines.rules import services as rules
from suhui.insight.reports import services as reports
from suhui.insight.reports.choices import Trigger
from suhui.insight.reports.weeks import week_before
from suhui.platform.calendars.models import Calendar
from suhui.platform.core import events
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery
from suhui.platform.desk.events import JobRetried
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, BusyReason, Role, User
from suhui.platform.webhooks import services as webhooks
from suhui.platform.webhooks.tasks import send
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Carrier, CarrierPush
from suhui.service.cases.models import Category, Cause, ChecklistTemplate, KindField
from tests.conftest import SYSTEM
from tests.records.importing import tried

TABLE = "case.priority"


def set_up(outlet: Branch) -> dict[str, Any]:
    """Ids by the names that paths use."""
    agent = Role.objects.get(code="agent")
    colleague = people.add_person(username="wangfang", name="王芳", branch=outlet, roles=[agent], by=SYSTEM)
    absence = people.begin_absence(
        user=colleague,
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        stand_in=User.objects.exclude(pk=colleague.pk).earliest("pk"),
        by=SYSTEM,
    )
    post = colleague.posts.first()
    assert post is not None
    department = people.add_department(branch=outlet, function="warehouse", name="仓储部", by=SYSTEM)
    report = reports.ship()
    receiver = reports.add_receiver(report=report, user=colleague, by=SYSTEM)
    run = reports.make(report=report, period_start=week_before(now()), at=now(), trigger=Trigger.HAND, by=SYSTEM)
    rules.start_draft(table=TABLE, by=SYSTEM)
    pattern = shipments.add_pattern(carrier=Carrier.objects.earliest("pk"), pattern=r"QQ\d{9}", score=90, by=SYSTEM)
    push = CarrierPush.objects.create(provider="kuaidi100", digest="x", fields={}, state="failed", received_at=now())
    shipments.save_account(
        provider="kuaidi100", name="快递100", customer="C17", secrets={"key": "k", "salt": "s"}, active=False, by=SYSTEM
    )
    first: dict[str, Any] = {
        "category_id": Category,
        "cause_id": Cause,
        "field_id": KindField,
        "point_id": ChecklistTemplate,
        "reason_id": BusyReason,
        "calendar_id": Calendar,
    }
    ids: dict[str, Any] = {
        name: model.objects.values_list("pk", flat=True).first() or 0 for name, model in first.items()
    }
    return ids | {
        "branch_id": outlet.pk,
        "department_id": department.pk,
        "user_id": colleague.pk,
        "post_id": post.pk,
        "absence_id": absence.pk,
        "role_id": agent.pk,
        "permission": "case.view",
        "day": "2026-11-20",
        "level": "standard",
        "table": TABLE,
        "number": 1,
        "plan": report.code,
        "run_id": run.pk,
        "receiver_id": receiver.pk,
        "provider": "kuaidi100",
        "exception": "unsigned",
        "push_id": push.pk,
        "pattern_id": pattern.pk,
    }


def machine(admin: User) -> dict[str, Any]:
    """What is on its way in and out: an import, an endpoint with a message, an event and a job that failed."""
    endpoint = webhooks.save_endpoint(
        endpoint=None,
        name="数据平台",
        url="https://data.example.com/suhui",
        kinds=["case.opened"],
        branch=None,
        by=SYSTEM,
    )
    event = events.store(JobRetried(job_id=1, name="test"), by=SYSTEM)
    delivery = Delivery.objects.create(
        event_id=event.pk, handler="test.nobody", subject=event.subject, next_at=now(), failed_at=now(), error="…"
    )
    job_id = send.defer(endpoint_id=endpoint.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return {
        "endpoint_id": endpoint.pk,
        "message_id": webhooks.ping(endpoint=endpoint, by=SYSTEM).pk,
        "delivery_id": delivery.pk,
        "job_id": job_id,
        "import_id": tried(admin, "客户名称,手机号码\n王小明,13812341234\n").pk,
    }
