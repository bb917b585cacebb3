"""Where the bytes lie: under their SHA-256 in settings.MEDIA_ROOT, written aside and renamed, so never half there."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def thumb_of(sha256: str) -> Path:
    """The small picture of the file with this hash."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / f"{sha256}.thumb.webp"


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder of one's own on the same disk, gone afterwards with whatever was left in it."""
    root = Path(settings.MEDIA_ROOT) / "incoming"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


def write(chunks: Iterable[bytes], path: Path, *, limit: int) -> bool:
    """Write the chunks to `path`; False as soon as they are more than `limit` bytes."""
    size = 0
    with path.open("wb") as opened:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                return False
            opened.write(chunk)
    return True


def hash_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def put(path: Path, sha256: str, thumb: Path | None = None) -> None:
    """Move a finished file (and its thumbnail) to its place. What is there already is the same and is kept fresh."""
    _place(path, path_of(sha256))
    if thumb is not None:
        _place(thumb, thumb_of(sha256))


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as opened:
        os.fsync(opened.fileno())
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def everything(older_than: float) -> Iterator[tuple[str, Path]]:
    """(hash, path) of every file in the vault last written before this time stamp, thumbnails too."""
    root = Path(settings.MEDIA_ROOT)
    for folder in sorted(root.iterdir()) if root.exists() else []:
        if len(folder.name) != 2 or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if path.stat().st_mtime < older_than:
                yield path.name.partition(".")[0], path


def left_behind(older_than: float) -> Iterator[Path]:
    """Folders of uploads that a dead process never finished."""
    root = Path(settings.MEDIA_ROOT) / "incoming"
    for folder in root.iterdir() if root.exists() else []:
        if folder.stat().st_mtime < older_than:
            yield folder
