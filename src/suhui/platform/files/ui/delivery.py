"""Handing bytes to a browser so that nothing in them can act: typed, not sniffed, sandboxed, in ranges."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.files import vault
from suhui.platform.files.choices import FileKind
from suhui.platform.files.models import StoredFile

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
_CHUNK = 256 * 1024


def deliver(request: HttpRequest, file: StoredFile, *, thumb: bool = False) -> HttpResponseBase:
    """The file (or its thumbnail), one range of it when asked, or 304 when the browser has it. Raises Missing."""
    thumb = thumb and file.has_thumb
    path = vault.thumb_of(file.sha256) if thumb else vault.path_of(file.sha256)
    etag = f'"{file.sha256}{"-thumb" if thumb else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return _dress(HttpResponse(status=304), file, etag, thumb=thumb)
    if not path.exists():
        raise Missing(_("The file is no longer here."))
    size = path.stat().st_size
    wanted = _RANGE.match(request.headers.get("Range", ""))
    if wanted and any(wanted.groups()):
        return _dress(_part(path, size, *wanted.groups()), file, etag, thumb=thumb)
    return _dress(FileResponse(path.open("rb")), file, etag, thumb=thumb)


def _dress(response: HttpResponseBase, file: StoredFile, etag: str, *, thumb: bool) -> HttpResponseBase:
    shown = thumb or file.kind != FileKind.DOCUMENT
    response["Content-Type"] = "image/webp" if thumb else file.media_type
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=300"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _part(path: Path, size: int, first: str, last: str) -> HttpResponseBase:
    """One range: `first`-`last`, from `first` to the end, or the last `last` bytes. 416 when it lies outside."""
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        outside = HttpResponse(status=416)
        outside["Content-Range"] = f"bytes */{size}"
        return outside
    response = StreamingHttpResponse(_bytes(path, start, end - start + 1), status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _bytes(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as opened:
        opened.seek(start)
        while length > 0 and (chunk := opened.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
