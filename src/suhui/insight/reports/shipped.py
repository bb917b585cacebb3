"""The weekly complaint report as it comes: Monday 09:00, to those who lead (REP-1)."""

CODE = "weekly-complaints"
NAME = "投诉周报"
ENGLISH_NAME = "Weekly complaint report"
ROLES = (
    *("service-supervisor", "call-centre-supervisor", "after-service-supervisor"),
    *("service-manager", "department-manager", "branch-manager", "quality"),
)
