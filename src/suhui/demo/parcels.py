"""Two thousand parcels with their tracks, and the moments at which trouble with some of them would be noticed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from suhui.demo import texts
from suhui.demo.names import mobile
from suhui.demo.world import SYSTEM, Known, World
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import turned_to
from suhui.platform.people.models import Branch
from suhui.records.customers.phones import read
from suhui.records.shipments import services, track
from suhui.records.shipments.choices import AmendmentKind, Fault, Product, Source, Status, SubStatus
from suhui.records.shipments.models import Amendment, Carrier, NumberPattern, ScanEvent, Waybill

OWN_PREFIX = "SH"
HUBS = {"EAST": "华东转运中心", "SOUTH": "华南转运中心", "NORTH": "华北转运中心"}
ENDINGS = {
    "delivered": 52,
    "locker_taken": 6,
    "in_transit": 16,
    "out": 7,
    "created": 3,
    "locker": 4,
    "stale": 2,
    "unsigned": 2,
    "damaged": 2,
    "short": 1,
    "missorted": 1,
    "absent": 2,
    "address": 1,
    "refused": 1,
}
NOTICED_AFTER = {
    "stale": timedelta(days=5, minutes=20),
    "unsigned": timedelta(hours=36, minutes=10),
    "locker": timedelta(hours=18, minutes=15),
}
"""When the time-based exceptions show; the others are noticed a few minutes after the scan that says so."""
TROUBLE_DAYS = 1.5
CHANGES = (
    (AmendmentKind.PHONE, "", "收件人", "收件人换号"),
    (AmendmentKind.ADDRESS, "工业园二路66号1号楼前台", "收件人", "上班不在家，改送公司"),
    (AmendmentKind.URGENT, "", "寄件人", "合同原件，客户急用"),
    (AmendmentKind.DATE, "周六上午", "收件人", "工作日家中无人"),
    (AmendmentKind.INTERCEPT, "", "寄件人", "发错货，先拦下"),
    (AmendmentKind.RETURN, "", "商家", "买家已退款"),
)
"""Changes that customers ask for while their parcel is on its way."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Line:
    """One scan to come: hours after the one before, what it says, where."""

    wait: float
    status: str
    sub: str
    text: str
    branch: Branch | None
    fault: str = ""


def load(world: World, progress: Progress, count: int = 2000) -> list[tuple[datetime, int]]:
    """Write the parcels down; gives (moment, waybill id) of the troubles to be noticed in the course of the week."""
    carrier = _own_carrier()
    others = [services.ensure_carrier(code) for code in ("yto", "zto", "jt")]
    waybills: list[Waybill] = []
    scans: list[ScanEvent] = []
    troubles: list[tuple[datetime, Waybill]] = []
    for number in range(count):
        waybill, lines, ending = _parcel(world, carrier if number % 9 else others[number % 3], number)
        story = list(_scans(world, waybill, lines))
        _sum_up(world, waybill, story)
        waybills.append(waybill)
        scans.extend(story)
        if story and ending in {"damaged", "short", "missorted", "absent", "address", "refused", *NOTICED_AFTER}:
            wait = NOTICED_AFTER.get(ending, timedelta(minutes=world.random.randrange(3, 40)))
            noticed = story[-1].at + wait
            if noticed > world.now - timedelta(days=TROUBLE_DAYS):
                troubles.append((noticed, waybill))
        if number % 250 == 0:
            progress("parcels", number, count)
    Waybill.objects.bulk_create(waybills, batch_size=500)
    ScanEvent.objects.bulk_create(scans, batch_size=2000)
    _work_on(world, waybills)
    progress("parcels", count, count)
    return [(at, waybill.pk) for at, waybill in troubles]


def _own_carrier() -> Carrier:
    carrier = Carrier.objects.create(code="shunhe", name="顺和速运", english_name="Shunhe Express", own=True, order=1)
    NumberPattern.objects.create(carrier=carrier, pattern=r"SH\d{13}", score=95, note="本公司运单")
    return carrier


