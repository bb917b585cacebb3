"""Where the bytes of files on their way in lie until they are done with: under a random name, beside the house's."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from suhui.platform.exchange.errors import Unreadable
from suhui.platform.exchange.reading.limits import MOST_BYTES
from suhui.platform.files import vault


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / name


def put(chunks: Iterable[bytes]) -> str:
    """Keep these bytes; the name they lie under. Raises Unreadable for a file that is too large."""
    name = uuid.uuid4().hex
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with vault.workplace() as folder:
        raw = folder / "raw"
        if not vault.write(chunks, raw, limit=MOST_BYTES):
            raise Unreadable("file.large", most=MOST_BYTES >> 20)
        raw.replace(target)
    return name


def remove(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def names(before: datetime) -> Iterator[str]:
    """Of all that was last written before then."""
    root = path_of("")
    for path in root.iterdir() if root.exists() else []:
        if path.stat().st_mtime < before.timestamp():
            yield path.name


def file_chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(1 << 20):
            yield piece
