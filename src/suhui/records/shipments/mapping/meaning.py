from dataclasses import dataclass
from functools import cached_property

from suhui.records.shipments.choices import Fault, Status, SubStatus


@dataclass(frozen=True)
class Meaning:
    """What a code says: the status, its detail, and the side at fault when the code names one."""

    status: Status
    sub: SubStatus = SubStatus.NONE
    fault: Fault = Fault.NONE

    @cached_property
    def values(self) -> tuple[str, str, str]:
        """The same as plain words, for rows."""
        return self.status.value, self.sub.value, self.fault.value


UNKNOWN = Meaning(Status.UNKNOWN)
