"""The terminal's own language: Chinese where the locale is Chinese, else English. Needs no Django."""

import gettext
import os
from pathlib import Path


class Trouble(Exception):
    """What stops a command, in one sentence that says what to do. The command ends with exit code 3."""


def language() -> str:
    """`zh_Hans` or `en`, as the usual environment variables say."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh_Hans" if named.lower().startswith("zh") else "en"


_catalogue = gettext.translation(
    "django", localedir=Path(__file__).parent / "locale", languages=[language()], fallback=True
)
_ = _catalogue.gettext
