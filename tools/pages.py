"""Every page a person can open, in one table: `make screens` takes their pictures, a browser test checks each.

A room that adds a page adds a line; tests/architecture/test_sights.py fails for a page that is nowhere here.
`{name}` in a path is the first id that SAMPLES[name] finds in the demo company.
"""

import re
from dataclasses import dataclass

from tools import arriving
from tools import arriving_files as files
from tools.arriving import Arrive, Ask

BARE = "bare"
"""An installation just started: nobody exists who could sign in."""
FRESH = "fresh"
"""An installation whose set-up page was filled in a minute ago: every list is empty."""


@dataclass(frozen=True)
class Sight:
    """`name` names the picture; `who` is a user name or post of the demo company, empty for a visitor.

    `arrive` does what has to be done first; `home` is BARE or FRESH for a page of another installation than the demo.
    """

    name: str
    path: str
    who: str = "admin"
    arrive: Arrive | None = None
    home: str = ""


NOBODYS = "00000000-0000-0000-0000-000000000000"
STEPS = ("about", "text", "photos", "remedy", "reach", "check")
DIALOGS = ("promise", "contact", "facts", "propose", "close", "reopen", "rate", "merge", "split", "link", "parcel")
EMPTY = {
    "my-day": "/",
    "team": "/team/",
    "cases": "/cases/",
    "cases-table": "/cases/?as=table&view=open",
    "cases-views": "/cases/views/",
    "contacts": "/contacts/",
    "waybills": "/waybills/",
    "exceptions": "/waybills/exceptions/",
    "follow-ups": "/waybills/follow-ups/?whose=all",
    "amendments": "/waybills/amendments/",
    "carrier-pushes": "/settings/carriers/pushes/",
    "customers": "/customers/",
    "customer-freshness": "/customers/freshness/",
    "tasks": "/tasks/",
    "reports": "/reports/",
    "notifications": "/notifications/",
    "search": "/search/?q=%E7%8E%8B",
    "people": "/organisation/people/",
    "reveals": "/privacy/reveals/",
    "webhooks": "/settings/webhooks/",
    "system": "/settings/system/",
}
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
    "run": "SELECT id FROM reports_reportrun ORDER BY period_start DESC, id DESC",
    "absence": "SELECT id FROM people_absence WHERE finished_at IS NULL ORDER BY id",
    "trouble": "SELECT id FROM shipments_waybillexception WHERE state = 'open' ORDER BY id DESC",
    "phone": "SELECT id FROM customers_phone WHERE customer_id = (SELECT min(id) FROM customers_customer)",
    "category": "SELECT id FROM cases_category WHERE parent_id IS NOT NULL ORDER BY id",
    "webhook": "SELECT id FROM webhooks_endpoint ORDER BY id",
    "message": "SELECT id FROM webhooks_message ORDER BY id",
    "today": "SELECT to_char(now(), 'YYYY-MM-DD')",
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
    Sight("tokens", "/settings/tokens/"),
    Sight("token-limits", "/settings/tokens/limits/"),
    Sight("api-docs", "/api/v1/docs/"),
    Sight("webhooks", "/settings/webhooks/"),
    Sight("webhook-new", "/settings/webhooks/new/"),
    Sight("webhook", "/settings/webhooks/{webhook}/"),
    Sight("webhook-change", "/settings/webhooks/{webhook}/change/"),
    Sight("webhook-message", "/settings/webhooks/messages/{message}/"),
    Sight("system", "/settings/system/"),
    Sight("system-jobs", "/settings/system/jobs/"),
    Sight("reveals", "/privacy/reveals/", "supervisor"),
    Sight("imports", "/exchange/", "supervisor"),
    Sight("import-new", "/exchange/new/", "supervisor"),
    Sight("import-columns", "/exchange/1/", "supervisor", arrive=files.sent),
    Sight("import-tried", "/exchange/1/", "supervisor", arrive=files.tried),
    Sight("import-done", "/exchange/1/", "supervisor", arrive=files.done),
    Sight("import-lines", "/exchange/1/lines/", "supervisor", arrive=files.lines),
    Sight("exports", "/exchange/exports/", "supervisor"),
    Sight("export", "/exchange/exports/customers/?tier=vip"),
    Sight("calendars", "/calendars/"),
    Sight("calendar", "/calendars/{calendar}/"),
    Sight("calendar-week", "/calendars/{calendar}/week/"),
    Sight("calendar-branches", "/calendars/branches/"),
    Sight("missing", "/no-such-page/", "agent"),
    Sight("absence", "/team/absences/{absence}/", "manager"),
    Sight("case-setup-edit", "/cases/setup/categories/{category}/"),
    Sight("case-setup-new", "/cases/setup/macros/new/"),
    Sight("report", "/reports/runs/{run}/", "manager"),
    Sight("report-rows", "/reports/runs/{run}/rows/", "manager"),
    Sight("report-readers", "/reports/runs/{run}/readers/", "manager"),
    Sight("report-plan", "/reports/plans/weekly-complaints/", "manager"),
    Sight("exception-clear", "/waybills/exceptions/{trouble}/clear/", "manager"),
    Sight("waybill-print", "/waybills/{waybill}/print/", "manager"),
    Sight("waybill-facts", "/waybills/{waybill}/facts/", "manager"),
    Sight("customer-edit", "/customers/{customer}/edit/", "agent"),
    Sight("customer-fact-phone", "/customers/{customer}/facts/phone/", "agent"),
    Sight("customer-fact-address", "/customers/{customer}/facts/address/", "agent"),
    Sight("customer-fact-correct", "/customers/{customer}/facts/phone/{phone}/correct/", "agent"),
    Sight("customer-merge", "/customers/{customer}/merge/?q=%E7%8E%8B", "manager"),
    Sight("rule-draft", "/rules/customer.tier/draft/", arrive=arriving.draft),
    Sight("branch-add", "/organisation/branches/{outlet}/add/"),
    Sight("branch-change", "/organisation/branches/{outlet}/change/"),
    Sight("department-add", "/organisation/branches/{outlet}/departments/"),
    Sight("person-change", "/organisation/people/{person}/change/"),
    Sight("post-add", "/organisation/posts/add/"),
    Sight("calendar-new", "/calendars/new/"),
    Sight("calendar-import", "/calendars/holidays/import/"),
    Sight("calendar-settings", "/calendars/{calendar}/settings/"),
    Sight("calendar-day", "/calendars/{calendar}/days/{today}/"),
    Sight("own-password", "/sign-in/own-password/", "", arriving.own_password),
    Sight("portal-parcel", "/p/parcels/{waybill}/", "", arriving.parcel),
    *(Sight(f"portal-tell-{step}", f"/p/tell/{NOBODYS}/{step}/", "", arriving.tell(step)) for step in STEPS),
    Sight("portal-sent", f"/p/tell/{NOBODYS}/sent/", "", arriving.tell("sent")),
    Sight("portal-case", "/p/cases/token/", "manager", arriving.customers_case),
    Sight("setup", "/setup/", "", home=BARE),
    Sight("setup-guide", "/setup/guide/", "", arriving.set_up, FRESH),
    # In error: what was sent lacks something, and the page says what.
    Sight("setup-error", "/setup/", "", arriving.unset_up, BARE),
    Sight(
        "sign-in-error",
        "/sign-in/",
        "",
        arriving.refused("/sign-in/", "button.primary", username="agent", password="x"),
    ),
    Sight("case-new-error", "/cases/new/", "agent", arriving.refused("/cases/new/")),
    Sight("contact-new-error", "/contacts/new/", "agent", arriving.refused("/contacts/new/")),
    Sight("customer-new-error", "/customers/new/", "agent", arriving.refused("/customers/new/")),
    Sight("waybill-new-error", "/waybills/new/", "agent", arriving.refused("/waybills/new/")),
    Sight("person-new-error", "/organisation/people/add/", arrive=arriving.refused("/organisation/people/add/")),
    Sight("calendar-new-error", "/calendars/new/", arrive=arriving.refused("/calendars/new/")),
    Sight("sla-new-error", "/sla/new/", arrive=arriving.refused("/sla/new/")),
    *(Sight(f"dialog-{n}", f"/cases/{{case}}/ask/{n}/", "manager", arriving.refused_dialog(n)) for n in DIALOGS),
    Sight("portal-error", "/p/", "", arriving.wrong_digits),
    # Empty: the first morning of an installation that has nothing yet.
    *(Sight(f"empty-{name}", path, "", arriving.first_morning(path), FRESH) for name, path in EMPTY.items()),
]


def address(sight: Sight, ask: Ask) -> str:
    """The path with the samples filled in. Raises LookupError where the installation has none."""

    def first(found: re.Match[str]) -> str:
        rows = ask(f"{SAMPLES[found[1]]} LIMIT 1")
        if not rows:
            raise LookupError(f"there is no {found[1]} for {sight.name}")
        return str(rows[0][0])

    return re.sub(r"{(\w+)}", first, sight.path)
