from suhui.platform.core import live
from suhui.platform.exchange import access
from suhui.platform.people.models import User
from suhui.platform.people.permissions import Perm


def _may_watch_all(user: User, key: str) -> bool:
    return key == "all" and user.may(Perm.DATA_IMPORT)


live.register_topic("import", access.may_watch)
live.register_topic("imports", _may_watch_all)
