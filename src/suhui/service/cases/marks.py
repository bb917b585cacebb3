"""The tone of each state's dot and each priority's mark."""

from suhui.service.cases.choices import CaseState, Priority

TONES = {
    CaseState.NEW: "accent",
    CaseState.IN_PROGRESS: "blue",
    CaseState.WAITING_CUSTOMER: "hollow",
    CaseState.WAITING_DEPARTMENT: "hollow",
    CaseState.PROPOSED: "amber",
    CaseState.EXECUTING: "blue",
    CaseState.RESOLVED: "green",
    CaseState.CLOSED: "",
    CaseState.REOPENED: "red",
    CaseState.MERGED: "",
}
PRIORITY_TONES = {Priority.LOW: "", Priority.NORMAL: "", Priority.HIGH: "amber", Priority.URGENT: "red"}
