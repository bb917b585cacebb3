"""The words of macros: placeholders filled from a case, and what a macro will do, in words to look over."""

from typing import Any

from django.utils.translation import gettext as _

from suhui.platform.people.models import User
from suhui.service.cases.choices import CaseState, Priority
from suhui.service.cases.models import Case, Macro

PLACEHOLDERS = ("称呼", "客服", "工单号", "运单号", "网点")
"""What a macro's text may hold between braces: salutation, agent, case number, waybill number, branch."""


def fill(text: str, case: Case, user: User) -> str:
    """Put the case's words in the place of the placeholders; unknown ones stay as they are."""
    if "{" not in text:
        return text
    link = case.waybill_links.select_related("waybill").first()
    values = {
        "称呼": salutation(case),
        "客服": user.name,
        "工单号": case.number,
        "运单号": link.waybill.number if link else "",
        "网点": case.branch.name,
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def salutation(case: Case) -> str:
    """`王女士` cannot be known; the surname is polite and enough: `王先生/女士`."""
    name = (case.contact_name or (case.customer.name if case.customer else "")).strip()
    if not name or not "\u4e00" <= name[0] <= "\u9fff" or len(name) > 4:
        return "客户"
    return f"{name[0]}先生/女士"


def in_words(macro: Macro) -> list[str]:
    """What it does besides writing, one sentence a step."""
    return [_step(action) for action in macro.actions]


def _step(action: dict[str, Any]) -> str:
    match action.get("do"):
        case "take":
            return _("Take the case if nobody has it")
        case "state":
            return _("Set the state to “%(state)s”") % {"state": CaseState(action["to"]).label}
        case "priority":
            return _("Set the priority to “%(priority)s”") % {"priority": Priority(int(action["to"])).label}
        case "category":
            return _("Set the category to %(code)s") % {"code": action["to"]}
        case "promise":
            return _("Promise “%(text)s” within %(minutes)s minutes") % {
                "text": action["text"],
                "minutes": action["minutes"],
            }
        case _:
            return _("Ask the branch: %(text)s") % {"text": action.get("text", "")}
