"""Whom an `@` in a note can reach."""

from django.db.models import Q

from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.platform.people.selectors import holders
from suhui.service.cases.models import Case


def who_can_be_named(case: Case, begun: str, limit: int = 8) -> list[User]:
    """Colleagues who see the case where it is handled and whose name, pinyin or user name begins so; nearest first."""
    people = holders(Perm.CASE_VIEW, case.branch).select_related("branch")
    if begun:
        people = people.filter(
            Q(name__istartswith=begun) | Q(pinyin__istartswith=begun) | Q(username__istartswith=begun)
        )
    return list(people[:limit])
