from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VersionState(TextChoices):
    DRAFT = "draft", _("Draft")
    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


class HitPolicy(TextChoices):
    FIRST = "first", _("First row that fits")
    COLLECT = "collect", _("Every row that fits")


class Op(TextChoices):
    """How a cell compares; the plain words a supervisor picks from."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    ANY_OF = "any_of", _("is one of")
    NONE_OF = "none_of", _("is none of")
    AT_LEAST = "at_least", _("at least")
    MORE_THAN = "more_than", _("more than")
    AT_MOST = "at_most", _("at most")
    LESS_THAN = "less_than", _("less than")
    BETWEEN = "between", _("from … to …")
    CONTAINS = "contains", _("contains")
    STARTS_WITH = "starts_with", _("begins with")
    UNKNOWN = "unknown", _("is not known")
    KNOWN = "known", _("is known")
    ZEN = "zen", _("expression")
