import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suhui.platform.core import clock
from suhui.platform.core.models import StoredEvent
from suhui.platform.files.models import StoredFile
from suhui.platform.people.models import Branch
from suhui.records.customers import services as customers
from suhui.records.shipments.models import Waybill
from suhui.screens.portal import asking
from suhui.screens.portal.models import Inquiry, Meter
from suhui.service.cases import services as cases
from suhui.service.cases.models import Case
from tests.conftest import SYSTEM
from tests.screens.conftest import RECIPIENT, picture

pytestmark = pytest.mark.django_db


def begin(client: Client, parcel: Waybill | None, about: str = "") -> str:
    if parcel is not None:
        client.post("/p/track/", {"number": parcel.number, "tail": "5678"})
    fields = {"waybill": str(parcel.pk)} if parcel else {}
    answer = client.post("/p/tell/", {**fields, "about": about})
    location: str = answer["Location"]
    return location.rsplit("/", 2)[0]


def complain(client: Client, parcel: Waybill | None, phone: str = "", text: str = "外箱破损，杯子碎了") -> Any:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "damaged"})
    client.post(f"{home}/text/", {"text": text})
    client.post(f"{home}/photos/", {})
    client.post(f"{home}/remedy/", {"remedy": "compensate", "remedy_words": "赔一个杯子"})
    client.post(f"{home}/reach/", {"phone": phone, "name": "欧阳小明"})
    return client.post(f"{home}/check/", {})


def test_a_recipient_complains_with_a_photo_and_it_appears_live_on_the_desk(
    client: Client, parcel: Waybill, outlet: Branch
) -> None:
    home = begin(client, parcel)
    for step, given in (
        ("about", {"about": "damaged"}),
        ("text", {"text": "外箱破损"}),
        ("photos", {"camera": picture()}),
        ("photos", {}),
        ("remedy", {"remedy": "compensate"}),
        ("reach", {"name": "欧阳小明"}),
    ):
        answer = client.post(f"{home}/{step}/", given)
        assert answer.status_code == 302, step
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert RECIPIENT not in page.content.decode()
        assert "欧阳小明" not in page.content.decode()
    answer = client.post(f"{home}/check/", {})
    case = Case.objects.get()
    assert (case.kind, case.channel, case.remedy) == ("complaint", "portal", "赔偿损失")
    assert case.category is not None
    assert case.category.code == "damaged"
    assert case.branch == outlet
    assert list(case.waybills.all()) == [parcel]
    assert case.customer is not None
    assert case.customer.phones.get().number == f"+86{RECIPIENT}"
    entry = case.entries.order_by("id")[0]
    assert entry.files.get().owner_key == case.key
    assert f"cases:{outlet.pk}" in StoredEvent.objects.get(kind="cases.CaseOpened").topics
    sent = client.get(answer["Location"]).content.decode()
    assert case.number in sent
    assert "/p/cases/" in sent


def test_pressing_send_twice_is_one_case(client: Client, parcel: Waybill) -> None:
    first = complain(client, parcel)
    home = first["Location"].replace("/sent/", "")
    again = client.post(f"{home}/check/", {})
    assert again.status_code == 302
    assert Case.objects.count() == 1


def test_what_was_begun_is_there_after_the_browser_was_closed(client: Client, parcel: Waybill) -> None:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "delay"})
    client.post(f"{home}/keep/", {"text": "三天没"})
    reopened = Client()
    reopened.cookies["portal_visitor"] = client.cookies["portal_visitor"].value
    page = reopened.get("/p/").content.decode()
    assert f'{home}/text/"' in page
    assert "三天没" in reopened.get(f"{home}/text/").content.decode()
    reopened.post(f"{home}/drop/")
    assert not Inquiry.objects.exists()


def test_somebody_elses_inquiry_is_closed(client: Client, parcel: Waybill) -> None:
    home = begin(client, parcel)
    stranger = Client()
    stranger.cookies["portal_visitor"] = str(uuid.uuid4())
    for path in ("text", "check", "sent"):
        assert stranger.get(f"{home}/{path}/").status_code == 404
    assert stranger.post(f"{home}/keep/", {"text": "x"}).status_code == 404
    assert Inquiry.objects.get().text == ""


def test_a_parcel_without_its_pass_cannot_be_written_about(client: Client, parcel: Waybill) -> None:
    assert client.post("/p/tell/", {"waybill": str(parcel.pk)}).status_code == 404
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("step", "given", "field"),
    [
        ("about", {"about": "nonsense"}, "about"),
        ("text", {"text": " "}, "text"),
        ("text", {"text": "长" * 2001}, "text"),
        ("remedy", {"remedy": "gold"}, "remedy"),
        ("remedy", {"remedy": "other"}, "remedy_words"),
        ("reach", {"phone": "abc"}, "phone"),
    ],
)
def test_a_wrong_answer_stays_on_its_question(
    client: Client, parcel: Waybill, step: str, given: dict[str, str], field: str
) -> None:
    home = begin(client, parcel)
    answer = client.post(f"{home}/{step}/", given)
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert Inquiry.objects.get().step == "about"


