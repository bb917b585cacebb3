from suhui.engines.rules.registry import register_table
from suhui.platform.desk.sharing import register_shared
from suhui.platform.files.access import register_owner
from suhui.platform.people.models import User
from suhui.screens.portal import limits, sharing


def _nobody(user: User, key: str) -> bool:
    """What was not sent yet is nobody's but the visitor's: they see it by signed links."""
    return False


register_owner("inquiry", _nobody)
register_shared("case", sharing.CASE)
register_shared("waybill", sharing.WAYBILL)
register_table(limits.LOCKOUT_TABLE)
register_table(limits.LIMITS_TABLE)
