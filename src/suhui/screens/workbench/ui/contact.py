"""The quick log of a phone contact: a dialog on any page, saved with one Enter."""

from django import forms
from django.http import HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suhui.platform.core.errors import BadInput
from suhui.platform.desk import pages, toasts
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm
from suhui.screens.workbench import calls, quick
from suhui.service.cases import access as cases
from suhui.service.cases.choices import CaseKind


class QuickForm(forms.Form):
    """`append_to` is the open case that was offered and chosen; empty opens a new one."""

    text = forms.CharField(
        label=gettext_lazy("What the customer says"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CaseKind.choices, initial=CaseKind.ENQUIRY)
    append_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    owner = forms.ChoiceField(
        label=gettext_lazy("Who goes on with it"),
        choices=[("mine", gettext_lazy("I do")), ("pool", gettext_lazy("The pool of my branch"))],
        initial="mine",
        required=False,
        widget=forms.RadioSelect,
    )
    stay = forms.BooleanField(label=gettext_lazy("Stay on this page"), required=False)


@require_http_methods(["GET", "POST"])
@requires(Perm.CONTACT_LOG)
def contact(request: Request) -> HttpResponse:
    initial = {"phone": request.GET.get("phone", "")[:40], "kind": CaseKind.ENQUIRY, "owner": "mine"}
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
    kept = calls.keep_call(
        user=request.user,
        kind=given["kind"],
        text=given["text"],
        phone=given["phone"],
        name=given["name"],
        append_to=known,
        mine=given["owner"] != "pool",
        carriers=_carriers(request.POST),
    )
    case = kept.taken.case
    toasts.add(request, _told(kept))
    if given["stay"] or not cases.sees_case(request.user, case):
        return HttpResponse(status=204)
    return pages.go(reverse("cases:case", args=[case.pk]))


CARRIER = "carrier:"
"""Fields that say whose an unregistered number is: "carrier:SF1390000123456"."""


def _carriers(data: QueryDict) -> dict[str, str]:
    return {name.removeprefix(CARRIER): str(value) for name, value in data.items() if name.startswith(CARRIER)}


def _told(kept: calls.Kept) -> str:
    """What was done, in one sentence: the case, and the parcels that came on the register with it."""
    words = _("Case %(number)s opened") if kept.taken.opened else _("Added to case %(number)s")
    said = words % {"number": kept.taken.case.number}
    for waybill in kept.registered:
        parcel = {"said": said, "waybill": waybill.number, "carrier": waybill.carrier.name}
        said = _("%(said)s; parcel %(waybill)s registered (%(carrier)s)") % parcel
    return said


@require_safe
@requires(Perm.CONTACT_LOG)
def look(request: Request) -> HttpResponse:
    """While one types: who calls, which parcels are named, which open case to go on with."""
    seen = quick.look(request.user, request.GET.get("phone", ""), request.GET.get("text", ""))
    context = {"seen": seen, "chosen": request.GET.get("append_to", ""), "carriers": _carriers(request.GET)}
    return pages.render(request, "workbench/_seen.html", context)


@require_POST
@requires(Perm.CONTACT_LOG)
def recognise(request: Request) -> HttpResponse:
    return JsonResponse(quick.fields_of(request.POST.get("text", "")))
