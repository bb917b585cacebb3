"""`suhui parts`: the monthly parts of the large tables, made by hand."""

import os
from datetime import datetime

from suhui.config.words import Trouble, _


def make(since: str) -> list[str]:
    """The parts from the month `since` ("2024-01"; empty: this month) to those ahead; the names of the new ones."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    from suhui.platform.core import partitions
    from suhui.platform.core.clock import BEIJING, now

    moment = now()
    try:
        begin = datetime.strptime(since, "%Y-%m").replace(tzinfo=BEIJING) if since else moment
    except ValueError as error:
        raise Trouble(_("A month is written like 2024-01.")) from error
    made: list[str] = []
    for table in partitions.tables():
        made += partitions.prepare(table, since=begin, until=moment)
        made += partitions.keep(table, moment)
    return made