def test_nothing_is_sent_while_a_question_is_open(client: Client, parcel: Waybill) -> None:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "damaged"})
    assert client.get(f"{home}/check/")["Location"] == f"{home}/text/"
    assert client.post(f"{home}/check/", {}).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("virus.jpg", b"MZ\x90\x00 not a picture", "image/jpeg"),
        SimpleUploadedFile("page.html", b"<html><script>alert(1)</script></html>", "text/html"),
        SimpleUploadedFile("paper.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF", "application/pdf"),
        SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
    ],
)
def test_only_real_pictures_are_kept(client: Client, parcel: Waybill, upload: SimpleUploadedFile) -> None:
    home = begin(client, parcel)
    upload.seek(0)
    answer = client.post(f"{home}/photos/", {"photos": upload})
    assert answer.status_code == 422
    assert "id_photos_error" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_photos_are_few_and_can_be_removed(client: Client, parcel: Waybill) -> None:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "damaged"})
    assert client.post(f"{home}/photos/", {"photos": [picture() for _n in range(10)]}).status_code == 422
    client.post(f"{home}/photos/", {"photos": [picture(), picture(size=(320, 200))]})
    assert StoredFile.objects.count() == 2
    file = StoredFile.objects.all()[0]
    assert client.get(f"/files/{file.pk}/").status_code != 200
    client.post(f"{home}/photos/{file.pk}/remove/")
    assert StoredFile.objects.count() == 1
    assert "/files/link/" in client.get(f"{home}/photos/").content.decode()


def test_an_unproven_phone_never_opens_the_case_of_its_owner(client: Client, parcel: Waybill, outlet: Branch) -> None:
    victim = customers.add_customer(name="受害人", phone="13611112222", branch=outlet, by=SYSTEM)
    open_case = cases.intake(
        channel="phone", kind="complaint", text="旧事", customer=victim, waybills=[parcel], branch=outlet, by=SYSTEM
    ).case
    answer = complain(client, None, phone="13611112222", text=f"单号 {parcel.number} 破了")
    assert Case.objects.count() == 2
    assert open_case.entries.filter(kind="message_in").count() == 0
    page = client.get(answer["Location"]).content.decode()
    assert open_case.number not in page
    assert "旧事" not in page


def test_a_second_complaint_of_the_same_recipient_joins_the_open_case(client: Client, parcel: Waybill) -> None:
    complain(client, parcel)
    second = complain(client, parcel, text="还是没有人联系我")
    case = Case.objects.get()
    assert "还是没有人联系我" in [entry.text for entry in case.entries.all()]
    assert case.number in client.get(second["Location"]).content.decode()


@pytest.mark.long
def test_one_address_cannot_flood_the_desk(client: Client, outlet: Branch) -> None:
    for _number in range(12):
        complain(client, None, phone="13611112222")
    assert Case.objects.count() == 10


def test_a_robot_that_fills_every_field_sends_nothing(client: Client, parcel: Waybill) -> None:
    home = complain_until_check(client, parcel)
    client.post(f"{home}/check/", {"website": "http://spam.example"})
    assert not Case.objects.exists()


def complain_until_check(client: Client, parcel: Waybill) -> str:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "damaged"})
    client.post(f"{home}/text/", {"text": "破了"})
    client.post(f"{home}/remedy/", {"remedy": "explain"})
    return home


def test_a_question_has_no_remedy(client: Client, parcel: Waybill) -> None:
    home = begin(client, parcel, about="enquiry")
    assert client.get(f"{home}/remedy/").status_code == 404
    client.post(f"{home}/text/", {"text": "几点派送？"})
    client.post(f"{home}/reach/", {})
    client.post(f"{home}/check/", {})
    assert (Case.objects.get().kind, Case.objects.get().remedy) == ("enquiry", "")


def test_another_phone_is_told_to_the_desk_and_the_customer_stays_the_proven_one(
    client: Client, parcel: Waybill
) -> None:
    complain(client, parcel, phone="13700009999")
    case = Case.objects.get()
    assert "137 0000 9999" in case.text
    assert case.customer is not None
    assert case.customer.phones.get().number == f"+86{RECIPIENT}"


def test_what_is_never_sent_is_forgotten(client: Client, parcel: Waybill, run_events: Callable[[], int]) -> None:
    home = begin(client, parcel)
    client.post(f"{home}/about/", {"about": "damaged"})
    client.post(f"{home}/photos/", {"photos": picture()})
    assert asking.sweep(at=clock.now() + timedelta(days=29)) == 0
    assert asking.sweep(at=clock.now() + timedelta(days=31)) == 1
    assert not StoredFile.objects.exists()
    assert Meter.objects.exists()
