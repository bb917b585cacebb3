from suhui.engines.rules.registry import register_table
from suhui.platform.core import live
from suhui.platform.files.access import register_owner
from suhui.platform.privacy import registry
from suhui.records.customers import access, personal, tiers

live.register_topic("customer", access.may_see)
register_owner("customer", access.may_see)
registry.register_field("customer", personal.read, label=personal.LABEL, url=personal.url)
register_table(tiers.SPEC)
