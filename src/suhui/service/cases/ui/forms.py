"""The small forms of a case's dialogs. What they mean is decided in the services; these only read and offer."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.contact.conversations.choices import Channel
from suhui.platform.core.money import parse_yuan
from suhui.platform.people.models import Branch, Department, User
from suhui.service.cases.choices import CaseKind, LinkKind, Outcome, Severity
from suhui.service.cases.models import Category, Cause

BLANK = [("", "—")]


def area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "input", **attrs})


def line(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attrs})


def pick(**attrs: Any) -> forms.Select:
    return forms.Select(attrs={"class": "input", **attrs})


class TreeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Two levels as `Delay / Line haul`, parents selectable too."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_label)


def tree(model: type[Category] | type[Cause], **options: Any) -> TreeChoice:
    rows = model.objects.filter(active=True).select_related("parent")
    return TreeChoice(rows, widget=pick(), **options)


def in_tree_order(field: TreeChoice) -> list[tuple[Any, str]]:
    """Parents by their order, each followed by its children."""
    rows = list(field.queryset or [])
    tops = [row for row in rows if row.parent_id is None]
    ordered = [one for top in tops for one in [top, *(row for row in rows if row.parent_id == top.pk)]]
    return [("", "—"), *((row.pk, row.full_label) for row in ordered)]


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("To whom"), empty_label="—", widget=pick(autofocus=True)
    )
    words = forms.CharField(label=_("A word to go with it"), required=False, max_length=500, widget=line())

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - for the type
        owner.queryset = User.objects.filter(pk__in=[user.pk for user in people]).order_by("pinyin", "id")


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("A word to go with it"), required=False, max_length=500, widget=line(autofocus=True)
    )


class StateForm(forms.Form):
    to = forms.ChoiceField(label=_("New state"), widget=forms.RadioSelect())
    words = forms.CharField(label=_("A word to go with it"), required=False, max_length=500, widget=line())

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - for the type
        to.choices = choices


class ContactForm(forms.Form):
    channel = forms.ChoiceField(label=_("By which way"), choices=Channel.choices, initial="phone", widget=pick())
    way = forms.ChoiceField(
        label=_("How it went"),
        choices=[
            ("out", _("I reached the customer")),
            ("in", _("The customer contacted me")),
            ("missed", _("Nobody answered")),
        ],
        initial="out",
        widget=forms.RadioSelect(),
    )
    text = forms.CharField(label=_("What was said"), widget=area(4, autofocus=True))
    seconds = forms.IntegerField(
        required=False, min_value=0, max_value=86400, widget=forms.HiddenInput(attrs={"data-call-seconds": ""})
    )


class FactsForm(forms.Form):
    question = forms.CharField(label=_("What do you need to know?"), max_length=2000, widget=area(3, autofocus=True))
    branch = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None), label=_("Whom to ask"), empty_label="—", widget=pick()
    )
    department = forms.ModelChoiceField(
        Department.objects.select_related("branch"),
        label=_("Department"),
        required=False,
        empty_label="—",
        widget=pick(),
    )
    within = forms.ChoiceField(
        label=_("Answer within"),
        choices=[
            ("", _("as the rules say")),
            ("60", _("1 hour")),
            ("120", _("2 hours")),
            ("240", _("4 hours")),
            ("480", _("8 hours")),
        ],
        required=False,
        widget=pick(),
    )
    wait = forms.BooleanField(label=_("The case waits for the answer"), required=False, initial=True)


class ProposeForm(forms.Form):
    text = forms.CharField(
        label=_("The solution, in words for the customer"), max_length=4000, widget=area(4, autofocus=True)
    )
    amount = forms.CharField(label=_("Amount in yuan, if any"), required=False, widget=line(inputmode="decimal"))
    step_1 = forms.CharField(label=_("What will be done"), required=False, max_length=200, widget=line())
    branch_1 = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None), label=_("By"), required=False, empty_label="—", widget=pick()
    )
    step_2 = forms.CharField(label=_("And then"), required=False, max_length=200, widget=line())
    branch_2 = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None), label=_("By"), required=False, empty_label="—", widget=pick()
    )
    step_3 = forms.CharField(label=_("And then"), required=False, max_length=200, widget=line())
    branch_3 = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None), label=_("By"), required=False, empty_label="—", widget=pick()
    )

    def clean_amount(self) -> int | None:
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            fen = parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError(_("Write an amount such as 128.50.")) from error
        if fen < 0:
            raise forms.ValidationError(_("Write an amount such as 128.50."))
        return fen


class AnswerForm(forms.Form):
    accepted = forms.ChoiceField(
        label=_("What did the customer say?"),
        choices=[("yes", _("Agrees")), ("no", _("Refuses"))],
        widget=forms.RadioSelect(),
    )
    words = forms.CharField(label=_("In the customer's words"), required=False, max_length=1000, widget=area(3))
    channel = forms.ChoiceField(label=_("By which way"), choices=Channel.choices, initial="phone", widget=pick())


STARS = [("5", "★★★★★"), ("4", "★★★★"), ("3", "★★★"), ("2", "★★"), ("1", "★")]


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=[*BLANK, *Outcome.choices], widget=pick(autofocus=True)
    )
    cause = tree(Cause, label=_("Why it happened"), required=False)
    words = forms.CharField(label=_("In a few words"), required=False, max_length=500, widget=area(2))
    satisfaction = forms.ChoiceField(
        label=_("How satisfied is the customer?"), choices=[("", _("not asked")), *STARS], required=False, widget=pick()
    )
    anyway = forms.BooleanField(label=_("Close although requests or promises are open"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause = self.fields["cause"]
        assert isinstance(cause, TreeChoice)  # noqa: S101 - for the type
        cause.choices = in_tree_order(cause)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=area(2, autofocus=True))


class RateForm(forms.Form):
    stars = forms.ChoiceField(label=_("How satisfied is the customer?"), choices=STARS, widget=forms.RadioSelect())
    words = forms.CharField(label=_("In the customer's words"), required=False, max_length=500, widget=area(2))


class EditForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=120, widget=line(autofocus=True))
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices, widget=pick())
    category = tree(Category, label=_("Category"), required=False)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Severity.choices, coerce=int, widget=pick())
    responsible_branch = forms.ModelChoiceField(
        Branch.objects.filter(closed_on=None),
        label=_("Branch held responsible"),
        required=False,
        empty_label="—",
        widget=pick(),
    )
    remedy = forms.CharField(label=_("What the customer wants"), required=False, max_length=300, widget=line())
    text = forms.CharField(label=_("Description"), required=False, max_length=10_000, widget=area(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, TreeChoice)  # noqa: S101 - for the type
        category.choices = in_tree_order(category)


class TagsForm(forms.Form):
    """Tags as one line of words: between blanks, commas or hashes."""

    tags = forms.CharField(label=_("Tags"), required=False, max_length=300, widget=line(autofocus=True))

    def clean_tags(self) -> list[str]:
        return [tag for tag in re.split(r"[\s,，、;；#＃]+", self.cleaned_data["tags"]) if tag]


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(label=_("Priority"), coerce=int, widget=forms.RadioSelect())

    def __init__(self, *args: Any, choices: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        priority = self.fields["priority"]
        assert isinstance(priority, forms.TypedChoiceField)  # noqa: S101 - for the type
        priority.choices = choices


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the other case"), max_length=30, widget=line(autofocus=True, placeholder="T…")
    )


class LinkForm(NumberForm):
    kind = forms.ChoiceField(label=_("This case is"), choices=LinkKind.choices, widget=pick())


class ParcelForm(forms.Form):
    number = forms.CharField(label=_("Waybill number"), max_length=60, widget=line(autofocus=True))


class SplitForm(forms.Form):
    subject = forms.CharField(label=_("What the new case is about"), max_length=120, widget=line(autofocus=True))
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices, widget=pick())
    entries = forms.MultipleChoiceField(
        label=_("Lines that belong to it"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    waybills = forms.MultipleChoiceField(
        label=_("Parcels that belong to it"), required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(
        self, *args: Any, entries: list[tuple[str, str]], waybills: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("entries", entries), ("waybills", waybills)):
            found = self.fields[name]
            assert isinstance(found, forms.MultipleChoiceField)  # noqa: S101 - for the type
            found.choices = choices
            if not choices:
                del self.fields[name]
