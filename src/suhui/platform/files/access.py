"""The door to a file is its owner's: a room registers who may see the files of its kind of row."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import User

MaySee = Callable[[User, str], bool]
_owners: dict[str, MaySee] = {}
SALT = "suhui.files.link"


def register_owner(kind: str, may_see: MaySee) -> None:
    """Files of "case:17" are guarded by `may_see(user, "17")` of kind "case"."""
    _owners[kind] = may_see


def may_see(user: User, owner_key: str) -> bool:
    """Whether this person may open files of this owner. Kinds nobody registered are closed."""
    kind, _colon, key = owner_key.partition(":")
    check = _owners.get(kind)
    return check is not None and check(user, key)


def get_file(user: User, file_id: UUID) -> StoredFile:
    """Raises Missing when there is none or its owner is hidden from this person."""
    found = StoredFile.objects.filter(pk=file_id).first()
    if found is None or not may_see(user, found.owner_key):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def get_signed(token: str, at: float) -> StoredFile:
    """The file a signed link names, until the link's time (seconds since 1970) is over. Raises Missing."""
    try:
        file_id, expires = signing.loads(token, salt=SALT)
        found = StoredFile.objects.filter(pk=UUID(file_id)).first() if expires > at else None
    except (signing.BadSignature, ValueError, TypeError):
        found = None
    if found is None:
        raise Missing(_("This link is no longer valid. Please open the page again."))
    return found


def get_uploaded(user: User, ids: Iterable[UUID]) -> list[StoredFile]:
    """Files this person uploaded that belong to nothing yet, in the order asked. Raises Missing for any other."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    rows = StoredFile.objects.filter(pk__in=wanted, owner_key=f"user:{user.pk}", actor_id=user.pk)
    found = {row.pk: row for row in rows}
    if len(found) < len(wanted):
        raise Missing(_("One of these files was not uploaded by you, or belongs to something already."))
    return [found[pk] for pk in wanted]
