"""The living style page: every component in every state, for the eye, for screenshots and for axe."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suhui.platform.core.clock import now
from suhui.platform.desk import toasts
from suhui.platform.desk.charts import Chart, Series
from suhui.platform.desk.pages import Page, render, render_form
from suhui.platform.desk.timeline import TimelineEntry
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm

LONG_PLACE = "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿克陶县奥依塔克镇奥依塔克村"


class ExampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, help_text=gettext_lazy("Mobile or landline"))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("phone", gettext_lazy("Phone")), ("portal", gettext_lazy("Portal"))],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("enquiry", gettext_lazy("Enquiry")), ("complaint", gettext_lazy("Complaint"))],
    )
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 3}))
    urgent = forms.BooleanField(label=gettext_lazy("The customer is waiting on the line"), required=False)


@dataclass(frozen=True)
class Row:
    """A line of the example table."""

    number: str
    waybill: str
    subject: str
    tone: str
    state: str
    due_in: timedelta
    place: str

    @property
    def due_at(self) -> Any:
        return now() + self.due_in


ROWS = [
    Row(
        "20261122-0007",
        "SF1439906318735",
        "包裹外箱破损，内件玻璃杯碎两只，收件人拒签并要求全额赔付",
        "accent",
        "Open",
        timedelta(minutes=-25),
        LONG_PLACE,
    ),
    Row(
        "20261122-0012",
        "YT8803912345678",
        "显示签收但客户未收到",
        "amber",
        "Waiting",
        timedelta(minutes=22),
        "杭州西湖网点",
    ),
    Row(
        "20261121-0093",
        "JDVA00012345678901",
        "催派送",
        "accent",
        "Open",
        timedelta(hours=3, minutes=12),
        "苏州园区网点",
    ),
    Row(
        "20261120-0031", "773123456789012", "改地址：由公司转到家里", "green", "Resolved", timedelta(days=2), "华东区域"
    ),
]


@requires(Perm.SYSTEM_MANAGE)
def kit(request: Request) -> HttpResponse:
    """GET shows it; a POST of the example form comes back with its errors, or with a toast."""
    form = ExampleForm(request.POST or None)
    if form.is_bound and form.is_valid():
        toasts.add(request, _("Saved."))
        form = ExampleForm()
    empty = request.GET.get("rows") == "none"
    return render_form(
        request,
        "desk/kit_page.html",
        form,
        {
            "rows": [] if empty else ROWS,
            "page": Page(ROWS, 1, 50, True),
            "at": now(),
            "minute": timedelta(minutes=1),
            "long_place": LONG_PLACE,
            "chart": _bars(),
            "line": _line(),
            "entries": _entries(),
        },
    )


@requires(Perm.SYSTEM_MANAGE)
def kit_fragment(request: Request) -> HttpResponse:
    """What the style page's small "why" fetches."""
    return render(request, "desk/_kit_why.html", {})


def _bars() -> Chart:
    names = ["延误", "丢失", "破损", "虚假签收", "服务态度", "内件短少"]
    return Chart(
        title=_("Complaints by kind, this week"),
        labels=names,
        series=[Series(_("Cases"), [12840, 420, 311, 208, 97, 31])],
    )


def _line() -> Chart:
    return Chart(
        title=_("Answered on time, last seven days"),
        labels=["11-16", "11-17", "11-18", "11-19", "11-20", "11-21", "11-22"],
        series=[Series("华东", [91, 93, 92, 95, 97, 96, 98]), Series("华南", [88, 84, 86, 90, None, 91, 93])],
        kind="line",
        unit="%",
        target=95,
        target_label=_("Target"),
    )


def _entries() -> list[TimelineEntry]:
    at = now()
    return [
        TimelineEntry(
            at - timedelta(minutes=3),
            _("Call"),
            "phone",
            "客户来电催问进度",
            "客户情绪较急，要求今天 18 点前答复。",
            "",
            "王芳",
        ),
        TimelineEntry(
            at - timedelta(hours=5),
            _("Request"),
            "building-warehouse",
            "向杭州西湖网点查证外包装照片",
            "",
            "/",
            "李主管",
        ),
        TimelineEntry(at - timedelta(days=1), _("Waybill"), "truck-delivery", "快件已到达 " + LONG_PLACE, "", "", ""),
    ]
