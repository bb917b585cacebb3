"""The weekly report on screen and as a spreadsheet."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from suhui.insight.reports.models import Receiver, Report, ReportReading, ReportRow, ReportRun
from suhui.platform.desk.workday import my_day
from suhui.platform.people.models import Branch, Role, User
from suhui.service.cases.models import Case, Category
from tests.conftest import MakePerson
from tests.insight.test_reports_making import NINE, case, make, report

__all__ = ["report"]
pytestmark = pytest.mark.django_db
Enter = Callable[[User], Client]


@pytest.fixture
def boss(make_person: MakePerson, headquarters: Branch) -> User:
    return make_person("service-manager", name="陈经理", branch=headquarters)


@pytest.fixture
def run(report: Report, boss: User, outlet: Branch, other_outlet: Branch) -> ReportRun:
    lost = Category.objects.get(code="lost-whole")
    case(outlet, 0, category=lost, resolved=1, satisfaction=4)
    case(outlet, 1, category=lost, responsible_branch=other_outlet, resolved=9, subject="=1+1")
    case(other_outlet, 2, resolved=1)
    case(outlet, 3, kind="enquiry")
    case(outlet, -3, category=lost, resolved=1)
    return make(report, at=NINE + timedelta(days=14))


def test_reports_open_for_readers_only(run: ReportRun, boss: User, agent: User, enter: Enter) -> None:
    paths = ["", f"runs/{run.pk}/", f"runs/{run.pk}/rows/", f"runs/{run.pk}/report.xlsx"]
    for path in [*paths, f"runs/{run.pk}/readers/", "plans/weekly-complaints/"]:
        assert enter(agent).get(f"/reports/{path}").status_code == 403
        assert enter(boss).get(f"/reports/{path}").status_code == 200, path
    assert enter(boss).get("/reports/runs/999999/").status_code == 404


def test_the_page_says_the_week_in_words_and_every_figure_leads_to_its_rows(
    run: ReportRun, boss: User, enter: Enter
) -> None:
    client = enter(boss)
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    for words in ("2026-11-16 至 2026-11-22", "本周受理投诉 3 件", "66.7%", "丢失", "全部网点", "杭州西湖网点"):
        assert words in page, words
    assert f"figure=report%3A{run.pk}%3Akind%3Dcomplaint%26category%3Dlost" in page
    rows = client.get(f"/reports/runs/{run.pk}/rows/?kind=complaint&category=lost").content.decode()
    assert rows.count('class="number-code"') == 0
    assert rows.count("丢失") >= 2
    assert client.get(f"/reports/runs/{run.pk}/rows/?place=nonsense&page=x").status_code == 200


def test_a_figure_opens_the_very_cases_behind_it_as_a_work_list(
    run: ReportRun, boss: User, enter: Enter, make_person: MakePerson, other_outlet: Branch
) -> None:
    client = enter(boss)
    shown = client.get("/cases/", {"as": "table", "figure": f"report:{run.pk}:kind=complaint&category=lost"})
    late = client.get("/cases/", {"as": "table", "figure": f"report:{run.pk}:kind=complaint&late=yes"})
    behind = set(ReportRow.objects.filter(run=run, before=False, category="lost").values_list("number", flat=True))
    for number in Case.objects.values_list("number", flat=True):
        assert (number in shown.content.decode()) is (number in behind)
    assert len(behind) == 2
    assert "丢失" in shown.content.decode()
    assert sum(number in late.content.decode() for number in behind) == 1
    elsewhere = enter(make_person("courier", branch=other_outlet))
    assert elsewhere.get("/cases/", {"figure": f"report:{run.pk}:"}).status_code == 403


def test_a_case_merged_since_is_still_behind_its_figure(run: ReportRun, boss: User, enter: Enter) -> None:
    first, second = Case.objects.filter(
        pk__in=ReportRow.objects.filter(run=run, before=False, category="lost").values("case_id")
    )
    Case.objects.filter(pk=first.pk).update(state="merged", merged_into=second)
    page = enter(boss).get("/cases/", {"figure": f"report:{run.pk}:kind=complaint&category=lost"}).content.decode()
    assert first.number in page


@pytest.mark.parametrize("figure", ["report:999999:", "report:x:", "nobody:1", "report:1:kind=%00"])
def test_a_figure_that_is_not_there_opens_an_empty_list(run: ReportRun, boss: User, enter: Enter, figure: str) -> None:
    answer = enter(boss).get("/cases/", {"as": "table", "figure": figure})
    assert answer.status_code == 200
    assert not any(number in answer.content.decode() for number in Case.objects.values_list("number", flat=True))


def test_the_figures_of_a_confirmed_report_lead_to_the_rows_as_they_stood(
    run: ReportRun, boss: User, enter: Enter
) -> None:
    client = enter(boss)
    client.post(f"/reports/runs/{run.pk}/confirm/")
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    assert "figure=report" not in page
    assert "rows/?kind=complaint&amp;category=lost" in page
    rows = client.get(f"/reports/runs/{run.pk}/rows/?kind=complaint&category=lost").content.decode()
    for row in ReportRow.objects.filter(run=run, before=False, category="lost"):
        assert f'href="/cases/{row.case_id}/"' in rows


def test_a_branch_manager_sees_the_branch_and_no_more(
    run: ReportRun, other_outlet: Branch, make_person: MakePerson, enter: Enter
) -> None:
    local = make_person("branch-manager", branch=other_outlet)
    page = enter(local).get(f"/reports/runs/{run.pk}/").content.decode()
    assert "本周受理投诉 2 件" in page
    book = load_workbook(BytesIO(enter(local).get(f"/reports/runs/{run.pk}/report.xlsx").content))
    assert book.worksheets[1].max_row == 3


def test_the_spreadsheet_has_a_summary_and_the_rows(run: ReportRun, boss: User, enter: Enter) -> None:
    response = enter(boss).get(f"/reports/runs/{run.pk}/report.xlsx")
    assert "weekly-complaints-2026-11-16.xlsx" in response["Content-Disposition"]
    book = load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["汇总", "明细"]
    summary = [[cell for cell in row if cell is not None] for row in book["汇总"].iter_rows(values_only=True)]
    assert ["投诉周报"] in summary
    assert ["件数", 3, 1] in summary
    assert ["按时解决率（%）", 66.7, 100] in summary
    assert ["丢失", 2, 1, 1, 50, 1, 0] in summary
    assert ["2026-11-16", 3, 66.7] in summary
    rows = list(book["明细"].iter_rows(values_only=True))
    assert len(rows) == 1 + 4
    assert rows[0][:3] == ("工单号", "工单类型", "类别")
    assert {row[5] for row in rows[1:]} == {"杭州西湖网点", "苏州园区网点"}
    assert not any(str(value).startswith("=") for row in rows for value in row)


def shown_tables(page: str) -> dict[str, list[list[str]]]:
    """The breakdowns of the report's page: first head → the lines below it, as plain words."""
    found = {}
    for table in re.findall(
        r"<table.*?</table>", page.partition('class="charts"')[2].rpartition("</figure>")[2], re.DOTALL
    ):
        lines = [
            [
                unescape(re.sub(r"<[^>]+>", "", cell)).strip()
                for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)
            ]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        found[lines[0][0]] = lines[1:]
    return found


