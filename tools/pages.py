"""Every page a person can open, in one table: `make screens` takes their pictures, a browser test checks each.

A room that adds a page adds a line. `{name}` in a path is the first id that SAMPLES[name] finds in the demo company.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sight:
    """`name` names the picture; `who` is a user name or post of the demo company, empty for a visitor."""

    name: str
    path: str
    who: str = "admin"


SAMPLES: dict[str, str] = {
    "case": "SELECT id FROM cases_case ORDER BY id DESC",
    "customer": "SELECT id FROM customers_customer ORDER BY id",
    "waybill": "SELECT id FROM shipments_waybill ORDER BY id DESC",
    "task": "SELECT id FROM tasks_task ORDER BY id DESC",
    "calendar": "SELECT id FROM calendars_calendar ORDER BY id",
    "outlet": "SELECT id FROM people_branch WHERE kind = 'outlet' ORDER BY id",
    "person": "SELECT id FROM people_user WHERE username = 'agent'",
    "post": "SELECT id FROM people_role WHERE code = 'agent'",
    "policy": "SELECT code FROM sla_policy ORDER BY id",
    "contact": "SELECT id FROM conversations_contact ORDER BY id DESC",
}

SIGHTS: list[Sight] = [
    Sight("sign-in", "/sign-in/", ""),
    Sight("my-day", "/", "agent"),
    Sight("my-day-branch", "/", "branch"),
    Sight("my-day-supervisor", "/", "supervisor"),
    Sight("team", "/team/", "supervisor"),
    Sight("team-all", "/team/?show=all", "manager"),
    Sight("cases", "/cases/", "agent"),
    Sight("cases-table", "/cases/?as=table&view=open", "supervisor"),
    Sight("cases-views", "/cases/views/", "agent"),
    Sight("case", "/cases/{case}/", "manager"),
    Sight("case-branch", "/cases/?view=new", "branch"),
    Sight("case-new", "/cases/new/", "agent"),
    Sight("case-setup", "/cases/setup/"),
    Sight("contacts", "/contacts/", "agent"),
    Sight("contact", "/contacts/{contact}/", "manager"),
    Sight("contact-new", "/contacts/new/", "agent"),
    Sight("waybills", "/waybills/", "agent"),
    Sight("waybill", "/waybills/{waybill}/", "manager"),
    Sight("waybill-new", "/waybills/new/", "agent"),
    Sight("exceptions", "/waybills/exceptions/", "agent"),
    Sight("follow-ups", "/waybills/follow-ups/?whose=all", "clerk"),
    Sight("amendments", "/waybills/amendments/", "clerk"),
    Sight("customer-words", "/settings/customer-words/"),
    Sight("customer-words-of", "/settings/customer-words/damaged/"),
    Sight("carriers", "/settings/carriers/"),
    Sight("carrier-account", "/settings/carriers/accounts/kuaidi100/"),
    Sight("carrier-codes", "/settings/carriers/codes/"),
    Sight("carrier-numbers", "/settings/carriers/numbers/"),
    Sight("carrier-pushes", "/settings/carriers/pushes/"),
    Sight("reports", "/reports/", "manager"),
    Sight("portal", "/p/", ""),
    Sight("settings", "/settings/"),
    Sight("settings-agent", "/settings/", "agent"),
    Sight("kit", "/settings/kit/"),
    Sight("customers", "/customers/", "agent"),
    Sight("customer", "/customers/{customer}/", "manager"),
    Sight("customer-new", "/customers/new/", "agent"),
    Sight("customer-freshness", "/customers/freshness/", "manager"),
    Sight("tasks", "/tasks/", "agent"),
    Sight("task", "/tasks/{task}/", "manager"),
    Sight("sla", "/sla/"),
    Sight("sla-new", "/sla/new/"),
    Sight("sla-policy", "/sla/{policy}/"),
    Sight("rules", "/rules/"),
    Sight("rule-priority", "/rules/case.priority/"),
    Sight("rule-sla", "/rules/sla.policy/"),
    Sight("notifications", "/notifications/", "agent"),
    Sight("search", "/search/?q=%E7%8E%8B", "agent"),
    Sight("search-index", "/search/index/"),
    Sight("organisation", "/organisation/"),
    Sight("organisation-outlet", "/organisation/branches/{outlet}/", "agent"),
    Sight("organisation-move", "/organisation/branches/{outlet}/move/"),
    Sight("people", "/organisation/people/", "agent"),
    Sight("person-new", "/organisation/people/add/"),
    Sight("person", "/organisation/people/{person}/"),
    Sight("person-absence", "/organisation/people/{person}/absences/", "manager"),
    Sight("posts", "/organisation/posts/"),
    Sight("posts-agent", "/organisation/posts/", "agent"),
    Sight("post", "/organisation/posts/{post}/"),
    Sight("presence", "/organisation/presence/", "manager"),
    Sight("password", "/organisation/password/", "agent"),
    Sight("system", "/settings/system/"),
    Sight("system-jobs", "/settings/system/jobs/"),
    Sight("reveals", "/privacy/reveals/", "supervisor"),
    Sight("calendars", "/calendars/"),
    Sight("calendar", "/calendars/{calendar}/"),
    Sight("calendar-week", "/calendars/{calendar}/week/"),
    Sight("calendar-branches", "/calendars/branches/"),
    Sight("missing", "/no-such-page/", "agent"),
]
