"""Files in: checked by content, bounded, cleaned, stored under their hash. Files out: signed links for the portal."""

import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.files import access, content, events, pictures, vault
from suhui.platform.files.choices import FileKind
from suhui.platform.files.models import StoredFile

SWEPT_AFTER = timedelta(hours=24)
"""Bytes no row names are removed when they are at least this old: their upload cannot still be under way."""


class Upload(Protocol):
    """What a browser sends, as Django hands it over."""

    @property
    def name(self) -> str | None: ...
    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


@transaction.atomic
def store(*, upload: Upload, owner_key: str, by: Actor) -> StoredFile:
    """Check and keep an uploaded file for its owner ("case:17").

    The type is read from the bytes and must fit the name; pictures are written anew without EXIF and get a thumbnail.
    Raises BadInput (field "file") for what is not allowed, too large, empty or damaged; then nothing is kept.
    """
    with vault.workplace() as folder:
        raw = folder / "raw"
        if not vault.write(upload.chunks(), raw, limit=max(settings.FILE_LIMITS.values())):
            raise _refusal(_("The file is too large."))
        size = raw.stat().st_size
        if size == 0:
            raise _refusal(_("The file is empty."))
        name = _clean_name(upload.name or "")
        found = content.recognise(raw, name)
        kept = found.kept_as or found
        if size > settings.FILE_LIMITS[found.kind.value]:
            raise _refusal(
                _("The file is too large: at most %(limit)s MB.")
                % {"limit": settings.FILE_LIMITS[found.kind.value] >> 20}
            )
        file = StoredFile(
            owner_key=owner_key,
            name=_with_ending(name, found),
            kind=kept.kind,
            media_type=kept.media_type,
            actor_kind=by.kind,
            actor_label=by.label[:120],
            actor_id=by.user_id,
            stored_at=now(),
        )
        _put(file, raw, folder, found)
    file.save(force_insert=True)
    event = events.FileStored(file_id=str(file.pk), owner_key=owner_key, name=file.name)
    stored.store(event, by=by, topics=[owner_key])
    return file


def _put(file: StoredFile, raw: Path, folder: Path, found: content.Content) -> None:
    ready, thumb = raw, None
    if found.kind is FileKind.IMAGE:
        ready, thumb = folder / "ready", folder / "thumb"
        picture = pictures.rewrite(raw, ready, thumb, found)
        file.width, file.height, file.has_thumb = picture.width, picture.height, True
    file.size = ready.stat().st_size
    file.sha256 = vault.hash_of(ready)
    vault.put(ready, file.sha256, thumb)


def _refusal(sentence: str) -> BadInput:
    return BadInput(sentence, {"file": sentence})


def _clean_name(name: str) -> str:
    """The last part of what the browser called it, without control characters and signs that turn the line."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"})
    stem, dot, ending = kept.strip().strip(".").rpartition(".")
    return f"{stem[:120]}{dot}{ending[:12]}"


def _with_ending(name: str, found: content.Content) -> str:
    stem, dot, ending = name.rpartition(".")
    if found.kept_as is not None:
        return f"{(stem if dot else name) or _('File')}.{found.kept_as.endings[0]}"
    if ending.lower() in found.endings and dot:
        return name
    return f"{name or _('File')}.{found.endings[0]}"


@transaction.atomic
def rehome(*, files: Iterable[StoredFile], owner_key: str, by: Actor) -> int:
    """Give files to another owner: what was uploaded with a draft goes to the case it became. How many moved."""
    ids = [file.pk for file in files]
    moved = StoredFile.objects.filter(pk__in=ids).exclude(owner_key=owner_key).update(owner_key=owner_key)
    if moved:
        stored.hint([owner_key], kind="files.rehomed")
    return moved


@transaction.atomic
def remove(*, file: StoredFile, by: Actor) -> None:
    """Take the file away. Its bytes go with the next sweep unless another row names them. Twice is harmless."""
    gone, _kinds = StoredFile.objects.filter(pk=file.pk).delete()
    if gone:
        event = events.FileRemoved(file_id=str(file.pk), owner_key=file.owner_key, name=file.name)
        stored.store(event, by=by, topics=[file.owner_key])


def signed_link(file: StoredFile, minutes: int, *, thumb: bool = False) -> str:
    """An address that opens the file without an account until `minutes` have passed: for the portal's own pages."""
    expires = int((now() + timedelta(minutes=minutes)).timestamp())
    token = signing.dumps([str(file.pk), expires], salt=access.SALT)
    return reverse("files:signed-thumb" if thumb and file.has_thumb else "files:signed", args=[token])


def sweep(*, at: datetime) -> int:
    """Remove bytes no row names and folders of uploads that never ended, both older than a day; how many."""
    older_than = (at - SWEPT_AFTER).timestamp()
    removed = 0
    for some in _batches(vault.everything(older_than)):
        known = set(StoredFile.objects.filter(sha256__in={h for h, _path in some}).values_list("sha256", flat=True))
        for sha256, path in some:
            if sha256 not in known:
                path.unlink(missing_ok=True)
                removed += 1
    for folder in list(vault.left_behind(older_than)):
        shutil.rmtree(folder, ignore_errors=True)
        removed += 1
    return removed


def _batches(found: Iterator[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    batch: list[tuple[str, Path]] = []
    for entry in found:
        batch.append(entry)
        if len(batch) == 500:
            yield batch
            batch = []
    if batch:
        yield batch
