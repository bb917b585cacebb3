from typing import Any

from suhui.engines.rules.explaining import explain
from suhui.platform.core.live import register_topic
from suhui.platform.desk import filters
from suhui.platform.people.permissions import Perm


def _may_watch(user: Any, _key: str) -> bool:
    return bool(user.may(Perm.RULE_VIEW))


filters.register("explained", explain)
register_topic("rules", _may_watch)
