from suhui.platform.core import live
from suhui.platform.privacy import registry
from suhui.records.customers import access, personal

live.register_topic("customer", access.may_see)
registry.register_field("customer", personal.read, label=personal.LABEL, url=personal.url)
