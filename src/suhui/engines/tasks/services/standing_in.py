"""An absent person's open work goes to the stand-in and comes back, whatever rooms hold it."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from suhui.engines.tasks import events, handover
from suhui.engines.tasks.models import HandoverItem
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Absence, User


@transaction.atomic
def hand_over(
    *, absence: Absence, by: Actor, stand_in: User | None = None, at: datetime | None = None
) -> list[HandoverItem]:
    """Move everything open the absent person holds to the stand-in (default: the absence's own) and write each piece
    down. Repeating moves only what came since. Raises BadInput without a stand-in."""
    held = Absence.objects.select_for_update().get(pk=absence.pk)
    to = stand_in or held.stand_in
    if to is None or to.pk == held.user_id or not to.is_active:
        raise BadInput(_("Name a stand-in first."), {"stand_in": _("Name a stand-in first.")})
    moment, moved = at or now(), []
    for portfolio in handover.portfolios():
        ids = portfolio.open_ids(held.user)
        for pk in portfolio.move(ids, held.user, to, by) if ids else []:
            item = {"from_user": held.user, "to_user": to, "moved_at": moment, "settled_at": None, "went_back": False}
            found, _made = HandoverItem.objects.update_or_create(
                absence=held, portfolio=portfolio.name, item_id=pk, defaults=item
            )
            moved.append(found)
    if moved:
        _store(held, to, len(moved), by, back=False)
    return moved


@transaction.atomic
def give_back_work(*, absence: Absence, by: Actor, at: datetime | None = None) -> list[HandoverItem]:
    """Give back what is still open and still with the stand-in; the rest stays where it is. Harmless to repeat."""
    held = Absence.objects.select_for_update().get(pk=absence.pk)
    items = list(
        HandoverItem.objects.filter(absence=held, settled_at=None).select_related("to_user", "from_user").order_by("id")
    )
    moment, back = at or now(), []
    for (name, _to), group in _grouped(items).items():
        gone_back = _move_back(name, group, by)
        for item in group:
            item.settled_at, item.went_back = moment, item.item_id in gone_back
            back += [item] if item.went_back else []
    HandoverItem.objects.bulk_update(items, ["settled_at", "went_back"])
    if back:
        _store(held, back[0].to_user, len(back), by, back=True)
    return back


def _grouped(items: list[HandoverItem]) -> dict[tuple[str, int], list[HandoverItem]]:
    groups: dict[tuple[str, int], list[HandoverItem]] = defaultdict(list)
    for item in items:
        groups[item.portfolio, item.to_user_id].append(item)
    return groups


def _move_back(name: str, group: list[HandoverItem], by: Actor) -> set[int]:
    portfolio = next((found for found in handover.portfolios() if found.name == name), None)
    if portfolio is None:
        return set()
    to, person = group[0].to_user, group[0].from_user
    still_open = set(portfolio.open_ids(to))
    ids = [item.item_id for item in group if item.item_id in still_open]
    return set(portfolio.move(ids, to, person, by)) if ids else set()


def _store(absence: Absence, to: User, count: int, by: Actor, *, back: bool) -> None:
    event = events.WorkHandedOver(user_id=absence.user_id, to_id=to.pk, absence_id=absence.pk, count=count, back=back)
    stored.store(event, by=by, topics=[f"user:{to.pk}"])
