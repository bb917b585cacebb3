"""How many of everything, when, and which belongs to which: pure arithmetic on numbers, the same in every process."""

from dataclasses import dataclass, field
from datetime import datetime

DAY = 86400
SPAN = 400 * DAY
"""How far back the archive reaches, in seconds."""
_MASK = (1 << 64) - 1


def mix(number: int, salt: int) -> int:
    """64 well mixed bits of a number (splitmix64): the same for the same, in any process."""
    x = (number * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


@dataclass(frozen=True)
class Known:
    """A customer as parcels and cases need them; `outlet` delivers to them."""

    id: int
    name: str
    phone: str
    address: str
    outlet: int
    company: bool


@dataclass
class Plan:
    """Sizes, the moment the company is alive at, and its customers. Ids of rows follow from their number."""

    cases: int
    seed: int
    now: datetime
    customers: list[Known] = field(default_factory=list)
    senders: list[int] = field(default_factory=list)

    @property
    def parcels(self) -> int:
        return self.cases

    @property
    def people(self) -> int:
        return max(self.cases // 5, 200)

    @property
    def end(self) -> int:
        return int(self.now.timestamp())

    @property
    def start(self) -> int:
        return self.end - SPAN

    def born(self, number: int, of: int) -> int:
        """When the `number`th of `of` evenly spread things came about, in seconds since 1970."""
        return self.start + (SPAN * (2 * number + 1)) // (2 * of)

    def recipient(self, parcel: int) -> Known:
        return self.customers[mix(parcel, self.seed) % len(self.customers)]

    def sender(self, parcel: int) -> Known:
        return self.customers[self.senders[mix(parcel, self.seed + 1) % len(self.senders)]]

    def parcel_of(self, case: int) -> int | None:
        """The parcel a case is about: ordered one to seven days before; one case in ten is about none."""
        dice = mix(case, self.seed + 2)
        if dice % 10 == 0:
            return None
        found = case - (DAY + dice // 16 % (6 * DAY)) * self.cases // SPAN - 1
        return found if found >= 0 else None

    def parcel_number(self, parcel: int) -> tuple[int, str]:
        """(place of the carrier, number). Eight of nine are the house's own."""
        tail = mix(parcel, self.seed + 3) % 10_000
        if parcel % 9:
            return 0, f"SH26{tail % 100:02d}{parcel:09d}"
        if parcel % 27 == 0:
            return 1, f"YT88{parcel:07d}{tail:04d}"
        return 2, f"73{parcel:08d}{tail:04d}"
