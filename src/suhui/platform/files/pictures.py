"""Pictures: opened within bounds, written anew without EXIF (place, device, owner), and a small one for lists."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from pi_heif import register_heif_opener
from PIL import Image, ImageOps

from suhui.platform.core.errors import BadInput
from suhui.platform.files.content import GIF, HEIC, JPEG, PNG, Content

THUMB = 320
"""The longer side of a thumbnail, in pixels."""
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/heic": "HEIF",
}
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError, KeyError, TypeError)


@dataclass(frozen=True)
class Picture:
    width: int
    height: int


def rewrite(source: Path, target: Path, thumb: Path, content: Content) -> Picture:
    """Write the picture at `source` to `target` upright and without EXIF, and its thumbnail (webp) to `thumb`. What
    browsers cannot show (HEIC) is written as a JPEG.

    Raises BadInput for a damaged picture or one that unpacks to more than IMAGE_MAX_PIXELS over all its frames.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _rewrite(source, target, thumb, content)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _DAMAGE as error:
        sentence = _("The picture is damaged.")
        raise BadInput(sentence, {"file": sentence}) from error


def _too_large() -> BadInput:
    sentence = _("The picture has too many pixels.")
    return BadInput(sentence, {"file": sentence})


def _rewrite(source: Path, target: Path, thumb: Path, content: Content) -> Picture:
    if content is HEIC:
        register_heif_opener()
    with Image.open(source, formats=[_FORMATS[content.media_type], *(["MPO"] if content is JPEG else [])]) as picture:
        frames = getattr(picture, "n_frames", 1) if content not in (JPEG, HEIC) else 1
        if picture.width * picture.height * frames > settings.IMAGE_MAX_PIXELS:
            raise _too_large()
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        size = Picture(upright.width, upright.height)
        _save(picture, upright, target, content.kept_as or content, moving=frames > 1)
        small = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        small.thumbnail((THUMB, THUMB))
        small.save(thumb, "WEBP", quality=78, method=4)
    return size


def _save(picture: Image.Image, upright: Image.Image, target: Path, content: Content, *, moving: bool) -> None:
    """Colour profiles stay, everything else that is not pixels goes. A JPEG that needs no turning keeps its quality."""
    form = _FORMATS[content.media_type]
    profile = picture.info.get("icc_profile")
    if moving:
        picture.seek(0)
        picture.save(target, form, save_all=True, exif=b"")
    elif content is JPEG:
        untouched = picture.format == "JPEG" and picture.getexif().get(0x0112, 1) == 1
        kept = picture if untouched else upright.convert("RGB")
        kept.save(target, form, quality="keep" if untouched else 92, exif=b"", icc_profile=profile, comment=b"")
    elif content in (PNG, GIF):
        clean = upright.copy()
        clean.info = {
            key: value for key, value in upright.info.items() if key in ("transparency", "gamma", "background")
        }
        clean.save(target, form, icc_profile=profile)
    else:
        upright.save(target, form, quality=90, exif=b"", xmp=b"", icc_profile=profile)
