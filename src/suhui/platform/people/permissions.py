"""Every permission of the house. A door names one; a role is a set of them."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """The value is stored in roles and must never change; the label is what an administrator reads."""

    label: Any

    def __new__(cls, value: str, label: Any) -> "Perm":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    WORKBENCH_USE = "workbench.use", _("Use the workbench")
    SUPERVISE = "workbench.supervise", _("See the team's work and reassign it")
    HANDOVER = "workbench.handover", _("Hand over an absent person's work")

    CASE_VIEW = "case.view", _("See cases")
    CASE_CREATE = "case.create", _("Open cases")
    CASE_EDIT = "case.edit", _("Work on cases")
    CASE_ASSIGN = "case.assign", _("Assign cases to others")
    CASE_CLOSE = "case.close", _("Close and reopen cases")
    CASE_MERGE = "case.merge", _("Merge and split cases")
    CASE_BULK = "case.bulk", _("Change many cases at once")
    CASE_CONFIGURE = "case.configure", _("Set up categories, fields and macros")

    TASK_WORK = "task.work", _("Answer requests and do tasks")
    TASK_ASSIGN = "task.assign", _("Ask departments and branches, delegate tasks")
    TASK_CHASE = "task.chase", _("Chase late tasks")

    CONTACT_LOG = "contact.log", _("Log contacts")
    CONTACT_VIEW = "contact.view", _("See contacts")

    CUSTOMER_VIEW = "customer.view", _("See customers")
    CUSTOMER_EDIT = "customer.edit", _("Add and change customers")
    CUSTOMER_MERGE = "customer.merge", _("Merge customers")
    PERSONAL_DATA_REVEAL = "personal_data.reveal", _("Reveal masked personal data, with a reason")

    WAYBILL_VIEW = "waybill.view", _("See waybills")
    WAYBILL_EDIT = "waybill.edit", _("Register waybills and their follow-up")
    WAYBILL_AMEND = "waybill.amend", _("Amend and intercept waybills")
    EXCEPTION_HANDLE = "exception.handle", _("Handle parcel exceptions")
    CARRIER_CONFIGURE = "carrier.configure", _("Set up carriers")

    REPORT_VIEW = "report.view", _("Read reports")
    REPORT_CONFIGURE = "report.configure", _("Set up reports and their receivers")

    DATA_IMPORT = "data.import", _("Import files")
    IMPORT_UNDO = "data.import_undo", _("Take whole imports back")
    DATA_EXPORT = "data.export", _("Export lists, personal data masked")
    EXPORT_WATCH = "data.export_watch", _("See who exported what")
    PERSONAL_DATA_EXPORT = "personal_data.export", _("Export personal data in full, with a reason")

    SEARCH_USE = "search.use", _("Search")
    ORG_VIEW = "org.view", _("See the organisation")
    ORG_MANAGE = "org.manage", _("Set up branches, departments and people")
    ROLE_MANAGE = "role.manage", _("Set up posts and permissions")
    CALENDAR_MANAGE = "calendar.manage", _("Set up working calendars")
    RULE_VIEW = "rule.view", _("See rules")
    RULE_MANAGE = "rule.manage", _("Change rules")
    SLA_MANAGE = "sla.manage", _("Set up service levels")
    API_USE = "api.use", _("Make tokens for the programming interface")
    API_MANAGE = "api.manage", _("See and revoke everybody's tokens, set the interface's limits")
    SYSTEM_MANAGE = "system.manage", _("Look after the system: events, jobs, health")
