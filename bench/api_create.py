"""python -m bench.api_create: what a case opened by the programming interface takes, beside the service alone.

On the database of SUHUI_HOME (migrated if it is new); everything is rolled back, so the disk's wait at the end of a
transaction is not in the figures. --count 100 calls of each.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suhui.config import embedded

AIM = 30.0
"""Milliseconds of server time at p95."""
WARM = 10


@dataclass
class Figures:
    """Milliseconds of each call: on the clock, of this process's processor, waiting for the database."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    statements: int = 0

    def said(self, words: str) -> str:
        p95 = sorted(self.wall)[int(len(self.wall) * 0.95) - 1]
        parts = (statistics.median(self.wall), p95, statistics.median(self.own), statistics.median(self.waited))
        times = "p50 {:6.1f}  p95 {:6.1f}  own {:6.1f}  SQL {:6.1f}".format(*parts)
        return f"{words:34} {times}  {self.statements} statements"


def measured(call: Callable[[int], Any], count: int) -> Figures:
    from django.db import connection

    found = Figures()
    for number in range(-WARM, count):
        spent: list[float] = []

        def timed(execute: Any, *given: Any, spent: list[float] = spent) -> Any:
            begun = time.perf_counter()
            try:
                return execute(*given)
            finally:
                spent.append(time.perf_counter() - begun)

        begun, worked = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(timed):
            call(number)
        if number >= 0:
            found.wall.append((time.perf_counter() - begun) * 1000)
            found.own.append((time.thread_time() - worked) * 1000)
            found.waited.append(sum(spent) * 1000)
            found.statements = len(spent)
    return found


def company() -> Any:
    """Somebody who opens cases; made when the database is empty."""
    from suhui.platform.core.actors import Actor
    from suhui.platform.people import services as people
    from suhui.platform.people.models import Branch, Role, User

    known = User.objects.filter(is_active=True, posts__role__code="agent").order_by("pk").first()
    if known is not None:
        return known
    by = Actor.system("bench")
    root = Branch.objects.filter(parent=None).first()
    root = root or people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=by)
    return people.add_person(username="bench", name="王芳", branch=root, roles=[Role.objects.get(code="agent")], by=by)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    count = parser.parse_args().count
    if "SUHUI_DATABASE_URL" not in os.environ:
        embedded.use(Path(os.environ.get("SUHUI_HOME", "var")).resolve() / "postgres")
    os.environ["DJANGO_SETTINGS_MODULE"] = "suhui.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, transaction

    call_command("migrate", verbosity=0)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with transaction.atomic():
        lines = compare(company(), count)
        transaction.set_rollback(True)
    print("\n".join(lines))
    return 0


def compare(user: Any, count: int) -> list[str]:
    """The same matter by the interface, by the interface with a key, and by the service alone."""
    from django.test import Client

    from suhui.platform.core.actors import Actor
    from suhui.platform.people.permissions import Perm
    from suhui.platform.rest import services as rest
    from suhui.platform.rest.models import Limit
    from suhui.service.cases import services as cases

    by = Actor.staff(user)
    Limit.objects.update(per_minute=1_000_000)
    token = rest.make_token(user=user, name="bench", scopes=[Perm.CASE_CREATE.value, Perm.CASE_VIEW.value], by=by)
    headers = {"Authorization": f"Bearer {token.secret}"}
    client = Client()

    callers = itertools.count()

    def matter() -> dict[str, Any]:
        phone = f"139{next(callers):08d}"
        return {"channel": "phone", "kind": "complaint", "text": "包裹破损，要求赔偿", "phone": phone, "name": "王小明"}

    def by_call(number: int, **more: str) -> None:
        answer = client.post(
            "/api/v1/cases", json.dumps(matter()), content_type="application/json", headers=headers | more
        )
        if answer.status_code != 201:
            raise SystemExit(answer.content.decode())

    def by_service(number: int) -> None:
        cases.intake(by=by, **matter())

    floor = measured(by_service, count)
    plain = measured(by_call, count)
    keyed = measured(lambda number: by_call(number, **{"Idempotency-Key": f"bench{number}"}), count)
    ratio = statistics.median(plain.wall) / statistics.median(floor.wall)
    return [
        floor.said("the service alone (floor)"),
        plain.said("POST /api/v1/cases"),
        keyed.said("the same with an Idempotency-Key"),
        f"ratio to the floor {ratio:.2f}, aim {AIM:.0f} ms at p95",
    ]


if __name__ == "__main__":
    sys.exit(main())
