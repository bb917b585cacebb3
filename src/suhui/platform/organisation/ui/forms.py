from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suhui.platform.organisation.choices import Function
from suhui.platform.people.choices import BranchKind, Reach

DATETIME = "%Y-%m-%dT%H:%M"


class BranchForm(forms.Form):
    name = forms.CharField(label=_("Branch name"), max_length=80)
    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("Short and unique, for example HZ01"))
    kind = forms.ChoiceField(label=_("Kind"), choices=BranchKind.choices)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, root: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in BranchKind.choices if (choice[0] == BranchKind.HEADQUARTERS) == root]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    parent = forms.TypedChoiceField(label=_("Hang it below"), coerce=int)

    def __init__(self, *args: Any, branches: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = branches  # type: ignore[attr-defined]


class DepartmentForm(forms.Form):
    function = forms.ChoiceField(
        label=_("Function"), choices=Function.choices, help_text=_("Requests are addressed to this.")
    )
    name = forms.CharField(label=_("Department name"), max_length=80)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    branch = forms.TypedChoiceField(label=_("Branch"), coerce=int)
    department = forms.TypedChoiceField(label=_("Department"), coerce=int, required=False, empty_value=None)
    staff_number = forms.CharField(label=_("Staff number"), max_length=20, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def __init__(
        self, *args: Any, branches: list[tuple[int, str]], departments: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("None")), *departments]  # type: ignore[attr-defined]


class NewPersonForm(PersonForm):
    username = forms.CharField(label=_("User name"), max_length=60, help_text=_("For signing in"))
    role = forms.TypedChoiceField(label=_("Post"), coerce=int)
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        help_text=_("Tell it to the person; at the first sign-in they choose their own."),
    )
    field_order = ("name", "username", "branch", "role", "password", "department", "staff_number", "phone", "email")

    def __init__(self, *args: Any, roles: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class PostForm(forms.Form):
    role = forms.TypedChoiceField(label=_("Post"), coerce=int)
    branch = forms.TypedChoiceField(label=_("At branch"), coerce=int)

    def __init__(
        self, *args: Any, roles: list[tuple[int, str]], branches: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=_("Away from"), input_formats=[DATETIME], widget=forms.DateTimeInput({"type": "datetime-local"}, DATETIME)
    )
    ends_at = forms.DateTimeField(
        label=_("Away until"),
        input_formats=[DATETIME],
        widget=forms.DateTimeInput({"type": "datetime-local"}, DATETIME),
    )
    stand_in = forms.TypedChoiceField(
        label=_("Stand-in"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Open work goes to this person, and comes back afterwards."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False, help_text=_("Shown to colleagues"))

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].choices = [("", _("Nobody")), *people]  # type: ignore[attr-defined]


class FirstPasswordForm(forms.Form):
    password = forms.CharField(label=_("New password"), max_length=128)


class OwnPasswordForm(forms.Form):
    old = forms.CharField(
        label=_("Present password"), widget=forms.PasswordInput({"autocomplete": "current-password"}), max_length=128
    )
    new = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        max_length=128,
        help_text=_("At least ten characters; no common word, nothing like your name."),
    )
    again = forms.CharField(
        label=_("New password again"), widget=forms.PasswordInput({"autocomplete": "new-password"}), max_length=128
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("new") != again:
            raise forms.ValidationError(_("The two new passwords differ."))
        return again


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Post name"), max_length=80)
    english_name = forms.CharField(label=_("English name"), max_length=80, required=False)
    reach = forms.ChoiceField(
        label=_("Reach"), choices=Reach.choices, help_text=_("How far down the tree the holder sees.")
    )


class ReasonForm(forms.Form):
    name = forms.CharField(label=_("Reason"), max_length=40)
    english_name = forms.CharField(label=_("English name"), max_length=40, required=False)
