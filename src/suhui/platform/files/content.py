"""What a file really is, by its bytes: the allowed types, and the checks that its name tells the truth."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.utils.translation import gettext as _

from suhui.platform.core.errors import BadInput
from suhui.platform.files.choices import FileKind

_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Content:
    """An allowed type: `endings` are the file name endings that may carry it, the first one is given to a bare name.
    `kept_as` is what it is turned into, where browsers cannot show it."""

    kind: FileKind
    media_type: str
    endings: tuple[str, ...]
    kept_as: "Content | None" = None


JPEG = Content(FileKind.IMAGE, "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = Content(FileKind.IMAGE, "image/png", ("png",))
WEBP = Content(FileKind.IMAGE, "image/webp", ("webp",))
GIF = Content(FileKind.IMAGE, "image/gif", ("gif",))
HEIC = Content(FileKind.IMAGE, "image/heic", ("heic", "heif", "hif", *JPEG.endings), kept_as=JPEG)
"""What iPhones take; some programs pass it on under a JPEG's name."""
PDF = Content(FileKind.DOCUMENT, "application/pdf", ("pdf",))
XLSX = Content(FileKind.DOCUMENT, f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
DOCX = Content(FileKind.DOCUMENT, f"{_OFFICE}wordprocessingml.document", ("docx",))
TEXT = Content(FileKind.DOCUMENT, "text/plain; charset=utf-8", ("txt", "csv", "log"))
MP3 = Content(FileKind.SOUND, "audio/mpeg", ("mp3",))
WAV = Content(FileKind.SOUND, "audio/wav", ("wav",))
M4A = Content(FileKind.SOUND, "audio/mp4", ("m4a",))
MP4 = Content(FileKind.VIDEO, "video/mp4", ("mp4", "m4v"))
MOV = Content(FileKind.VIDEO, "video/quicktime", ("mov",))

_BY_GUESS = {
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/webp": WEBP,
    "image/gif": GIF,
    "image/heic": HEIC,
    "image/heif": HEIC,
    "application/pdf": PDF,
    XLSX.media_type: XLSX,
    DOCX.media_type: DOCX,
    "audio/mpeg": MP3,
    "audio/x-wav": WAV,
    "audio/wav": WAV,
    "audio/mp4": M4A,
    "audio/m4a": M4A,
    "audio/aac": None,
    "video/mp4": MP4,
    "video/x-m4v": MP4,
    "video/quicktime": MOV,
}
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<iframe", b"<head")
_UNPACKED_LIMIT = 300 * 1024 * 1024
_RATIO_LIMIT = 200


def recognise(path: Path, name: str) -> Content:
    """The content of the file at `path`, which was called `name`. Raises BadInput for everything not allowed: unknown
    types, markup, macros, packed bombs, two types in one file, and a name whose ending says something else."""
    content = _by_bytes(path)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in content.endings:
        raise _refusal(_("The name of the file says something else than its content."))
    if content in (XLSX, DOCX):
        _check_package(path, content)
    elif zipfile.is_zipfile(path):
        raise _refusal(_("The file holds two types at once."))
    if content is PDF:
        _check_pdf(path)
    return content


def _refusal(sentence: str) -> BadInput:
    return BadInput(sentence, {"file": sentence})


def _by_bytes(path: Path) -> Content:
    with path.open("rb") as opened:
        head = opened.read(8192)
    if head[:4] == b"PK\x03\x04":
        return _office(path)
    guess = filetype.guess(head)
    content = _BY_GUESS.get(guess.mime) if guess else None
    if content is None and guess is None and _is_text(path):
        content = TEXT
    if content is None:
        raise _refusal(_("Only pictures, PDF, Word, Excel, text, sound and video files can be kept."))
    return content


def _office(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile as error:
        raise _refusal(_("The file is damaged.")) from error
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise _refusal(_("Only pictures, PDF, Word, Excel, text, sound and video files can be kept."))


def _check_package(path: Path, content: Content) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except zipfile.BadZipFile as error:
        raise _refusal(_("The file is damaged.")) from error
    if any(
        entry.filename.lower().endswith((".bin", ".exe", ".dll", ".js", ".vbs")) and _runs(entry) for entry in entries
    ):
        raise _refusal(_("Documents with macros are not kept."))
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > _UNPACKED_LIMIT or unpacked > packed * _RATIO_LIMIT:
        raise _refusal(_("The file unpacks to far more than it seems."))


def _runs(entry: zipfile.ZipInfo) -> bool:
    """Printer settings and embedded objects are .bin as well, and harmless; macros are called vbaProject."""
    name = entry.filename.lower()
    return not name.endswith(".bin") or "vbaproject" in name


def _check_pdf(path: Path) -> None:
    with path.open("rb") as opened:
        start = opened.read(5)
        opened.seek(max(0, path.stat().st_size - 2048))
        end = opened.read()
    if start != b"%PDF-" or b"%%EOF" not in end:
        raise _refusal(_("The file is damaged."))


def _is_text(path: Path) -> bool:
    """Plain text in UTF-8 or GB 18030 without control characters, and no markup a browser might take for a page."""
    body = path.read_bytes()
    if not body or any(byte < 32 and byte not in (9, 10, 12, 13) for byte in set(body)):
        return False
    if any(mark in body[:4096].lower() for mark in _MARKUP):
        return False
    return any(_decodes(body, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
