"""Questions the command line asks of the rooms: works with the shipped data where no database runs."""

import json
import os
from dataclasses import asdict

from suhui.config.words import language


def carriers_of(number: str) -> str:
    """The ranked candidates for a number as JSON, readable."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    from django.utils import translation

    from suhui.records.shipments.recognition import recognise

    with translation.override("zh-hans" if language() == "zh_Hans" else "en"):
        return json.dumps([asdict(found) for found in recognise(number)], ensure_ascii=False, indent=2)
