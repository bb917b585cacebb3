"""The table of the cases' lines is divided by the month in which the case was opened (ADR 6)."""

from suhui.platform.core.dividing import Division

ENTRIES = Division(
    table="cases_caseentry",
    column="case_opened_at",
    owner="cases_case",
    key="case_id",
    time="opened_at",
    unique=[("caseentry_source_once", "source, case_id", "NOT (source = '')")],
)
