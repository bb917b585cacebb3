"""The examples of docs/api.md, run with curl against the product over HTTP."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from suhui.platform.exchange.choices import ImportState
from suhui.platform.exchange.models import Export, Import
from suhui.platform.people.models import User
from suhui.records.shipments.models import ScanEvent
from suhui.service.cases.models import Case
from tests.api import caller

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.mark.house
@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_guide_works(live_server: Any, administrator: User) -> None:
    assert shutil.which("curl"), "the examples of docs/api.md need curl: apt-get install curl"
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    assert len(blocks) >= 6
    more = {"HOST": live_server.url, "TOKEN": caller(administrator).secret}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert Case.objects.get().tags == ["双十一"]
    assert ScanEvent.objects.count() == 1
    assert Import.objects.get().state == ImportState.CHECKING
    assert Export.objects.get().rows == 1
