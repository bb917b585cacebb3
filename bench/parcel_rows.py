"""Waybills with their scans and troubles, a stretch of numbers at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from bench.copying import NULL, Sheet, maybe, time
from bench.finding import Index
from bench.scale import DAY, Known, Plan
from bench.world import World
from suhui.demo import names, texts
from suhui.platform.search.registry import Detail, SearchDoc
from suhui.records.shipments import track
from suhui.records.shipments.choices import (
    ExceptionKind,
    ExceptionState,
    Fault,
    Product,
    Source,
    Status,
    SubStatus,
    Until,
)
from suhui.records.shipments.choices import Severity as HowBad
from suhui.records.shipments.models import Carrier, ScanEvent, Waybill, WaybillException

HOUR = 3600
HUBS = ("华东转运中心", "华南转运中心", "华北转运中心", "华中转运中心", "西南转运中心", "西北转运中心")
STORIES = ("delivered", "locker_taken", "absent", "returned", "damaged", "refused", "stale", "locker", "unsigned")
WEIGHTS = (880, 60, 20, 10, 12, 5, 3, 4, 6)
TROUBLE = {
    "damaged": ExceptionKind.DAMAGED,
    "refused": ExceptionKind.REFUSED,
    "stale": ExceptionKind.STALE,
    "locker": ExceptionKind.LOCKER,
    "unsigned": ExceptionKind.UNSIGNED,
    "absent": ExceptionKind.FAILED_ATTEMPT,
}


@dataclass(frozen=True)
class Line:
    """One scan: hours after the one before, what it says, at which branch (0: at a hub)."""

    wait: float
    status: str
    sub: str
    text: str
    branch: int = 0
    fault: str = ""


@dataclass
class Scan:
    """What `track.summarise` reads of a scan."""

    id: int
    at: datetime
    status: str
    sub_status: str
    fault: str
    raw_text: str
    branch_id: int | None


class Sheets:
    def __init__(self) -> None:
        columns = (
            *("id", "created_at", "updated_at", "number", "carrier_id", "order_number", "source"),
            *("status", "sub_status", "fault", "status_since", "failed_attempts"),
            *("origin_id", "destination_id", "current_branch_id"),
            *("sender_id", "sender_name", "sender_phone", "sender_address"),
            *("recipient_id", "recipient_name", "recipient_phone", "recipient_address"),
            *("product", "goods", "weight_grams", "fee_fen", "collected_at", "out_at", "delivered_at"),
            *("last_event_at", "last_text", "promised_at", "next_check_at"),
        )
        self.waybills = Sheet(Waybill, *columns)
        self.scans = Sheet(
            ScanEvent,
            *("id", "waybill_id", "key", "at", "received_at", "source", "raw_text", "place", "branch_id"),
            *("status", "sub_status", "fault", "waybill_created_at"),
        )
        self.troubles = Sheet(
            WaybillException,
            *("id", "waybill_id", "kind", "severity", "state", "until", "branch_id", "sign"),
            *("began_at", "raised_at", "due_at", "cleared_at", "cleared_by", "clear_note"),
        )
        self.index = Index()

    def all(self) -> list[Sheet]:
        return [self.waybills, self.scans, self.troubles, self.index.entries, self.index.keys]


@dataclass
class Maker:
    plan: Plan
    world: World
    carriers: list[Carrier]

    def write(self, sheets: Sheets, first: int, last: int) -> None:
        dice = Random(self.plan.seed * 1_000_003 + first)
        for parcel in range(first, last):
            self._one(sheets, dice, parcel)

    def _one(self, sheets: Sheets, dice: Random, parcel: int) -> None:
        plan, pk = self.plan, parcel + 1
        sender, recipient = plan.sender(parcel), plan.recipient(parcel)
        ordered = plan.born(parcel, plan.parcels)
        story = dice.choices(STORIES, WEIGHTS)[0]
        came_to_pass = [
            *_told(plan.end, ordered, pk, _journey(dice, self.world, sender, recipient, story)),
        ]
        for scan, line in came_to_pass:
            at = time(scan.at.timestamp())
            sheets.scans.add(
                str(scan.id),
                str(pk),
                track.natural_key(at=scan.at, code="", text=line.text),
                at,
                time(scan.at.timestamp() + dice.randrange(5, 90)),
                Source.API.value if parcel % 9 else Source.KUAIDI100.value,
                line.text,
                self.world.names.get(line.branch, "") or line.text[line.text.find("【") + 1 : line.text.find("】")],
                maybe(line.branch or None),
                line.status,
                line.sub,
                line.fault,
                time(ordered),
            )
        said = track.summarise([scan for scan, _line in came_to_pass])
        self._waybill(sheets, dice, parcel, sender, recipient, ordered, said)
        if story in TROUBLE and came_to_pass:
            self._trouble(sheets, dice, pk, TROUBLE[story], recipient, came_to_pass[-1][0].at)

    def _waybill(
        self, sheets: Sheets, dice: Random, parcel: int, sender: Known, recipient: Known, ordered: int,
        said: track.Summary,
    ) -> None:  # fmt: skip
        plan, pk = self.plan, parcel + 1
        place, number = plan.parcel_number(parcel)
        order = f"D{dice.randrange(10**9):09d}" if dice.random() < 0.4 else ""
        goods = dice.choice(texts.GOODS)[:20]
        here = said.branch_id or sender.outlet
        open_ends = not track.is_final(said.status)
        sheets.waybills.add(
            *(str(pk), time(ordered), time(ordered), number, str(self.carriers[place].pk), order),
            Source.API.value if place == 0 else Source.KUAIDI100.value,
            *(said.status, said.sub_status, said.fault),
            *(_moment(said.status_since, ordered), str(said.failed_attempts)),
            *(str(sender.outlet), str(recipient.outlet), str(here)),
            *(str(sender.id), sender.name, sender.phone, sender.address),
            *(str(recipient.id), recipient.name, recipient.phone, recipient.address),
            dice.choice(
                (Product.STANDARD.value, Product.STANDARD.value, Product.PRIORITY.value, Product.ECONOMY.value)
            ),
            *(goods, str(dice.randrange(200, 18_000)), str(dice.randrange(800, 4_600))),
            *(_moment(said.collected_at), _moment(said.out_at), _moment(said.delivered_at)),
            *(_moment(said.last_event_at), said.last_text, time(ordered + 3 * DAY)),
            time(plan.end + dice.randrange(300, 36_000)) if open_ends else NULL,
        )
        doc = SearchDoc(
            title=number,
            url=f"/waybills/{pk}/",
            at=said.last_event_at or datetime.fromtimestamp(ordered, UTC),
            details=(
                Detail(self.carriers[place].name),
                Detail(recipient.name, "mask_name"),
                Detail(recipient.phone, "mask_phone"),
            ),
            names=(recipient.name, sender.name),
            numbers=(number, order) if order else (number,),
            phones=(recipient.phone, sender.phone),
            texts=(goods,),
            hidden=(recipient.address, sender.address),
            branch_ids=(sender.outlet, recipient.outlet, here),
        )
        sheets.index.add("waybill", pk, doc)

    def _trouble(
        self, sheets: Sheets, dice: Random, pk: int, kind: ExceptionKind, recipient: Known, began: datetime
    ) -> None:
        """Raised an hour after; most are cleared within two days, the newest wait."""
        raised = int(began.timestamp()) + HOUR
        cleared = raised + dice.randrange(HOUR, 2 * DAY)
        if raised > self.plan.end:
            return
        waits = cleared > self.plan.end or dice.random() < 0.04
        sheets.troubles.add(
            *(str(pk), str(pk), kind.value, dice.choice((HowBad.MEDIUM.value, HowBad.HIGH.value))),
            ExceptionState.OPEN.value if waits else ExceptionState.CLEARED.value,
            *(Until.PERSON.value, str(recipient.outlet), kind.value, time(raised - HOUR), time(raised)),
            time(raised + 8 * HOUR),
            *((NULL, "", "") if waits else (time(cleared), "跟单文员", dice.choice(texts.CLEARED))),
        )


def _moment(at: datetime | None, otherwise: int | None = None) -> str:
    if at is None:
        return NULL if otherwise is None else time(otherwise)
    return time(at.timestamp())


def _told(end: int, ordered: int, pk: int, lines: list[Line]) -> list[tuple[Scan, Line]]:
    """The lines that have come to pass."""
    found: list[tuple[Scan, Line]] = []
    at = float(ordered)
    for place, line in enumerate(lines):
        at += line.wait * HOUR
        if at >= end:
            break
        moment = datetime.fromtimestamp(int(at), UTC)
        scan = Scan(pk * 10 + place, moment, line.status, line.sub, line.fault, line.text, line.branch or None)
        found.append((scan, line))
    return found


def _journey(dice: Random, world: World, sender: Known, recipient: Known, story: str) -> list[Line]:
    start, end = world.names[sender.outlet], world.names[recipient.outlet]
    hub = HUBS[recipient.outlet % len(HUBS)]
    way = [
        Line(dice.uniform(1, 5), Status.COLLECTED.value, "", f"【{start}】已揽收", sender.outlet),
        Line(dice.uniform(6, 20), Status.IN_TRANSIT.value, SubStatus.DEST_CITY.value, f"快件到达【{hub}】"),
        Line(
            dice.uniform(2, 12),
            Status.IN_TRANSIT.value,
            SubStatus.DEST_BRANCH.value,
            f"快件到达【{end}】",
            recipient.outlet,
        ),
    ]
    if story == "stale":
        return way[: dice.randrange(1, 4)]
    if story == "damaged":
        bad = Line(
            2,
            Status.EXCEPTION.value,
            SubStatus.DAMAGED.value,
            "外包装破损，已拍照登记",
            recipient.outlet,
            Fault.CARRIER.value,
        )
        return [*way, bad]
    return way + _delivery(dice, recipient.outlet, story)


def _delivery(dice: Random, outlet: int, story: str) -> list[Line]:
    courier = f"{names._SURNAMES[dice.randrange(60)]}师傅，电话{dice.choice(('138', '186', '159'))}****"
    out = Line(dice.uniform(1, 4), Status.OUT_FOR_DELIVERY.value, "", f"派送中，派送员：{courier}", outlet)
    locker = Line(2, Status.AWAITING_PICKUP.value, SubStatus.LOCKER.value, "快件已放入丰巢柜，请凭取件码领取", outlet)
    away = Line(
        3,
        Status.ATTEMPT_FAILED.value,
        SubStatus.ABSENT.value,
        "派送失败：收件人不在，约定再次派送",
        outlet,
        Fault.RECIPIENT.value,
    )
    sub, who = dice.choice(
        ((SubStatus.BY_SELF, "本人签收"), (SubStatus.BY_PROXY, "家人代收"), (SubStatus.BY_GUARD, "物业代收"))
    )
    signed = Line(dice.uniform(0.5, 5), Status.DELIVERED.value, sub.value, f"已签收，签收人：{who}", outlet)
    taken = Line(dice.uniform(1, 9), Status.DELIVERED.value, SubStatus.FROM_LOCKER.value, "已从丰巢柜取出", outlet)
    refused = Line(3, Status.REFUSED.value, "", "收件人拒收", outlet, Fault.RECIPIENT.value)
    back = Line(40, Status.RETURNED.value, "", "退件已签收")
    endings = {
        "delivered": [out, signed],
        "locker_taken": [out, locker, taken],
        "absent": [out, away, signed],
        "returned": [out, refused, back],
        "refused": [out, refused],
        "locker": [out, locker],
        "unsigned": [out],
    }
    return endings[story]


def carriers() -> list[Carrier]:
    """The house's own, and two others, as the demo company has them."""
    from suhui.records.shipments import services
    from suhui.records.shipments.models import NumberPattern

    own, _made = Carrier.objects.get_or_create(
        code="shunhe", defaults={"name": "顺和速运", "english_name": "Shunhe Express", "own": True, "order": 1}
    )
    NumberPattern.objects.get_or_create(carrier=own, pattern=r"SH\d{13}", score=95, note="本公司运单")
    return [own, services.ensure_carrier("yto"), services.ensure_carrier("zto")]
