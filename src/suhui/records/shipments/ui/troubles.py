"""The list of exceptions' filters: read from the address and put to the rows."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from suhui.platform.people.models import User
from suhui.records.shipments import access
from suhui.records.shipments.choices import ExceptionKind, ExceptionState, Severity
from suhui.records.shipments.models import WaybillException

HISTORY = "history"
NAMES = ("kind", "severity", "branch", "case", "state")


def asked_of(query: QueryDict) -> dict[str, str]:
    return {name: query.get(name, "") for name in NAMES}


def listed(user: User, query: QueryDict) -> "QuerySet[WaybillException]":
    """The exceptions a person handles, narrowed and in the list's order."""
    asked = asked_of(query)
    rows = access.visible_exceptions(user).filter(**_conditions(asked))
    if asked["case"] in ("with", "without"):
        rows = rows.filter(case_key="") if asked["case"] == "without" else rows.exclude(case_key="")
    cleared = asked["state"] == ExceptionState.CLEARED
    return rows.order_by("-cleared_at") if cleared else rows.order_by("due_at", "id")


def _conditions(asked: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"state": ExceptionState.OPEN}
    if asked["state"] == ExceptionState.CLEARED:
        found["state"] = ExceptionState.CLEARED
    else:
        found["history"] = asked["state"] == HISTORY
    if asked["kind"] in ExceptionKind.values:
        found["kind"] = asked["kind"]
    if asked["severity"] in Severity.values:
        found["severity"] = asked["severity"]
    if asked["branch"].isdecimal() and len(asked["branch"]) < 10:
        found["branch_id"] = int(asked["branch"])
    return found
