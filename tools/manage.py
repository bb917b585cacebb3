"""Django's own commands against the embedded database, for those who change the code: makemigrations, shell."""

import os
import sys
from pathlib import Path

from suhui.config import embedded


def main() -> None:
    if "SUHUI_DATABASE_URL" not in os.environ:
        embedded.use(Path(os.environ.get("SUHUI_HOME", "var")).resolve() / "postgres")
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
