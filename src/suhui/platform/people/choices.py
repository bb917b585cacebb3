from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BranchKind(TextChoices):
    HEADQUARTERS = "hq", _("Headquarters")
    REGION = "region", _("Region")
    DIVISION = "division", _("Division")
    OUTLET = "outlet", _("Outlet")


class Reach(TextChoices):
    """How far a role sees: the data scope of ORG-1."""

    OWN = "own", _("Own")
    TEAM = "team", _("Own department")
    BRANCH = "branch", _("Own branch")
    SUBTREE = "subtree", _("Own branch and below")
    ALL = "all", _("All branches")


class PresenceState(TextChoices):
    IDLE = "idle", _("Available")
    BUSY = "busy", _("Busy")
    AFTER_CALL = "after_call", _("After-call work")
    BREAK = "break", _("On break")
    OFFLINE = "offline", _("Offline")