def _parcel(world: World, carrier: Carrier, number: int) -> tuple[Waybill, list[Line], str]:
    random = world.random
    sender, recipient = random.choice(world.customers), random.choice(world.customers)
    ending = random.choices(list(ENDINGS), list(ENDINGS.values()))[0]
    since = _since(world, ending)
    declared = random.choice((0, 0, 5_000, 19_900, 88_000, 260_000))
    waybill = Waybill(
        number=_number(world, carrier, number),
        carrier=carrier,
        order_number=f"D{random.randrange(10**9):09d}" if random.random() < 0.4 else "",
        source=Source.API if carrier.own else Source.KUAIDI100,
        status_since=since,
        origin=sender.outlet,
        destination=recipient.outlet,
        current_branch=sender.outlet,
        product=random.choice([Product.STANDARD] * 5 + [Product.PRIORITY, Product.ECONOMY, Product.COLD]),
        goods=random.choice(texts.GOODS)[:20],
        weight_grams=random.randrange(200, 18_000),
        declared_fen=declared,
        insured_fen=declared if declared > 50_000 else 0,
        fee_fen=random.randrange(800, 4_600),
        promised_at=since + timedelta(hours=72),
        **_parties(sender, recipient),
    )
    return waybill, _journey(world, waybill, ending), ending


def _since(world: World, ending: str) -> datetime:
    """When it was ordered: long enough ago for its ending to have come, mostly within nine days."""
    least = {"created": 0.0, "in_transit": 0.3, "out": 1.6, "stale": 6.2, "unsigned": 3.8, "locker": 2.4}.get(
        ending, 2.2
    )
    most = {"created": 0.3, "in_transit": 1.7, "out": 2.3}.get(ending, max(9.0, least + 2))
    return world.now - timedelta(days=world.random.uniform(least, most))


def _number(world: World, carrier: Carrier, number: int) -> str:
    tail = f"{world.random.randrange(10**6):06d}"
    if carrier.own:
        return f"{OWN_PREFIX}{world.now:%y%m}{number:04d}{tail[:5]}"
    heads = {"yto": f"YT88{number:05d}", "zto": f"7380{number:04d}", "jt": f"JT30{number:05d}"}
    return heads[carrier.code] + tail


def _parties(sender: Known, recipient: Known) -> dict[str, object]:
    return {
        "sender": sender.customer,
        "sender_name": sender.customer.name,
        "sender_phone": read(sender.phone).e164,
        "sender_address": sender.address,
        "recipient": recipient.customer,
        "recipient_name": recipient.customer.name,
        "recipient_phone": read(recipient.phone).e164,
        "recipient_address": recipient.address,
    }


def _journey(world: World, waybill: Waybill, ending: str) -> list[Line]:
    random = world.random
    start, end = waybill.origin, waybill.destination
    if start is None or end is None:
        raise ValueError("a demo parcel has both ends")
    home, away = HUBS[world.region_of(start).code], HUBS[world.region_of(end).code]
    courier = f"{world.someone('courier', end).name}，电话{mobile(random)[:3]}****"
    way = [
        Line(0.0, Status.CREATED, SubStatus.ORDERED, "已下单，等待揽收", start),
        Line(random.uniform(1, 5), Status.COLLECTED, "", f"【{start.name}】已揽收", start),
        Line(random.uniform(2, 6), Status.IN_TRANSIT, SubStatus.AT_HUB, f"快件到达【{home}】", None),
        Line(random.uniform(1, 5), Status.IN_TRANSIT, SubStatus.TRUNK, f"快件离开【{home}】，发往【{away}】", None),
        Line(random.uniform(6, 18), Status.IN_TRANSIT, SubStatus.DEST_CITY, f"快件到达【{away}】", None),
        Line(random.uniform(2, 6), Status.IN_TRANSIT, SubStatus.DEST_BRANCH, f"快件到达【{end.name}】", end),
    ]
    out = Line(random.uniform(1, 4), Status.OUT_FOR_DELIVERY, "", f"派送中，派送员：{courier}", end)
    locker = Line(2, Status.AWAITING_PICKUP, SubStatus.LOCKER, "快件已放入丰巢柜，请凭取件码领取", end)
    signer = random.choice(
        ((SubStatus.BY_SELF, "本人签收"), (SubStatus.BY_PROXY, "家人代收"), (SubStatus.BY_GUARD, "物业代收"))
    )
    endings: dict[str, list[Line]] = {
        "delivered": [
            out,
            Line(random.uniform(0.5, 5), Status.DELIVERED, signer[0], f"已签收，签收人：{signer[1]}", end),
        ],
        "locker_taken": [
            out,
            locker,
            Line(random.uniform(1, 9), Status.DELIVERED, SubStatus.FROM_LOCKER, "已从丰巢柜取出", end),
        ],
        "out": [out],
        "unsigned": [out],
        "locker": [out, locker],
        "damaged": [_trouble(3, SubStatus.DAMAGED, "外包装破损，已拍照登记", end)],
        "short": [_trouble(3, SubStatus.SHORT, "到件重量与发件不符，疑似短少", end)],
        "missorted": [_trouble(4, SubStatus.MISSORTED, "快件错分，正在转回", None)],
        "absent": [out, *[_failed(w, SubStatus.ABSENT, "派送失败：收件人不在，约定再次派送", end) for w in (3, 20)]],
        "address": [out, _failed(3, SubStatus.ADDRESS_WRONG, "派送失败：地址不详，电话联系不上", end)],
        "refused": [out, Line(3, Status.REFUSED, "", "收件人拒收", end, Fault.RECIPIENT)],
    }
    if ending in {"created", "in_transit", "stale"}:
        return way[: 1 if ending == "created" else random.randrange(2, 6)]
    return way + endings[ending]


