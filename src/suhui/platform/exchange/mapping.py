"""Which column is which field: by names known, by mappings saved before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from suhui.platform.core.errors import BadInput
from suhui.platform.exchange.models import SavedMapping
from suhui.platform.exchange.parsing import normal
from suhui.platform.exchange.registry import ImportKind
from suhui.platform.people.models import User


def propose(kind: ImportKind, columns: Sequence[str]) -> dict[str, int]:
    """Field → column for a file with these columns: a saved mapping that knows all it needs of them, else the names."""
    names = [normal(column) for column in columns]
    for saved in SavedMapping.objects.filter(kind=kind.name)[:50]:
        if saved.columns and set(saved.columns) <= set(names):
            return by_saved(saved.columns, columns, kind)
    return _by_names(kind, names)


def by_saved(saved: Mapping[str, str], columns: Sequence[str], kind: ImportKind) -> dict[str, int]:
    """A saved mapping laid on these columns; what it does not know is left open."""
    known = {field.name for field in kind.fields}
    found: dict[str, int] = {}
    for place, column in enumerate(columns):
        field = saved.get(normal(column), "")
        if field in known and field not in found:
            found[field] = place
    return found


def _by_names(kind: ImportKind, names: Sequence[str]) -> dict[str, int]:
    """A name that is an alias whole goes first; then one that an alias is part of, for what is still open."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    for whole in (True, False):
        for field in kind.fields:
            if field.name in found:
                continue
            aliases = _names_of(field)
            place = next(
                (p for p, name in enumerate(names) if p not in taken and _fits(name, aliases, whole=whole)), None
            )
            if place is not None:
                found[field.name] = place
                taken.add(place)
    return found


def _names_of(field: Any) -> set[str]:
    found = {normal(alias) for alias in field.aliases.split("|")} - {""} | {normal(field.name)}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.add(normal(str(field.label)))
    return found


def _fits(name: str, aliases: set[str], *, whole: bool) -> bool:
    if whole:
        return name in aliases
    return any(len(alias) > 1 and alias in name for alias in aliases)


def read(kind: ImportKind, given: Mapping[str, Any], columns: Sequence[str]) -> dict[str, int]:
    """What a form says, checked: every required field has a column, no column serves two fields. Raises BadInput."""
    found: dict[str, int] = {}
    for field in kind.fields:
        raw = str(given.get(field.name, ""))
        if raw.isdecimal() and int(raw) < len(columns):
            found[field.name] = int(raw)
    missing = [str(field.label) for field in kind.fields if field.required and field.name not in found]
    if missing:
        raise BadInput(_("Say which column holds: %(fields)s") % {"fields": ", ".join(missing)})
    if len(set(found.values())) < len(found):
        raise BadInput(_("One column cannot be two fields."))
    return found


@transaction.atomic
def save(
    *, kind: ImportKind, name: str, mapping: Mapping[str, int], columns: Sequence[str], user: User
) -> SavedMapping:
    """Keep a mapping under a name for the next file of this sort; the same name again writes it anew."""
    name = " ".join(name.split())[:60]
    if not name:
        raise BadInput(_("The mapping needs a name."), {"save_as": _("The mapping needs a name.")})
    kept = {normal(columns[place]): field for field, place in mapping.items() if normal(columns[place])}
    saved, _made = SavedMapping.objects.update_or_create(
        kind=kind.name, name=name, defaults={"columns": kept, "by": user}
    )
    return saved
