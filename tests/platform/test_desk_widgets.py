"""Fields of forms are written as Django writes them."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st

from suhui.platform.desk.widgets import FormRenderer

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def plain(markup: str) -> str:
    """Markup without the white space between elements and with one way of writing quotation marks."""
    markup = re.sub(r"\s+", " ", re.sub(r">\s+", ">", re.sub(r"\s+<", "<", markup.strip())))
    return markup.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")


@pytest.mark.long
@given(
    groups=st.lists(st.tuples(WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=4)), max_size=3),
    chosen=WORDS,
    attrs=st.dictionaries(
        st.sampled_from(["class", "data-x", "required", "disabled"]), st.one_of(WORDS, st.booleans())
    ),
    many=st.booleans(),
)
def test_a_menu_is_written_as_django_writes_it(groups: Any, chosen: str, attrs: Any, many: bool) -> None:
    widget = (forms.SelectMultiple if many else forms.Select)(attrs=attrs, choices=groups)
    value = [chosen] if many else chosen
    assert plain(widget.render("<n>", value, renderer=FormRenderer())) == plain(
        widget.render("<n>", value, renderer=DjangoTemplates())
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (forms.CharField(), "<b>\"'&"),
        (forms.CharField(widget=forms.Textarea), "\nfirst\nsecond <i>"),
        (forms.BooleanField(), True),
        (forms.DecimalField(localize=True), "1234.5"),
        (forms.ChoiceField(choices=[("a", "A<"), ("b", "B")], widget=forms.RadioSelect), "b"),
        (forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple), ["a"]),
        (forms.NullBooleanField(), True),
    ],
)
def test_other_fields_are_too(field: forms.Field, value: Any) -> None:
    written = [
        field.widget.render("name", value, {"id": "x"}, renderer=one()) for one in (FormRenderer, DjangoTemplates)
    ]
    assert plain(written[0]) == plain(written[1])
