"""How fields of forms are written: Django's own widgets, quicker.

A menu of three hundred branches took ten milliseconds, a template for each option; two such menus were a quarter of a
waybill's page.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import Jinja2
from django.utils.safestring import SafeString
from markupsafe import escape

_MENUS = frozenset({"django/forms/widgets/select.html"})


class FormRenderer(Jinja2):
    """Django's Jinja templates for widgets; menus are written without one. The markup is the same."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if template_name in _MENUS:
            return SafeString(_menu(context["widget"]))
        return SafeString(super().render(template_name, context, request))


def _menu(widget: Mapping[str, Any]) -> str:
    written = [f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            written.append(f'<optgroup label="{escape(group)}">')
        written += [_option(option) for option in options]
        if group:
            written.append("</optgroup>")
    return "\n".join([*written, "</select>"])


def _option(option: Mapping[str, Any]) -> str:
    return f'<option value="{escape(option["value"])}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'


def _attributes(attrs: Mapping[str, Any]) -> str:
    given = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in given)
