"""The quick log of a phone contact: a dialog on any page, saved with one Enter."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.screens.workbench import quick
from suhui.service.cases import access as cases
from suhui.service.cases import services
from suhui.service.cases.choices import CaseChannel, CaseKind


class QuickForm(forms.Form):
    """`append_to` is the open case that was offered and chosen; empty opens a new one."""

    text = forms.CharField(
        label=gettext_lazy("What the customer says"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CaseKind.choices, initial=CaseKind.ENQUIRY)
    append_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    stay = forms.BooleanField(label=gettext_lazy("Stay on this page"), required=False)


@require_http_methods(["GET", "POST"])
@requires(Perm.CONTACT_LOG)
def contact(request: Request) -> HttpResponse:
    initial = {"phone": request.GET.get("phone", "")[:40], "kind": CaseKind.ENQUIRY}
    form = QuickForm(request.POST or None, initial=initial)
    if request.method == "POST":
        return _save(request, form)
    return pages.render(request, "workbench/_contact.html", {"form": form, "kinds": CaseKind.choices})


def _save(request: Request, form: QuickForm) -> HttpResponse:
    """Errors fly: the dialog stays as it is and the sentence is shown."""
    if not form.is_valid():
        name, sentences = next(iter(form.errors.items()))
        raise BadInput(str(sentences[0]), {name: str(sentences[0])})
    given = form.cleaned_data
    known = cases.get_case(request.user, given["append_to"]) if given["append_to"] else None
    taken = services.intake(
        channel=CaseChannel.PHONE,
        kind=given["kind"],
        text=given["text"],
        phone=given["phone"],
        name=given["name"],
        append_to=known,
        by=Actor.staff(request.user),
    )
    number = {"number": taken.case.number}
    toasts.add(request, (_("Case %(number)s opened") if taken.opened else _("Added to case %(number)s")) % number)
    if given["stay"] or not cases.sees_case(request.user, taken.case):
        return HttpResponse(status=204)
    return pages.go(reverse("cases:case", args=[taken.case.pk]))


@require_safe
@requires(Perm.CONTACT_LOG)
def look(request: Request) -> HttpResponse:
    """While one types: who calls, which parcels are named, which open case to go on with."""
    seen = quick.look(request.user, request.GET.get("phone", ""), request.GET.get("text", ""))
    chosen = request.GET.get("append_to", "")
    return pages.render(request, "workbench/_seen.html", {"seen": seen, "chosen": chosen})


@require_POST
@requires(Perm.CONTACT_LOG)
def recognise(request: Request) -> HttpResponse:
    return JsonResponse(quick.fields_of(request.POST.get("text", "")))
