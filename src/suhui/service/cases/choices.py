from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class CaseKind(TextChoices):
    ENQUIRY = "enquiry", _("Enquiry")
    ORDER_QUERY = "order_query", _("Order query")
    COMPLAINT = "complaint", _("Complaint")
    SERVICE_REQUEST = "service_request", _("Service request")
    SUGGESTION = "suggestion", _("Suggestion")


class CaseChannel(TextChoices):
    PHONE = "phone", _("Telephone")
    PORTAL = "portal", _("Portal")
    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Chat")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    WECHAT = "wechat", _("WeChat")
    EXCEPTION = "exception", _("Parcel exception")
    CALLBACK = "callback", _("Call-back")
    REVIEW = "review", _("Customer review")


class Severity(IntegerChoices):
    MINOR = 1, _("Minor")
    NORMAL = 2, _("Normal")
    SERIOUS = 3, _("Serious")
    CRITICAL = 4, _("Critical")


class Priority(IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class CaseState(TextChoices):
    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for customer")
    WAITING_DEPARTMENT = "waiting_department", _("Waiting for department")
    PROPOSED = "proposed", _("Solution proposed")
    EXECUTING = "executing", _("Agreed, being carried out")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    MERGED = "merged", _("Merged")


class Outcome(TextChoices):
    SOLVED = "solved", _("Solved")
    COMPENSATED = "compensated", _("Compensated")
    EXPLAINED = "explained", _("Explained and accepted")
    REJECTED = "rejected", _("Rejected with reasons")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    UNREACHABLE = "unreachable", _("Customer could not be reached")


class EntryKind(TextChoices):
    OPENED = "opened", _("Opened")
    MESSAGE_IN = "message_in", _("From the customer")
    MESSAGE_OUT = "message_out", _("To the customer")
    NOTE = "note", _("Note")
    CONTACT = "contact", _("Contact made")
    STATE = "state", _("State")
    ASSIGNMENT = "assignment", _("Assignment")
    CHANGE = "change", _("Change")
    TASK = "task", _("Request")
    PROMISE = "promise", _("Promise")
    PROPOSAL = "proposal", _("Proposal")
    ANSWER = "answer", _("Customer's answer")
    RATING = "rating", _("Rating")
    CLOCK = "clock", _("Deadline")
    MERGE = "merge", _("Merge")
    LINK = "link", _("Link")
    PARCEL = "parcel", _("Parcel")


class ProposalState(TextChoices):
    OFFERED = "offered", _("Waiting for the customer's answer")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Purpose(TextChoices):
    """What a task is for in the life of its case."""

    CONTACT = "contact", _("Contact the customer")
    FACTS = "facts", _("Find out what happened")
    TELL = "tell", _("Tell the customer what happened")
    EXECUTION = "execution", _("Carry out what was agreed")
    PROMISE = "promise", _("Keep a promise")


class LinkKind(TextChoices):
    RELATED = "related", _("Related")
    DUPLICATE = "duplicate", _("Duplicate of")
    PARENT = "parent", _("Part of")


class FieldType(TextChoices):
    TEXT = "text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    CHOICE = "choice", _("One of a list")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
