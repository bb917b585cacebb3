from typing import Any

from django.utils.translation import gettext_lazy as _

from suhui.engines.rules.explaining import explain
from suhui.engines.rules.subjects import name_of
from suhui.platform.core.live import register_topic
from suhui.platform.desk import filters, navigation
from suhui.platform.people.permissions import Perm


def _may_watch(user: Any, _key: str) -> bool:
    return bool(user.may(Perm.RULE_VIEW))


filters.register("explained", explain)
filters.register("subject_name", name_of)
register_topic("rules", _may_watch)
navigation.register_settings(
    navigation.SettingsPage(
        "rules:list",
        _("Rules"),
        _("Decision tables: what counts as urgent, how long things may take, who is told"),
        "table",
        Perm.RULE_VIEW,
        order=50,
    )
)
