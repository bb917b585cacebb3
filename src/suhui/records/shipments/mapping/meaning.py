from dataclasses import dataclass

from suhui.records.shipments.choices import Fault, Status, SubStatus


@dataclass(frozen=True)
class Meaning:
    """What a code says: the status, its detail, and the side at fault when the code names one."""

    status: Status
    sub: SubStatus = SubStatus.NONE
    fault: Fault = Fault.NONE


UNKNOWN = Meaning(Status.UNKNOWN)
