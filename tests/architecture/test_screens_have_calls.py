"""What a screen writes a program can write too: every writing page is mapped to its operations, or says why it needs
none. A new page that writes, and stands in no table here, fails."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from suhui.screens.api.assembly import operations

CALLS: dict[str, str] = {
    "calendars:assign": "calendars_assign",
    "calendars:day": "calendars_set_day calendars_clear_day",
    "calendars:default": "calendars_make_default",
    "calendars:fill": "calendars_fill_year",
    "calendars:import": "calendars_import_holidays",
    "calendars:new": "calendars_add_calendar",
    "calendars:retire": "calendars_retire",
    "calendars:settings": "calendars_change_calendar",
    "calendars:week": "calendars_set_week",
    "cases:ask": "cases_assign cases_change_state cases_promise cases_log_contact cases_request_facts cases_propose "
    "cases_answer cases_withdraw cases_resolve cases_close cases_reopen cases_rate cases_change cases_merge "
    "cases_split cases_link cases_link_waybills",
    "cases:bulk": "cases_bulk",
    "cases:change-view": "cases_change_view",
    "cases:do": "cases_take cases_release cases_watch cases_unwatch cases_unlink cases_unlink_waybill",
    "cases:drop-view": "cases_drop_view",
    "cases:first-view": "cases_order_views",
    "cases:move-view": "cases_order_views",
    "cases:new": "cases_open_case files_upload",
    "cases:note": "cases_note",
    "cases:reply": "cases_reply cases_run_macro",
    "cases:tick": "cases_tick",
    "cases:unsend": "cases_unsend",
    "cases:views": "cases_save_view",
    "conversations:new": "contacts_log_contact",
    "customers:add-fact": "customers_add_fact",
    "customers:attach": "files_upload customers_attach",
    "customers:change-fact": "customers_verify_fact customers_make_main customers_remove_fact",
    "customers:correct-fact": "customers_correct_fact",
    "customers:decide-tier": "customers_decide_tier",
    "customers:edit": "customers_change_customer",
    "customers:freshness": "customers_set_freshness",
    "customers:merge": "customers_merge",
    "customers:new": "customers_add_customer",
    "customers:part": "customers_part",
    "customers:recognise": "customers_recognise",
    "desk:event-retry": "system_retry_event",
    "desk:event-skip": "system_skip_event",
    "desk:job-retry": "system_retry_job",
    "desk:undo": "cases_take_back",
    "exchange:check": "exchange_check",
    "exchange:drop": "exchange_drop",
    "exchange:new": "exchange_send_in",
    "exchange:read": "exchange_read_otherwise",
    "exchange:start": "exchange_start",
    "exchange:stop": "exchange_stop",
    "exchange:take": "exchange_take",
    "exchange:undo": "exchange_undo",
    "notifications:open": "notifications_mark_read",
    "notifications:read-all": "notifications_mark_read",
    "organisation:absence-begin": "organisation_begin",
    "organisation:absence-end": "organisation_end",
    "organisation:branch-add": "organisation_add_branch",
    "organisation:branch-change": "organisation_change_branch",
    "organisation:branch-close": "organisation_close_branch",
    "organisation:branch-move": "organisation_move_branch",
    "organisation:branch-open": "organisation_reopen_branch",
    "organisation:department-add": "organisation_add_department",
    "organisation:department-remove": "organisation_remove_department",
    "organisation:first-password": "organisation_give_password",
    "organisation:person-add": "organisation_add_person",
    "organisation:person-change": "organisation_change_person",
    "organisation:person-deactivate": "organisation_deactivate",
    "organisation:person-reactivate": "organisation_reactivate",
    "organisation:post-add": "organisation_give_post",
    "organisation:post-remove": "organisation_take_post",
    "organisation:reason-add": "organisation_add_reason",
    "organisation:reason-remove": "organisation_remove_reason",
    "organisation:role": "organisation_change_role",
    "organisation:role-add": "organisation_add_role",
    "organisation:role-remove": "organisation_remove_role",
    "organisation:role-reset": "organisation_reset_role",
    "organisation:role-toggle": "organisation_set_permission",
    "people:presence": "organisation_set_presence",
    "rules:drop": "rules_drop",
    "rules:drop-plan": "rules_drop_plan",
    "rules:save": "rules_save",
    "rules:start": "rules_start",
    "rules:switch-on": "rules_switch_on",
    "rules:try": "rules_try_out",
    "search:rebuild": "search_rebuild",
    "shipments:add-follow-up": "waybills_add_follow_up",
    "shipments:amend": "waybills_amend",
    "shipments:ask": "waybills_ask",
    "shipments:bulk": "waybills_clear",
    "shipments:clear": "waybills_clear",
    "shipments:facts": "waybills_change_facts",
    "shipments:follow-up": "waybills_move_follow_up",
    "shipments:note": "waybills_note",
    "shipments:register": "waybills_register",
    "shipments:scan": "waybills_record_scans",
    "shipments:settle": "waybills_settle",
    "sla:edit": "sla_change_level",
    "sla:new": "sla_add_level",
    "sla:retire": "sla_retire_level",
    "tasks:break": "tasks_break_promise",
    "tasks:cancel": "tasks_cancel",
    "tasks:chase": "tasks_chase",
    "tasks:claim": "tasks_claim",
    "tasks:complete": "tasks_complete",
    "tasks:delegate": "tasks_delegate",
    "tasks:note": "tasks_note",
    "tasks:photos": "files_upload tasks_complete",
    "tasks:postpone": "tasks_postpone",
    "tasks:release": "tasks_release",
    "tasks:remind": "tasks_remind",
    "tasks:return": "tasks_give_back",
    "tasks:send-again": "tasks_send_again",
    "tasks:tick": "tasks_tick",
    "workbench:chase": "workbench_chase",
    "workbench:contact": "cases_open_case",
    "workbench:reassign": "workbench_reassign",
    "cases:setup-edit": "cases_change_category cases_change_cause cases_change_field "
    "cases_change_checklist cases_change_macro",
    "cases:setup-new": "cases_add_category cases_add_cause cases_add_field cases_add_checklist cases_add_macro",
    "privacy:reveal": "privacy_reveal",
    "reports:add-receiver": "reports_add_receiver",
    "reports:chase": "reports_chase",
    "reports:confirm": "reports_confirm",
    "reports:make": "reports_make",
    "reports:plan": "reports_change_plan",
    "reports:remove-receiver": "reports_remove_receiver",
    "rules:import": "rules_import_sheet",
    "shipments:account": "waybills_change_account",
    "shipments:codes": "waybills_set_meaning",
    "shipments:numbers": "waybills_add_pattern",
    "shipments:push-again": "waybills_push_again",
    "shipments:remove-pattern": "waybills_remove_pattern",
    "shipments:words": "waybills_write_words",
    "workbench:hand-over": "workbench_hand_over",
    "webhooks:change": "webhooks_change_endpoint",
    "webhooks:new": "webhooks_add_endpoint webhooks_new_secret",
    "webhooks:ping": "webhooks_ping",
    "webhooks:replay": "webhooks_replay",
    "webhooks:replay-failed": "webhooks_replay_failed",
    "webhooks:secret": "webhooks_new_secret",
    "webhooks:switch": "webhooks_switch",
    "workbench:take-back": "workbench_take_back",
}
"""Page and the operations that do the same."""
WITHOUT: dict[str, str] = {
    "cases:recognise": "fills a form; the call that opens a case recognises by itself",
    "desk:draft": "what a person is typing",
    "desk:preferences": "how one's screen looks",
    "organisation:password": "a person's own password",
    "people:enter-as": "the demo's door",
    "people:own-password": "a person's own password",
    "people:sign-in": "a browser's session",
    "people:sign-out": "a browser's session",
    "portal:answer": "the customer's own",
    "portal:begin": "the customer's own",
    "portal:drop": "the customer's own",
    "portal:keep": "the customer's own",
    "portal:language": "the customer's own",
    "portal:leave": "the customer's own",
    "portal:question": "the customer's own",
    "portal:rate": "the customer's own",
    "portal:remove-photo": "the customer's own",
    "portal:say": "the customer's own",
    "portal:track": "the customer's own",
    "rest:limits": "the interface does not set its own limits",
    "rest:revoke": "a token does not handle tokens",
    "rest:tokens": "a token does not make tokens",
    "setup:done": "an empty installation, before there is anybody to hold a token",
    "setup:start": "an empty installation, before there is anybody to hold a token",
    "shipments:push": "the carriers' own door",
    "shipments:read": "fills a form",
    "tasks:remove-photo": "a file uploaded by a call is not the task's before the answer",
    "workbench:contact-recognise": "fills a form",
}
"""Pages that are no act of the product, and why. An act has an operation: there is no table of gaps."""
WRITES = re.compile(r'require_POST|"(?:POST|PUT|DELETE)"')


def patterns(found: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for entry in found:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "door", ("",))[0] != "api":
            yield ":".join((*spaces, entry.name or "")), entry.callback


def writing_pages() -> set[str]:
    found = patterns(get_resolver().url_patterns)
    return {name for name, view in found if WRITES.search(inspect.getsource(inspect.unwrap(view)))}


def test_every_page_that_writes_has_its_operations_or_a_reason() -> None:
    known = CALLS.keys() | WITHOUT.keys()
    assert sorted(writing_pages() - known) == []


def test_the_tables_name_what_is_there() -> None:
    assert sorted((CALLS.keys() | WITHOUT.keys()) - writing_pages()) == []
    named = {name for names in CALLS.values() for name in names.split()}
    assert sorted(named - operations().keys()) == []


def test_no_page_stands_in_two_tables() -> None:
    assert not CALLS.keys() & WITHOUT.keys()
