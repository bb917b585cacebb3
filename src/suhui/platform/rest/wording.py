"""What is wrong with a value, as a sentence in the reader's language. The codes are pydantic's own and stable."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SENTENCES: dict[str, Any] = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_type": gettext_lazy("A text is needed."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters are needed."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("This does not have the form that is needed."),
    "int_type": gettext_lazy("A whole number is needed."),
    "int_parsing": gettext_lazy("A whole number is needed."),
    "int_from_float": gettext_lazy("A whole number is needed."),
    "int_parsing_size": gettext_lazy("The number is too large."),
    "float_type": gettext_lazy("A number is needed."),
    "float_parsing": gettext_lazy("A number is needed."),
    "finite_number": gettext_lazy("A number is needed."),
    "bool_type": gettext_lazy("true or false is needed."),
    "bool_parsing": gettext_lazy("true or false is needed."),
    "enum": gettext_lazy("One of these is needed: %(expected)s."),
    "literal_error": gettext_lazy("One of these is needed: %(expected)s."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "greater_than": gettext_lazy("More than %(gt)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "less_than": gettext_lazy("Less than %(lt)s."),
    "list_type": gettext_lazy("A list is needed."),
    "dict_type": gettext_lazy("An object is needed."),
    "model_type": gettext_lazy("An object is needed."),
    "model_attributes_type": gettext_lazy("An object is needed."),
    "too_short": gettext_lazy("At least %(min_length)s entries are needed."),
    "too_long": gettext_lazy("At most %(max_length)s entries."),
    "timezone_aware": gettext_lazy("The time needs its zone, as in 2026-11-22T16:20:00+08:00."),
}
_BEGINNINGS = {
    "datetime": gettext_lazy("A time is needed, as in 2026-11-22T16:20:00+08:00."),
    "date": gettext_lazy("A day is needed, as in 2026-11-22."),
    "int": gettext_lazy("A whole number is needed."),
}


def sentence(error: Mapping[str, Any]) -> str:
    """`error` is one of pydantic's, with its type and context."""
    kind = str(error["type"])
    known = _SENTENCES.get(kind)
    if known is not None:
        context = {name: str(value) for name, value in error.get("ctx", {}).items()}
        context.setdefault("expected", "")
        return str(known) % context
    beginning = kind.partition("_")[0]
    return str(_BEGINNINGS.get(beginning) or _("This value cannot be used."))
