"""The composer: replies that can be taken back, notes, macros, ticks."""

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import Missing
from suhui.platform.desk import pages, toasts
from suhui.platform.files import services as files
from suhui.platform.files.models import StoredFile
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, macros, selectors, services
from suhui.service.cases.models import Case, Check
from suhui.service.cases.services import talking
from suhui.service.cases.ui.cases import macros_for


def back_to(request: Request, case: Case) -> HttpResponse:
    keep = request.POST.get("back", "")
    return pages.go(reverse("cases:case", args=[case.pk]) + (f"?{keep}" if keep else ""))


def stored_files(request: Request, case: Case) -> list[StoredFile]:
    """What was uploaded with the form, kept under the case."""
    by = Actor.staff(request.user)
    return [files.store(upload=upload, owner_key=case.key, by=by) for upload in request.FILES.getlist("files")[:10]]


@require_POST
@requires(Perm.CASE_EDIT)
def reply(request: Request, case_id: int) -> HttpResponse:
    """Write to the customer; a macro that filled the composer does its other steps with it."""
    case = access.get_case(request.user, case_id)
    access.demand_work(request.user, case)
    text, by = request.POST.get("text", ""), Actor.staff(request.user)
    with transaction.atomic():
        chosen = request.POST.get("macro", "")
        if chosen.isdecimal():
            macro = access.get_macro(int(chosen))
            entry = services.run_macro(
                macro=macro, case=case, user=request.user, reply=text, note=macros.fill(macro.note, case, request.user)
            )
        else:
            entry = services.reply(
                case=case, text=text, by=by, files=stored_files(request, case), then=request.POST.get("then", "")
            )
        if entry is not None:
            offer = talking.offer_unsend(entry=entry, user=request.user)
            toasts.add(request, offer.text, undo=offer)
    return back_to(request, case)


@require_POST
@requires(Perm.CASE_EDIT)
def note(request: Request, case_id: int) -> HttpResponse:
    case = access.get_case(request.user, case_id)
    access.demand_work(request.user, case)
    with transaction.atomic():
        services.note(
            case=case,
            text=request.POST.get("text", ""),
            by=Actor.staff(request.user),
            files=stored_files(request, case),
        )
    return back_to(request, case)


@require_safe
@requires(Perm.CASE_EDIT)
def colleagues(request: Request, case_id: int) -> HttpResponse:
    """Whom an `@` in a note on this case can name, for the island in the composer."""
    case = access.get_case(request.user, case_id)
    found = selectors.who_can_be_named(case, request.GET.get("q", "").strip()[:20])
    return JsonResponse({"people": [{"name": user.name, "where": user.branch.name} for user in found]})


@require_safe
@requires(Perm.CASE_EDIT)
def macro(request: Request, case_id: int, macro_id: int) -> HttpResponse:
    """The composer filled by a macro, to look over before it is sent."""
    case = access.get_case(request.user, case_id)
    found = access.get_macro(macro_id)
    context = {
        "case": case,
        "macro": found,
        "steps": macros.in_words(found),
        "text": macros.fill(found.reply, case, request.user),
        "macros": macros_for(case),
        "choices": [],
        "keep": request.GET.get("back", ""),
        "may_work": access.may_work(request.user, case),
    }
    return pages.render(request, "cases/_composer.html", context)


@require_POST
@requires(Perm.CASE_EDIT)
def unsend(request: Request, case_id: int, entry_id: int) -> HttpResponse:
    case = access.get_case(request.user, case_id)
    entry = access.get_entry(request.user, entry_id)
    access.demand_work(request.user, case)
    services.unsend(entry=entry, by=Actor.staff(request.user), at=now())
    return back_to(request, case)


@require_POST
@requires(Perm.CASE_EDIT)
def tick(request: Request, case_id: int, check_id: int) -> HttpResponse:
    case = access.get_case(request.user, case_id)
    access.demand_work(request.user, case)
    check = Check.objects.filter(pk=check_id, case=case).first()
    if check is None:
        raise Missing("")
    services.tick(check=check, done=request.POST.get("done") == "on", by=Actor.staff(request.user))
    return HttpResponse(status=204)
