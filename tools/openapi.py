"""The snapshot of the programming interface, docs/openapi.json: what callers may rely on, in English.

python -m tools.openapi           write it anew
python -m tools.openapi --check   exit 1 when it is not what the code offers
"""

import json
import os
import sys
from pathlib import Path

SNAPSHOT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def present() -> str:
    """The document as the code offers it now. Django is set up."""
    from django.utils import translation

    from suhui.screens.api import reading

    with translation.override("en"):
        return json.dumps(reading.document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suhui.config.settings")
    import django

    django.setup()
    text = present()
    if "--check" in sys.argv:
        return int(not SNAPSHOT.exists() or SNAPSHOT.read_text() != text)
    SNAPSHOT.write_text(text)
    print(f"{SNAPSHOT.name}: {text.count('operationId')} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
