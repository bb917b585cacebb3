import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from suhui.platform.core import clock
from suhui.platform.people.models import Branch
from suhui.records.shipments import services as shipments
from suhui.records.shipments.models import Waybill
from tests.conftest import SYSTEM

RECIPIENT, SENDER = "13812345678", "13987654321"
MakeParcel = Callable[..., Waybill]


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def make_parcel(outlet: Branch) -> MakeParcel:
    counter = iter(range(1, 1000))

    def make(**more: Any) -> Waybill:
        facts = shipments.Facts(
            destination=outlet,
            recipient_name="欧阳小明",
            recipient_phone=RECIPIENT,
            recipient_address="浙江省杭州市西湖区文三路478号3幢502室",
            sender_name="赵寄件",
            sender_phone=SENDER,
            promised_at=clock.now() + timedelta(days=1),
        )
        number = more.pop("number", f"SF139000000{next(counter):04d}")
        return shipments.register_waybill(number=number, carrier="sf", facts=facts, by=SYSTEM)

    return make


@pytest.fixture
def parcel(make_parcel: MakeParcel) -> Waybill:
    return make_parcel()


def picture(name: str = "photo.jpg", kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, (120, 180, 90)).save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")
