"""What a person may find: exactly, as a filter, and as numbers that the index of tokens holds beside them."""

from dataclasses import dataclass

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from suhui.platform.people.access import Scope, scope
from suhui.platform.people.models import User
from suhui.platform.search import registry
from suhui.platform.search.models import SearchEntry

EVERYONE = 3


@dataclass(frozen=True)
class Visible:
    """`rows`: the entries within the person's scope. `looked_up`: the same rows or more, by a condition the index of
    tokens answers; None where a scope is so wide that it would not help."""

    rows: QuerySet[SearchEntry]
    looked_up: RawSQL | None

    def holding(self, query: str) -> QuerySet[SearchEntry]:
        """Those whose tokens satisfy a tsquery made of quoted lexemes."""
        rows = self.rows.filter(RawSQL("vector @@ %s::tsquery", [query], output_field=BooleanField()))
        return rows if self.looked_up is None else rows.filter(self.looked_up)


def visible_to(user: User, kind: str | None) -> Visible | None:
    """None when there can be nothing."""
    kinds = [known for known in registry.kinds_for(user) if kind in (None, known.kind)]
    if not kinds:
        return None
    condition = Q(pk__in=[])
    codes: set[int] = set()
    wide = False
    for known in kinds:
        reach = scope(user, known.permission)
        condition |= Q(kind=known.kind) & _in_scope(reach)
        codes |= _codes(reach)
        wide = wide or reach.all_branches
    sql = "search_readers(branch_ids, department_ids, owner_ids, everyone) && %s::bigint[]"
    looked_up = RawSQL(sql, [sorted(codes)], output_field=BooleanField())  # noqa: S611 - numbers alone
    return Visible(SearchEntry.objects.filter(condition).defer("vector"), None if wide else looked_up)


def _in_scope(reach: Scope) -> Q:
    if reach.everything:
        return Q()
    if reach.nothing:
        return Q(pk__in=[])
    condition = Q(everyone=True) | Q(owner_ids__contains=[reach.user_id])
    if reach.whole_tree:
        condition |= ~Q(branch_ids=[])
    elif reach.branch_ids:
        condition |= Q(branch_ids__overlap=sorted(reach.branch_ids))
    if reach.department_ids:
        condition |= Q(department_ids__overlap=sorted(reach.department_ids))
    return condition


def _codes(reach: Scope) -> set[int]:
    """As `search_readers` makes them of an entry (migration 0002)."""
    if reach.nothing:
        return set()
    branches = {pk * 4 for pk in reach.branch_ids}
    return branches | {pk * 4 + 1 for pk in reach.department_ids} | {reach.user_id * 4 + 2, EVERYONE}
