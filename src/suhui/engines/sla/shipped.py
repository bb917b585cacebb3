"""The service levels a new installation starts with (domain facts, section 1). Administrators change them as rows."""

from dataclasses import dataclass, field

from suhui.engines.sla.choices import ClockKind, Counting, Tier, Unit

REGULATION = "快递暂行条例"
APPEALS = "邮政业用户申诉处理办法"
STANDARD = "GB/T 27917"
FALLBACK = "standard"


@dataclass(frozen=True)
class ShippedTarget:
    kind: ClockKind
    amount: int
    unit: Unit
    counting: Counting = Counting.WORKING
    basis: str = ""
    verified: bool = True
    warn_share: int = 80


@dataclass(frozen=True)
class ShippedPolicy:
    code: str
    name: str
    english_name: str
    targets: list[ShippedTarget]
    escalations: list[tuple[int, Tier]] = field(
        default_factory=lambda: [(0, Tier.NEAREST), (60, Tier.ONE_UP), (240, Tier.TOP)]
    )


def _first(amount: int, unit: Unit = Unit.MINUTES) -> ShippedTarget:
    return ShippedTarget(ClockKind.FIRST_RESPONSE, amount, unit)


def _update(amount: int, unit: Unit = Unit.HOURS) -> ShippedTarget:
    return ShippedTarget(ClockKind.UPDATE, amount, unit)


def _within(amount: int, unit: Unit = Unit.DAYS) -> ShippedTarget:
    return ShippedTarget(ClockKind.RESOLUTION, amount, unit)


SHIPPED = [
    ShippedPolicy(
        "complaint-urgent",
        "投诉 · 加急",
        "Complaint, urgent",
        [_first(30), _update(4), _within(2)],
        [(0, Tier.NEAREST), (30, Tier.ONE_UP), (120, Tier.TOP)],
    ),
    ShippedPolicy(
        "complaint",
        "投诉 · 七日答复",
        "Complaint, answered in seven days",
        [
            _first(2, Unit.HOURS),
            _update(1, Unit.DAYS),
            ShippedTarget(ClockKind.RESOLUTION, 7, Unit.DAYS, Counting.CALENDAR, REGULATION),
        ],
    ),
    ShippedPolicy(
        "regulator",
        "申诉 12305",
        "Regulator's appeal 12305",
        [
            _first(2, Unit.HOURS),
            _update(2, Unit.DAYS),
            ShippedTarget(
                ClockKind.RESOLUTION, 10, Unit.DAYS, Counting.CALENDAR, APPEALS, verified=False, warn_share=70
            ),
        ],
    ),
    ShippedPolicy(
        "claim-domestic",
        "理赔 · 国内",
        "Claim, domestic",
        [
            _first(4, Unit.HOURS),
            _update(3, Unit.DAYS),
            ShippedTarget(ClockKind.RESOLUTION, 30, Unit.DAYS, Counting.CALENDAR, STANDARD, verified=False),
        ],
    ),
    ShippedPolicy(
        "claim-international",
        "理赔 · 国际",
        "Claim, international",
        [
            _first(4, Unit.HOURS),
            _update(5, Unit.DAYS),
            ShippedTarget(ClockKind.RESOLUTION, 60, Unit.DAYS, Counting.CALENDAR, STANDARD, verified=False),
        ],
    ),
    ShippedPolicy("vip", "VIP 优先", "VIP", [_first(15), _update(4), _within(1)]),
    ShippedPolicy("query", "查件", "Order query", [_first(30), _update(4), _within(1)]),
    ShippedPolicy("enquiry", "咨询", "Enquiry", [_first(30), _within(1)]),
    ShippedPolicy(FALLBACK, "标准", "Standard", [_first(60), _update(1, Unit.DAYS), _within(3)]),
    # Nobody waits at the telephone for it, and hundreds may come in one day: no first word, no reports, no escalation.
    ShippedPolicy(
        "old-review",
        "历史评价 · 补办",
        "Old review, taken up late",
        [ShippedTarget(ClockKind.RESOLUTION, 90, Unit.DAYS, Counting.CALENDAR, warn_share=100)],
        [],
    ),
    ShippedPolicy("suggestion", "建议", "Suggestion", [_first(1, Unit.DAYS), _within(10)], [(0, Tier.NEAREST)]),
]
