import io
import wave
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.files import services, vault
from suhui.platform.files.models import StoredFile
from tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def image(form: str, size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    kept = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 60))
    picture.putpixel((0, 0), (0, 0, 255))
    picture.save(kept, form, **more)
    return kept.getvalue()


def located() -> bytes:
    """A portrait from a phone: turned by EXIF, with the place it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", exif=exif)


def office(inside: str, *more: tuple[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(inside, "<x/>")
        for name, body in more:
            package.writestr(name, body)
    return kept.getvalue()


def sound() -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\0\1" * 800)
    return kept.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64
M4A = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0" * 64
MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 40


def keep(name: str, body: bytes, owner: str = "case:1") -> StoredFile:
    return services.store(upload=SimpleUploadedFile(name, body), owner_key=owner, by=SYSTEM)


@pytest.mark.parametrize(
    ("name", "body", "media_type", "kind"),
    [
        ("破损.jpg", image("JPEG"), "image/jpeg", "image"),
        ("a.PNG", image("PNG"), "image/png", "image"),
        ("a.webp", image("WEBP"), "image/webp", "image"),
        ("a.gif", image("GIF"), "image/gif", "image"),
        ("a.pdf", PDF, "application/pdf", "document"),
        (
            "表.xlsx",
            office("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "document",
        ),
        (
            "a.docx",
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "document",
        ),
        ("a.csv", "单号,重量\n75312345678901,1.2\n".encode("gb18030"), "text/plain; charset=utf-8", "document"),
        ("a.txt", "收件人说外包装破损。".encode(), "text/plain; charset=utf-8", "document"),
        ("a.wav", sound(), "audio/wav", "sound"),
        ("a.mp3", MP3, "audio/mpeg", "sound"),
        ("a.m4a", M4A, "audio/mp4", "sound"),
        ("a.mp4", MP4, "video/mp4", "video"),
    ],
)
def test_the_allowed_types_are_known_by_their_bytes(name: str, body: bytes, media_type: str, kind: str) -> None:
    file = keep(name, body)
    assert (file.media_type, file.kind, file.name) == (media_type, kind, name)
    held = vault.path_of(file.sha256)
    assert vault.hash_of(held) == file.sha256
    assert held.stat().st_size == file.size
    assert file.has_thumb == (kind == "image")


IPHONE = (Path(__file__).parent / "pictures" / "iphone.heic").read_bytes()


@pytest.mark.parametrize(
    ("name", "kept"), [("IMG_0012.HEIC", "IMG_0012.jpg"), ("破损.jpg", "破损.jpg"), ("a.heif", "a.jpg")]
)
def test_a_photo_of_an_iphone_is_kept_as_a_jpeg_without_its_place(name: str, kept: str) -> None:
    assert b"iPhone" in IPHONE
    file = keep(name, IPHONE)
    assert (file.media_type, file.kind, file.name) == ("image/jpeg", "image", kept)
    assert (file.width, file.height, file.has_thumb) == (400, 300, True)
    body = vault.path_of(file.sha256).read_bytes()
    assert b"iPhone" not in body
    with Image.open(io.BytesIO(body), formats=["JPEG"]) as picture:
        assert not picture.getexif()
        corner, other = picture.getpixel((20, 20)), picture.getpixel((380, 280))
    assert isinstance(corner, tuple)
    assert isinstance(other, tuple)
    assert corner[0] > 180 > other[0]


def test_a_broken_photo_of_an_iphone_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(BadInput):
        keep("IMG_0012.HEIC", IPHONE[:500])
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.png", IPHONE),
        ("a.png", image("JPEG")),
        ("a.jpg", PDF),
        ("a.html", image("PNG")),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.txt", b"  <!DOCTYPE html><html><script>alert(1)</script>"),
        ("a.txt", b"\x00\x01\x02binary"),
        ("a.html", b"just words"),
        ("a.exe", b"MZ" + b"\0" * 200),
        ("a.zip", office("anything")),
        ("a.docx", office("word/document.xml", ("word/vbaProject.bin", b"x"))),
        ("a.docx", office("word/document.xml", ("word/big.xml", b"\0" * 40_000_000))),
        ("a.xlsx", office("word/document.xml")),
        ("a.docx", office("word/document.xml")[:-30]),
        ("a.pdf", PDF + office("word/document.xml")),
        ("a.pdf", b"%PDF-1.4 cut off"),
        ("a.mp3", MP3 + office("x")),
        ("a.jpg", image("JPEG")[:2000]),
        ("a.png", image("PNG")[:60]),
        ("a.jpg", b"\xff\xd8\xff\xe0 not a picture"),
        ("a.jpg", b""),
    ],
)
def test_everything_else_is_refused_and_leaves_nothing(name: str, body: bytes, media: Path) -> None:
    with pytest.raises(BadInput) as refused:
        keep(name, body)
    assert "file" in refused.value.fields
    assert StoredFile.objects.count() == StoredEvent.objects.count() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_picture_loses_where_it_was_taken_and_stands_upright() -> None:
    file = keep("a.jpg", located())
    body = vault.path_of(file.sha256).read_bytes()
    assert b"SecretPhone" not in body
    with Image.open(io.BytesIO(body)) as picture:
        assert not picture.getexif()
        assert picture.size == (480, 640) == (file.width, file.height)


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    for form in ("JPEG", "PNG", "WEBP", "GIF"):
        body = image(form) if form != "PNG" else image("PNG", pnginfo=None)
        with pytest.raises(BadInput):
            keep(f"a.{form.lower()}", body + office("x"))
        file = keep(f"a.{form.lower()}", body + b"<script>alert(1)</script>")
        assert b"<script>" not in vault.path_of(file.sha256).read_bytes()


def test_a_moving_picture_keeps_moving() -> None:
    kept = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(kept, "GIF", save_all=True, append_images=frames[1:], duration=100)
    file = keep("a.gif", kept.getvalue())
    with Image.open(vault.path_of(file.sha256)) as picture:
        assert getattr(picture, "n_frames", 1) == 3


def test_thumbnails_fit_in_a_list() -> None:
    file = keep("a.png", image("PNG", (2000, 500)))
    with Image.open(vault.thumb_of(file.sha256)) as small:
        assert (small.format, small.size) == ("WEBP", (320, 80))


def test_a_picture_that_unpacks_to_too_much_is_refused(settings: Settings) -> None:
    settings.IMAGE_MAX_PIXELS = 100_000
    with pytest.raises(BadInput):
        keep("a.png", image("PNG", (400, 400)))
    keep("b.png", image("PNG", (300, 300)))


def test_a_huge_picture_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadInput):
        keep("a.png", huge_png())


def huge_png() -> bytes:
    """A few bytes that say they are 60,000 × 60,000 pixels."""
    small = bytearray(image("PNG", (8, 8)))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


def test_each_kind_has_its_limit(settings: Settings) -> None:
    settings.FILE_LIMITS = {"image": 10, "document": 60, "sound": 10, "video": 10}
    with pytest.raises(BadInput):
        keep("a.png", image("PNG"))
    with pytest.raises(BadInput):
        keep("a.txt", b"x" * 61)
    keep("a.txt", b"x" * 60)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\说明.txt", "说明.txt"),
        ("evil\u202etxt.txt", "eviltxt.txt"),
        ("blob", "blob.txt"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    class Upload:
        name = given

        def chunks(self, chunk_size: int | None = None):  # type: ignore[no-untyped-def]
            yield b"words"

    assert services.store(upload=Upload(), owner_key="case:1", by=SYSTEM).name == kept


def test_the_same_bytes_lie_once_and_go_when_nobody_names_them(media: Path) -> None:
    one, two = keep("a.txt", b"same"), keep("b.txt", b"same", "case:2")
    assert one.sha256 == two.sha256
    later = now() + timedelta(days=2)
    services.remove(file=one, by=SYSTEM)
    services.remove(file=one, by=SYSTEM)
    assert StoredEvent.objects.filter(kind="files.FileRemoved").count() == 1
    assert services.sweep(at=later) == 0
    services.remove(file=two, by=SYSTEM)
    assert services.sweep(at=now()) == 0
    assert services.sweep(at=later) == 1
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_files_move_with_the_draft_they_came_with() -> None:
    file = keep("a.txt", b"words", "draft:9")
    assert services.rehome(files=[file], owner_key="case:5", by=SYSTEM) == 1
    assert StoredFile.objects.get().owner_key == "case:5"