def as_shown(value: object) -> str:
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def test_the_spreadsheet_says_exactly_what_the_screen_says(run: ReportRun, boss: User, enter: Enter) -> None:
    client = enter(boss)
    page = client.get(f"/reports/runs/{run.pk}/").content.decode()
    tables = shown_tables(page)
    assert set(tables) == {"类别", "网点", "工单类型"}
    content = client.get(f"/reports/runs/{run.pk}/report.xlsx").content
    summary = [list(row) for row in load_workbook(BytesIO(content))["汇总"].iter_rows(values_only=True)]
    for head, shown in tables.items():
        start = next(place for place, row in enumerate(summary) if row[0] == head) + 1
        for number, line in enumerate(shown):
            values = [as_shown(value) for value in summary[start + number][:7]]
            screen = [text.replace("−", "-").replace("+", "").removesuffix("%") for text in line]
            assert values == [f"{float(text):g}" if re.fullmatch(r"-?[0-9.]+", text) else text for text in screen]
        assert summary[start + len(shown)][0] is None, "the sheet has no line more than the screen"
    sentences = re.findall(r"<p>(本周[^<]+)</p>", page)
    assert sentences
    assert {unescape(text) for text in sentences} <= {str(row[0]) for row in summary}


def test_pages_take_a_bounded_number_of_queries(
    run: ReportRun, boss: User, outlet: Branch, enter: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = enter(boss)
    client.get(f"/reports/runs/{run.pk}/")
    paths = {"": 10, f"runs/{run.pk}/": 16, f"runs/{run.pk}/rows/": 10, f"runs/{run.pk}/readers/": 12}
    for path, most in paths.items():
        with django_assert_max_num_queries(most):
            client.get(f"/reports/{path}")


def test_opening_is_noted_and_confirming_takes_it_off_the_day(run: ReportRun, boss: User, enter: Enter) -> None:
    client = enter(boss)
    assert [item.subject for item in my_day(boss, timezone.now()) if item.subject.startswith("report:")]
    client.get(f"/reports/runs/{run.pk}/")
    assert ReportReading.objects.get(user=boss).read_at is not None
    assert client.post(f"/reports/runs/{run.pk}/confirm/").status_code == 302
    assert ReportReading.objects.get(user=boss).confirmed_at is not None
    fresh = User.objects.get(pk=boss.pk)
    assert not [item for item in my_day(fresh, timezone.now()) if item.subject.startswith("report:")]


def test_the_readers_page_tells_who_has_not_and_reminds_them(
    run: ReportRun, boss: User, enter: Enter, make_person: MakePerson
) -> None:
    client = enter(boss)
    assert "未打开" in client.get(f"/reports/runs/{run.pk}/readers/").content.decode()
    assert client.post(f"/reports/runs/{run.pk}/chase/").status_code == 302
    assert ReportReading.objects.get(user=boss).chases == 1


@time_machine.travel(NINE + timedelta(days=1), tick=False)
def test_the_plan_receivers_and_a_past_week_are_set_up_on_one_page(
    report: Report, boss: User, outlet: Branch, enter: Enter
) -> None:
    client = enter(boss)
    plan = {"weekday": 4, "time": "17:30", "target": 90, "chase_hours": 8, "active": "on"}
    assert client.post("/reports/plans/weekly-complaints/", plan).status_code == 302
    report.refresh_from_db()
    assert (report.weekday, report.minute) == (4, 17 * 60 + 30)
    assert client.post("/reports/plans/weekly-complaints/", {**plan, "target": 101}).status_code == 422
    role = Role.objects.get(code="finance")
    url = "/reports/plans/weekly-complaints/receivers/"
    assert client.post(url, {"role": role.pk, "branch": outlet.pk}).status_code == 302
    assert client.post(url, {}).status_code == 422
    added = Receiver.objects.get(role=role)
    assert client.post(f"{url}{added.pk}/remove/").status_code == 302
    assert not Receiver.objects.filter(role=role).exists()
    made = client.post("/reports/plans/weekly-complaints/make/", {"week": "2026-11-19"})
    assert made.status_code == 302
    assert ReportRun.objects.get().period_start.isoformat() == "2026-11-16"
    assert client.post("/reports/plans/weekly-complaints/make/", {"week": "2026-11-26"}).status_code == 422


def test_an_empty_week_says_so(report: Report, boss: User, enter: Enter) -> None:
    empty = make(report)
    assert not Case.objects.exists()
    page = enter(boss).get(f"/reports/runs/{empty.pk}/").content.decode()
    assert "这两周没有投诉" in page
    assert load_workbook(BytesIO(enter(boss).get(f"/reports/runs/{empty.pk}/report.xlsx").content)).sheetnames
