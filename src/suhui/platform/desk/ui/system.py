"""The pages for whoever looks after the machine: failed events, jobs, schedules."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.models import Delivery
from suhui.platform.desk import pages, system
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def events(request: Request) -> HttpResponse:
    """Events that failed for good and wait for a person, or (?state=trying) are being tried again."""
    trying = request.GET.get("state") == "trying"
    rows: QuerySet[Delivery] = system.struggling_deliveries() if trying else system.failed_deliveries()
    page = pages.paginate(rows, request, size=20)
    context = {"page": page, "trying": trying, "keep": pages.keep(request), "last_line": _last_line}
    return pages.render(request, "desk/system_events.html", context)


def _last_line(error: str) -> str:
    return error.strip().rpartition("\n")[2][:300]


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def retry_event(request: Request, delivery_id: int) -> HttpResponse:
    system.retry_delivery(delivery_id=delivery_id, by=Actor.staff(request.user))
    return pages.go(reverse("desk:system-events"))


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def skip_event(request: Request, delivery_id: int) -> HttpResponse:
    """Take the event off the handler's way for good; POST `reason`."""
    reason = request.POST.get("reason", "")
    system.skip_delivery(delivery_id=delivery_id, reason=reason, by=Actor.staff(request.user))
    return pages.go(reverse("desk:system-events"))


@require_safe
@requires(Perm.SYSTEM_MANAGE)
def jobs(request: Request) -> HttpResponse:
    """Queues, failed jobs, schedules and when they last ran."""
    context = {
        "queues": system.queues(),
        "workers": system.workers_alive(),
        "page": pages.paginate(system.failed_jobs(), request, size=20),
        "keep": pages.keep(request),
        "schedules": system.schedules(),
        "at": now(),
    }
    return pages.render(request, "desk/system_jobs.html", context)


@require_POST
@requires(Perm.SYSTEM_MANAGE)
def retry_job(request: Request, job_id: int) -> HttpResponse:
    system.retry_job(job_id=job_id, by=Actor.staff(request.user))
    return pages.go(reverse("desk:system-jobs"))
