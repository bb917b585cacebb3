"""What a person does with one task: each a POST, one service call, and back to the task."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suhui.engines.tasks import access, moments, services
from suhui.engines.tasks.models import Task
from suhui.engines.tasks.ui import views
from suhui.engines.tasks.ui.forms import AnswerForm
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Missing, NotAllowed
from suhui.platform.desk import pages, toasts
from suhui.platform.files import services as files
from suhui.platform.files.access import get_file
from suhui.platform.files.selectors import files_of
from suhui.platform.people.access import get_colleague
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm

_WORKS = (Perm.TASK_WORK, Perm.TASK_ASSIGN, Perm.TASK_CHASE)


def _get(request: Request, task_id: int, may: Callable[[User, Task], bool]) -> Task:
    found = access.get_task(request.user, task_id)
    if not may(request.user, found):
        raise NotAllowed(_("This task is not yours to change."))
    return found


def _back(found: Task) -> HttpResponse:
    return pages.go(reverse("tasks:task", args=[found.pk]))


@require_POST
@requires(Perm.TASK_WORK)
def claim(request: Request, task_id: int) -> HttpResponse:
    found = access.get_task(request.user, task_id)
    return _back(services.claim(task=found, by=Actor.staff(request.user)))


@require_POST
@requires(Perm.TASK_WORK)
def release(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_work)
    services.release(task=found, by=Actor.staff(request.user))
    return pages.go(reverse("tasks:list"))


@require_POST
@requires(Perm.TASK_WORK, Perm.TASK_ASSIGN)
def delegate(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_work)
    raw = request.POST.get("to", "")
    if not raw.isdecimal():
        raise BadInput(_("Choose a colleague."), {"to": _("Choose a colleague.")})
    to = get_colleague(request.user, int(raw))
    services.delegate(task=found, to=to, reason=request.POST.get("reason", ""), by=Actor.staff(request.user))
    toasts.add(request, _("Passed on to %(name)s") % {"name": to.name})
    return pages.go(reverse("tasks:list"))


@require_POST
@requires(Perm.TASK_WORK)
def give_back(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_work)
    services.give_back(task=found, reason=request.POST.get("reason", ""), by=Actor.staff(request.user))
    return _back(found)


@require_POST
@requires(Perm.TASK_ASSIGN, Perm.TASK_WORK)
def send_again(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_cancel)
    words = request.POST.get("reason", "")
    return _back(services.send_again(task=found, words_to_it=words, by=Actor.staff(request.user)))


@require_POST
@requires(Perm.TASK_WORK)
def complete(request: Request, task_id: int) -> HttpResponse:
    """The answer: what was written, what is ticked, and the photos that were put to it."""
    found = _get(request, task_id, access.may_work)
    form = AnswerForm(request.POST)
    by = Actor.staff(request.user)
    if form.is_valid():
        with pages.errors_into(form):
            for upload in request.FILES.getlist("files"):
                files.store(upload=upload, owner_key=found.key, by=by)
            checked = [int(raw) for raw in request.POST.getlist("checked") if raw.isdecimal()]
            services.complete(task=found, result=form.cleaned_data["result"], checked=checked, by=by)
            return _back(found)
    return views.show(request, found, form)


@require_POST
@requires(Perm.TASK_WORK)
def break_promise(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_work)
    reason = request.POST.get("reason", "")
    return _back(services.break_promise(task=found, reason=reason, by=Actor.staff(request.user)))


@require_POST
@requires(Perm.TASK_ASSIGN, Perm.TASK_WORK)
def cancel(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_cancel)
    return _back(services.cancel(task=found, reason=request.POST.get("reason", ""), by=Actor.staff(request.user)))


@require_POST
@requires(Perm.TASK_CHASE, Perm.TASK_ASSIGN)
def chase(request: Request, task_id: int) -> HttpResponse:
    found = _get(request, task_id, access.may_chase)
    services.chase(task=found, note=request.POST.get("note", ""), by=Actor.staff(request.user))
    toasts.add(request, _("Chased: %(title)s") % {"title": found.title})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return _back(found)


@require_POST
@requires(Perm.TASK_ASSIGN, Perm.TASK_WORK)
def postpone(request: Request, task_id: int) -> HttpResponse:
    """The asker or a supervisor agrees on another time."""
    found = _get(request, task_id, access.may_cancel)
    at = now()
    due_at = moments.read(request.POST.get("when", ""), request.POST.get("custom", ""), at)
    reason = request.POST.get("reason", "")
    return _back(services.postpone(task=found, due_at=due_at, reason=reason, by=Actor.staff(request.user), at=at))


@require_POST
@requires(*_WORKS)
def remind(request: Request, task_id: int) -> HttpResponse:
    found = access.get_task(request.user, task_id)
    at = now()
    when = moments.read(request.POST.get("when", ""), request.POST.get("custom", ""), at)
    services.remind(task=found, user=request.user, remind_at=when, by=Actor.staff(request.user), at=at)
    toasts.add(request, _("You will be reminded."))
    return _back(found)


@require_POST
@requires(*_WORKS)
def note(request: Request, task_id: int) -> HttpResponse:
    found = access.get_task(request.user, task_id)
    services.note(task=found, text=request.POST.get("text", ""), by=Actor.staff(request.user))
    return _back(found)


@require_POST
@requires(Perm.TASK_WORK)
def tick(request: Request, task_id: int, number: int) -> HttpResponse:
    """A ticked line is kept at once."""
    found = _get(request, task_id, access.may_work)
    done = str(number) in request.POST.getlist("checked")
    services.tick_item(task=found, number=number, done=done, by=Actor.staff(request.user))
    return HttpResponse(status=204)


@require_POST
@requires(Perm.TASK_WORK)
def photos(request: Request, task_id: int) -> HttpResponse:
    """A photo is kept as soon as it is taken."""
    found = _get(request, task_id, access.may_work)
    for upload in request.FILES.getlist("files"):
        files.store(upload=upload, owner_key=found.key, by=Actor.staff(request.user))
    return _photos(request, found)


@require_POST
@requires(Perm.TASK_WORK)
def remove_photo(request: Request, task_id: int, file_id: UUID) -> HttpResponse:
    """Take back one's own photo while the task is not answered."""
    found = _get(request, task_id, access.may_work)
    stored = get_file(request.user, file_id)
    if stored.owner_key != found.key or stored.actor_id != request.user.pk or not found.is_waiting:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    files.remove(file=stored, by=Actor.staff(request.user))
    return _photos(request, found)


def _photos(request: Request, found: Task) -> HttpResponse:
    return pages.render(request, "tasks/_photos.html", {"task": found, "files": files_of(found.key), "editable": True})
