"""The house's own words for a parcel's state; every carrier's codes are mapped to them (see mapping/)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    CREATED = "created", _("Ordered")
    COLLECTED = "collected", _("Collected")
    IN_TRANSIT = "in_transit", _("In transit")
    CUSTOMS = "customs", _("At customs")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    AWAITING_PICKUP = "awaiting_pickup", _("Waiting to be picked up")
    DELIVERED = "delivered", _("Delivered")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery failed")
    EXCEPTION = "exception", _("In trouble")
    REFUSED = "refused", _("Refused")
    RETURNING = "returning", _("On the way back")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("No news yet")


FINAL = frozenset({Status.DELIVERED, Status.RETURNED, Status.CANCELLED})
"""States in which nothing more is expected. A later scan can still reopen them ("signed, not received")."""


class SubStatus(TextChoices):
    NONE = "", _("No detail")
    ORDERED = "ordered", _("Order placed")
    TO_COLLECT = "to_collect", _("Waiting for the courier")
    PICKUP_FAILED = "pickup_failed", _("Collection failed")
    AT_HUB = "at_hub", _("At a sorting centre")
    TRUNK = "trunk", _("On the trunk line")
    DEST_COUNTRY = "dest_country", _("In the country of destination")
    DEST_CITY = "dest_city", _("In the city of destination")
    DEST_BRANCH = "dest_branch", _("At the delivering branch")
    REDIRECTED = "redirected", _("Redirected")
    TRANSFERRED = "transferred", _("Handed to another carrier")
    CUSTOMS_PENDING = "customs_pending", _("Waiting for customs")
    CUSTOMS_PROCESSING = "customs_processing", _("Being cleared")
    CUSTOMS_CLEARED = "customs_cleared", _("Cleared")
    CUSTOMS_HELD = "customs_held", _("Held by customs")
    DUTY_UNPAID = "duty_unpaid", _("Duty not paid")
    RESCHEDULED = "rescheduled", _("Delivery rescheduled")
    APPOINTMENT = "appointment", _("Delivery by appointment")
    LOCKER = "locker", _("In a parcel locker")
    STATION = "station", _("At a pick-up station")
    OVERDUE = "overdue", _("Not picked up in time")
    BY_SELF = "self", _("Signed by the recipient")
    BY_PROXY = "proxy", _("Signed by somebody else")
    BY_GUARD = "guard", _("Signed by the gate or reception")
    FROM_LOCKER = "from_locker", _("Taken from the locker")
    FROM_STATION = "from_station", _("Taken from the station")
    COD_PAID = "cod", _("Paid on delivery")
    AFTER_EXCEPTION = "after_exception", _("Delivered after trouble")
    UNREACHABLE = "unreachable", _("Recipient not reached")
    ABSENT = "absent", _("Recipient away")
    ADDRESS_WRONG = "address_wrong", _("Address wrong or incomplete")
    PHONE_WRONG = "phone_wrong", _("Phone number wrong")
    CLOSED = "closed", _("Premises closed")
    MISSORTED = "missorted", _("Missorted")
    DAMAGED = "damaged", _("Damaged")
    SHORT = "short", _("Contents short")
    LOST_SUSPECTED = "lost_suspected", _("Perhaps lost")
    LOST_CONFIRMED = "lost_confirmed", _("Lost")
    STALE = "stale", _("No update for long")
    UNSIGNED = "unsigned_overdue", _("Not signed for in time")
    OUT_OF_AREA = "out_of_area", _("Outside the delivery area")
    PROHIBITED = "prohibited", _("Prohibited goods")
    INTERCEPTED = "intercepted", _("Intercepted")
    WEATHER = "weather", _("Held up by weather")


LASTING_DETAILS = ["damaged", "lost_confirmed", "lost_suspected", "prohibited", "short"]
"""Details that a later scan does not undo; scans with one have an index of their own."""


class Fault(TextChoices):
    """Whose side caused it: kept apart from the status on purpose."""

    NONE = "", _("Nobody")
    CARRIER = "carrier", _("Carrier")
    SENDER = "sender", _("Sender")
    RECIPIENT = "recipient", _("Recipient")
    CUSTOMS = "customs", _("Customs")
    WEATHER = "weather", _("Weather")


class Product(TextChoices):
    STANDARD = "standard", _("Standard service")
    PRIORITY = "priority", _("Priority service")
    SAME_CITY = "same_city", _("Same-city service")
    ECONOMY = "economy", _("Economy service")
    FREIGHT = "freight", _("Freight service")
    COLD = "cold", _("Cold-chain service")
    INTERNATIONAL = "international", _("International service")


class Source(TextChoices):
    """Who told us. The values name the code tables of mapping/."""

    MANUAL = "manual", _("Entered by hand")
    FILE = "file", _("File")
    API = "api", _("API")
    KUAIDI100 = "kuaidi100", _("Kuaidi100")
    KDNIAO = "kdniao", _("KDNiao")
    SF = "sf", _("SF Express")
    AFTERSHIP = "aftership", _("AfterShip")
    TRACK17 = "track17", _("17TRACK")
    CAINIAO = "cainiao", _("Cainiao")
    UPU = "upu", _("UPU (EMSEVT)")
    SHOP = "shop", _("A shop's system")


class Provider(TextChoices):
    """The machines of other companies that tell us about parcels."""

    KUAIDI100 = "kuaidi100", _("Kuaidi100")
    KDNIAO = "kdniao", _("KDNiao")
    SF = "sf", _("SF Express")


class ExceptionKind(TextChoices):
    UNSIGNED = "unsigned", _("Not signed for in time")
    STALE = "stale", _("No update for long")
    LOCKER = "locker", _("Too long in a locker")
    STATION = "station", _("Too long at a station")
    LATE = "late", _("Delivery over-long")
    DAMAGED = "damaged", _("Damaged")
    SHORT = "short", _("Contents short")
    MISSORTED = "missorted", _("Missorted")
    LOST = "lost", _("Lost or perhaps lost")
    FAILED_ATTEMPT = "failed_attempt", _("Delivery attempts failed")
    ADDRESS = "address", _("Address or phone wrong")
    REFUSED = "refused", _("Refused by the recipient")
    OUT_OF_AREA = "out_of_area", _("Outside the delivery area")
    PROHIBITED = "prohibited", _("Prohibited goods")
    CUSTOMS = "customs", _("Held by customs")
    WEATHER = "weather", _("Held up by weather")


class Severity(TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Until(TextChoices):
    """What ends an exception by itself."""

    MOVES = "moves", _("The parcel moves on")
    DELIVERED = "delivered", _("It is delivered or returned")
    PERSON = "person", _("A person clears it")


class ExceptionState(TextChoices):
    OPEN = "open", _("Open")
    CLEARED = "cleared", _("Cleared")


class PushState(TextChoices):
    RECEIVED = "received", _("Waiting")
    PROCESSED = "processed", _("Processed")
    REFUSED = "refused", _("Refused: signature")
    FAILED = "failed", _("Failed")


class SubscriptionState(TextChoices):
    WANTED = "wanted", _("To be subscribed")
    ACTIVE = "active", _("Subscribed")
    POLLING = "polling", _("Asked by schedule")
    ENDED = "ended", _("Ended")
    FAILED = "failed", _("Given up")


class FollowUpStage(TextChoices):
    TODO = "todo", _("To do")
    WAITING = "waiting", _("Waiting for an answer")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("No longer needed")


OPEN_STAGES = frozenset({FollowUpStage.TODO, FollowUpStage.WAITING})


class AmendmentKind(TextChoices):
    ADDRESS = "address", _("New address")
    PHONE = "phone", _("New phone")
    RECIPIENT = "recipient", _("New recipient")
    INTERCEPT = "intercept", _("Intercept")
    RETURN = "return", _("Return to sender")
    URGENT = "urgent", _("Hurry")
    DATE = "date", _("Other delivery time")
    OTHER = "other", _("Something else")


class AmendmentState(TextChoices):
    ASKED = "asked", _("Asked for")
    SENT = "sent", _("Passed on to the branch")
    DONE = "done", _("Carried out")
    REFUSED = "refused", _("Not possible")
    WITHDRAWN = "withdrawn", _("Withdrawn")


SETTLED = frozenset({AmendmentState.DONE, AmendmentState.REFUSED, AmendmentState.WITHDRAWN})

TONES: dict[str, str] = {
    Status.CREATED: "hollow",
    Status.COLLECTED: "blue",
    Status.IN_TRANSIT: "blue",
    Status.CUSTOMS: "amber",
    Status.OUT_FOR_DELIVERY: "accent",
    Status.AWAITING_PICKUP: "amber",
    Status.DELIVERED: "green",
    Status.ATTEMPT_FAILED: "red",
    Status.EXCEPTION: "red",
    Status.REFUSED: "red",
    Status.RETURNING: "amber",
    Status.RETURNED: "",
    Status.CANCELLED: "",
    Status.UNKNOWN: "hollow",
}
"""The dot's colour, in the words of the kit."""
SEVERITY_TONES: dict[str, str] = {Severity.LOW: "", Severity.MEDIUM: "amber", Severity.HIGH: "red"}
