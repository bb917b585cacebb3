from suhui.engines.rules.registry import register_table
from suhui.platform.core.live import register_topic
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm
from suhui.records.shipments import access, moving, rule_table


def _may_watch(user: User, key: str) -> bool:
    return key.isdecimal() and access.visible_to(user).filter(pk=int(key)).exists()


def _may_watch_exceptions(user: User, key: str) -> bool:
    return key == "all" and user.may(Perm.EXCEPTION_HANDLE)


register_table(rule_table.SPEC)
register_topic("waybill", _may_watch)
register_topic("exceptions", _may_watch_exceptions)
moving.register()