def _trouble(wait: float, sub: str, text: str, branch: Branch | None) -> Line:
    return Line(wait, Status.EXCEPTION, sub, text, branch, Fault.CARRIER)


def _failed(wait: float, sub: str, text: str, branch: Branch) -> Line:
    return Line(wait, Status.ATTEMPT_FAILED, sub, text, branch, Fault.RECIPIENT)


def _scans(world: World, waybill: Waybill, lines: list[Line]) -> Iterator[ScanEvent]:
    """The lines that have come to pass by now."""
    at = waybill.status_since
    for number, line in enumerate(lines, start=1):
        at += timedelta(hours=line.wait)
        if at >= world.now:
            return
        yield ScanEvent(
            id=None,
            waybill=waybill,
            key=track.natural_key(at=at, code=str(number), text=line.text),
            at=at,
            received_at=at + timedelta(seconds=world.random.randrange(5, 90)),
            source=waybill.source,
            raw_text=line.text,
            place=line.branch.name if line.branch else line.text[line.text.find("【") + 1 : line.text.find("】")],
            branch=line.branch,
            status=line.status,
            sub_status=line.sub,
            fault=line.fault,
        )


def _sum_up(world: World, waybill: Waybill, story: list[ScanEvent]) -> None:
    """The computed fields, by the same arithmetic that real scans go through."""
    for number, scan in enumerate(story):
        scan.id = number
    said = track.summarise(story)
    for scan in story:
        scan.id = None
    waybill.status, waybill.sub_status, waybill.fault = said.status, said.sub_status, said.fault
    waybill.status_since = said.status_since or waybill.status_since
    waybill.collected_at, waybill.out_at, waybill.delivered_at = said.collected_at, said.out_at, said.delivered_at
    waybill.last_event_at, waybill.last_text = said.last_event_at, said.last_text
    waybill.failed_attempts = said.failed_attempts
    waybill.current_branch_id = said.branch_id or waybill.current_branch_id
    if not track.is_final(said.status):
        waybill.next_check_at = world.now + timedelta(minutes=world.random.randrange(5, 600))


def _work_on(world: World, waybills: list[Waybill]) -> None:
    """What the follow-up clerks have in hand: requirements with a next action, and amendments asked for."""
    moving = [waybill for waybill in waybills if not track.is_final(waybill.status)]
    wishes = (
        ("送货上门，不放驿站", "派送前电话联系"),
        ("周末派送", "通知网点周六派送"),
        ("大件，需两人搬运", "确认网点人手"),
        ("当天必达", "跟踪到派送签收"),
    )
    for waybill in world.random.sample(moving, 40):
        wish, action = world.random.choice(wishes)
        clerk = world.random.choice(world.people["follow-up-clerk"])
        due = world.now + timedelta(hours=world.random.uniform(-6, 40))
        with turned_to(world.past(2)):
            services.add_follow_up(
                waybill=waybill, requirement=wish, next_action=action, owner=clerk, due_at=due, by=SYSTEM
            )
    for number, waybill in enumerate(world.random.sample(moving, 18)):
        kind, after, asked_by, reason = CHANGES[number % len(CHANGES)]
        at, agent = world.past(2), world.people["agent"][number % 6]
        if kind == AmendmentKind.PHONE:
            after = mobile(world.random)
        with turned_to(at):
            change = services.amend(
                waybill=waybill, kind=kind, after=after, asked_by=asked_by, reason=reason, by=Actor.staff(agent)
            )
        Amendment.objects.filter(pk=change.pk).update(created_at=max(at, waybill.status_since))
