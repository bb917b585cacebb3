"""What each dialog of a case asks and does. `asking.ask` shows them and runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suhui.engines.tasks import moments
from suhui.platform.calendars.selectors import working_time
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.desk.models import UndoOffer
from suhui.platform.people.doors import Request
from suhui.platform.people.permissions import Perm
from suhui.service.cases import access, fields, selectors, services, states
from suhui.service.cases.choices import EntryKind, Priority, ProposalState
from suhui.service.cases.models import Case, CaseEntry
from suhui.service.cases.selectors import finding
from suhui.service.cases.services.complaints import Step
from suhui.service.cases.ui import forms as ask_forms
from suhui.service.cases.ui.lists import colleagues

Data = Any
Form = forms.Form


@dataclass(frozen=True)
class Dialog:
    """`make(request, case, data)` builds the form (data None: fresh); `run` does it and may return a way back."""

    title: Any
    verb: Any
    permissions: tuple[Perm, ...]
    make: Callable[[Request, Case, Data], Form]
    run: Callable[[Request, Case, Form], UndoOffer | None]
    wide: bool = False
    danger: bool = False
    template: str = ""


def _by(request: Request) -> Actor:
    return Actor.staff(request.user)


def _make_assign(request: Request, case: Case, data: Data) -> Form:
    people = [user for user in colleagues(request.user) if user.pk != case.owner_id]
    return ask_forms.AssignForm(data, people=people)


def _assign(request: Request, case: Case, form: Form) -> UndoOffer | None:
    if not request.user.may(Perm.CASE_ASSIGN) and case.owner_id not in {None, request.user.pk}:
        raise Refused(_("This case is a colleague's. A supervisor can reassign it."))
    values = form.cleaned_data
    return services.assign(case=case, owner=values["owner"], by=_by(request), words=values["words"]).undo


def _make_state(request: Request, case: Case, data: Data) -> Form:
    choices = [(state.value, state.label) for state in states.choices_from(case.state, case.kind)]
    return ask_forms.StateForm(data, choices=choices, initial={"to": choices[0][0] if choices else ""})


def _state(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    services.change_state(case=case, to=values["to"], by=_by(request), words=values["words"])


class PromiseForm(forms.Form):
    text = forms.CharField(max_length=160)
    when = forms.CharField(required=False)
    custom = forms.CharField(required=False)


def _promise(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    due = moments.read(values["when"], values["custom"], now())
    services.promise(case=case, text=values["text"], due_at=due, by=_by(request))


def _contact(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    services.log_contact(
        case=case,
        text=values["text"],
        by=_by(request),
        channel=values["channel"],
        incoming=values["way"] == "in",
        reached=values["way"] != "missed",
        seconds=values["seconds"] or 0,
    )


def _make_facts(request: Request, case: Case, data: Data) -> Form:
    link = case.waybill_links.select_related("waybill__current_branch", "waybill__destination").first()
    parcel = link.waybill if link else None
    first = case.responsible_branch or (parcel and (parcel.current_branch or parcel.destination)) or case.branch
    return ask_forms.FactsForm(data, initial={"branch": first.pk, "wait": True})


def _facts(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    department = values["department"]
    if department is not None and department.branch_id != values["branch"].pk:
        raise BadInput(_("This department belongs to another branch."), {"department": _("Another branch's.")})
    due = None
    if values["within"]:
        due = working_time(values["branch"]).add(now(), timedelta(minutes=int(values["within"]))).at
    services.request_facts(
        case=case,
        question=values["question"],
        by=_by(request),
        branch=values["branch"],
        department=department,
        due_at=due,
        wait=values["wait"],
    )


def _propose(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    steps = [Step(values[f"step_{n}"], values[f"branch_{n}"]) for n in (1, 2, 3)]
    services.propose(case=case, text=values["text"], by=_by(request), amount_fen=values["amount"], steps=steps)


def _answer(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    proposal = case.proposals.filter(state=ProposalState.OFFERED).select_related("case__branch").first()
    if proposal is None:
        raise Refused(_("No proposal waits for an answer."))
    proposal.case = case
    services.record_answer(
        proposal=proposal,
        accepted=values["accepted"] == "yes",
        by=_by(request),
        words=values["words"],
        channel=values["channel"],
    )


def _withdraw(request: Request, case: Case, form: Form) -> None:
    proposal = case.proposals.filter(state=ProposalState.OFFERED).first()
    if proposal is not None:
        proposal.case = case
        services.withdraw(proposal=proposal, by=_by(request), words=form.cleaned_data["words"])


def _make_close(request: Request, case: Case, data: Data) -> Form:
    form = ask_forms.CloseForm(data, initial={"satisfaction": case.satisfaction or ""})
    if not services.open_work(case):
        del form.fields["anyway"]
    return form


def _close(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    services.close(
        case=case,
        outcome=values["outcome"],
        cause=values["cause"],
        words=values["words"],
        satisfaction=int(values["satisfaction"]) if values["satisfaction"] else None,
        anyway=values.get("anyway", False),
        by=_by(request),
    )


def _reopen(request: Request, case: Case, form: Form) -> None:
    services.reopen(case=case, reason=form.cleaned_data["reason"], by=_by(request))


def _resolve(request: Request, case: Case, form: Form) -> None:
    services.resolve(case=case, by=_by(request), words=form.cleaned_data["words"])


def _rate(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    services.rate(case=case, stars=int(values["stars"]), words=values["words"], by=_by(request), channel="phone")


def _make_edit(request: Request, case: Case, data: Data) -> Form:
    names = ("subject", "kind", "category", "severity", "responsible_branch", "remedy", "text")
    initial = {name: getattr(case, name) for name in names}
    form = ask_forms.EditForm(data, initial=initial)
    kind = data.get("kind", case.kind) if data else case.kind
    fields.add_to(form, kind, case.fields)
    return form


def _edit(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    own = {name.removeprefix("field_"): value for name, value in values.items() if name.startswith("field_")}
    common = {name: value for name, value in values.items() if not name.startswith("field_")}
    services.change_particulars(case=case, by=_by(request), **common, fields=own)


def _make_priority(request: Request, case: Case, data: Data) -> Form:
    return ask_forms.PriorityForm(data, choices=Priority.choices, initial={"priority": case.priority})


def _priority(request: Request, case: Case, form: Form) -> None:
    services.set_priority(case=case, priority=form.cleaned_data["priority"], by=_by(request))


def _make_tags(request: Request, case: Case, data: Data) -> Form:
    form = ask_forms.TagsForm(data, initial={"tags": " ".join(case.tags)})
    known = selectors.known_tags(request.user)
    if known:
        form.fields["tags"].help_text = gettext("In use: %(tags)s") % {"tags": "、".join(known[:12])}
    return form


def _tags(request: Request, case: Case, form: Form) -> None:
    services.change_particulars(case=case, by=_by(request), tags=form.cleaned_data["tags"])


def _merge(request: Request, case: Case, form: Form) -> UndoOffer | None:
    into = access.get_case_by_number(request.user, form.cleaned_data["number"])
    access.demand_work(request.user, into)
    return services.merge(case=case, into=into, user=request.user)


def _link(request: Request, case: Case, form: Form) -> None:
    other = access.get_case_by_number(request.user, form.cleaned_data["number"])
    services.link(case=case, other=other, kind=form.cleaned_data["kind"], by=_by(request))


def _parcel(request: Request, case: Case, form: Form) -> None:
    found = finding.waybills_in(form.cleaned_data["number"], [form.cleaned_data["number"]])
    if not found:
        said = _("This number is not on the register of waybills.")
        raise BadInput(said, {"number": said})
    services.link_waybills(case=case, waybills=found, by=_by(request))


def _make_split(request: Request, case: Case, data: Data) -> Form:
    told = (EntryKind.OPENED, EntryKind.MESSAGE_IN, EntryKind.NOTE, EntryKind.CONTACT)
    rows = CaseEntry.objects.of(case).filter(kind__in=told, taken_back_at=None).exclude(text="")
    entries = [(str(row.pk), row.text[:80]) for row in rows[:50]]
    links = case.waybill_links.select_related("waybill")
    waybills = [(str(row.waybill_id), row.waybill.number) for row in links]
    return ask_forms.SplitForm(data, entries=entries, waybills=waybills, initial={"kind": case.kind})


def _split(request: Request, case: Case, form: Form) -> None:
    values = form.cleaned_data
    services.split(
        case=case,
        subject=values["subject"],
        kind=values["kind"],
        entry_ids=[int(pk) for pk in values.get("entries", [])],
        waybill_ids=[int(pk) for pk in values.get("waybills", [])],
        by=_by(request),
    )


def _plain(cls: type[Form]) -> Callable[[Request, Case, Data], Form]:
    return lambda _request, _case, data: cls(data)


EDIT, CLOSE, MERGE = (Perm.CASE_EDIT,), (Perm.CASE_CLOSE,), (Perm.CASE_MERGE,)
DIALOGS: dict[str, Dialog] = {
    "assign": Dialog(_("Assign this case"), _("Assign"), EDIT, _make_assign, _assign),
    "state": Dialog(_("Change the state"), _("Set state"), EDIT, _make_state, _state),
    "promise": Dialog(
        _("Promise something"), "", EDIT, _plain(PromiseForm), _promise, template="cases/dialogs/_promise.html"
    ),
    "contact": Dialog(_("Log a contact"), _("Log it"), EDIT, _plain(ask_forms.ContactForm), _contact),
    "facts": Dialog(_("Ask a branch or department"), _("Ask"), EDIT, _make_facts, _facts),
    "propose": Dialog(
        _("Propose a solution"),
        _("Propose"),
        EDIT,
        _plain(ask_forms.ProposeForm),
        _propose,
        wide=True,
        template="cases/dialogs/_propose.html",
    ),
    "answer": Dialog(_("The customer's answer"), _("Record it"), EDIT, _plain(ask_forms.AnswerForm), _answer),
    "withdraw": Dialog(_("Withdraw the proposal"), _("Withdraw"), EDIT, _plain(ask_forms.WordsForm), _withdraw),
    "resolve": Dialog(_("Resolve this case"), _("Resolve"), EDIT, _plain(ask_forms.WordsForm), _resolve),
    "close": Dialog(_("Close this case"), _("Close case"), CLOSE, _make_close, _close),
    "reopen": Dialog(_("Reopen this case"), _("Reopen"), CLOSE, _plain(ask_forms.ReopenForm), _reopen),
    "rate": Dialog(_("The customer's satisfaction"), _("Record it"), EDIT, _plain(ask_forms.RateForm), _rate),
    "edit": Dialog(_("Change particulars"), _("Keep"), EDIT, _make_edit, _edit, wide=True),
    "priority": Dialog(_("Change the priority"), _("Set priority"), EDIT, _make_priority, _priority),
    "tags": Dialog(_("Tags"), _("Keep tags"), EDIT, _make_tags, _tags),
    "merge": Dialog(_("Merge into another case"), _("Merge"), MERGE, _plain(ask_forms.NumberForm), _merge),
    "split": Dialog(_("Split off a second case"), _("Split"), MERGE, _make_split, _split, wide=True),
    "link": Dialog(_("Link another case"), _("Link"), EDIT, _plain(ask_forms.LinkForm), _link),
    "parcel": Dialog(_("Add a parcel"), _("Add"), EDIT, _plain(ask_forms.ParcelForm), _parcel),
}
