from collections import defaultdict
from collections.abc import Iterable

from suhui.platform.files.models import StoredFile


def files_of(owner_key: str) -> list[StoredFile]:
    """What hangs on this owner, oldest first. The caller has passed the owner's door."""
    return list(StoredFile.objects.filter(owner_key=owner_key)[:200])


def files_by_owner(owner_keys: Iterable[str]) -> dict[str, list[StoredFile]]:
    """The same for many owners in one query; owners without files are absent."""
    found: dict[str, list[StoredFile]] = defaultdict(list)
    for stored in StoredFile.objects.filter(owner_key__in=list(owner_keys))[:2000]:
        found[stored.owner_key].append(stored)
    return dict(found)
