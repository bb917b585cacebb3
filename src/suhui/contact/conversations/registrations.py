from suhui.contact.conversations import access, moving
from suhui.platform.core import live
from suhui.platform.files.access import register_owner
from suhui.records.customers.merging import register_mover

live.register_topic("contact", access.may_see)
register_owner("contact", access.may_see)
register_mover(moving.MOVER)
