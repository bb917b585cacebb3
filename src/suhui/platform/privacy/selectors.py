from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from suhui.platform.core.clock import local
from suhui.platform.people import access
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.models import Reveal


def visible_to(user: User) -> "QuerySet[Reveal]":
    """Reveals by the people whose work `user` supervises, newest first."""
    scope = access.scope(user, Perm.SUPERVISE)
    rows = Reveal.objects.filter(scope.q(branch="user__branch_id", owner="user_id", department="user__department_id"))
    return rows.select_related("user__branch").order_by("-at", "-pk")


def counts(user: User, at: datetime, limit: int = 12) -> list[dict[str, Any]]:
    """How often each supervised person looked today and in the last seven days, most first."""
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        visible_to(user)
        .filter(at__gte=at - timedelta(days=7))
        .order_by()
        .values("user_id", "user__name", "user__branch__name")
        .annotate(week=Count("pk"), today=Count("pk", filter=Q(at__gte=midnight)))
        .order_by("-today", "-week", "user_id")
    )
    return [dict(row) for row in rows[:limit]]
