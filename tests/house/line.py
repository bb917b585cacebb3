"""Two signed-in people and their live sockets, for tests against real processes."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.product import Suhui

SETUP = "import os, django; os.environ['DJANGO_SETTINGS_MODULE']='suhui.config.settings'; django.setup()\n"
SEED = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from suhui.platform.core.actors import Actor
from suhui.platform.people import services
from suhui.platform.people.models import Role, User
by = Actor.system("test")
root = services.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=by)
for name in ("王芳", "李强"):
    user = services.add_person(username=name, name=name, branch=root, roles=[Role.objects.get(code="agent")], by=by)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    print(user.pk, session.session_key, root.pk)
"""


@dataclass(frozen=True)
class SignedIn:
    """A person's id, the key of their session, and the branch they sit in."""

    pk: int
    session: str
    branch: int


def two_people(suhui: Suhui, address: str) -> tuple[SignedIn, SignedIn]:
    """王芳 and 李强, agents in headquarters, in the database at `address`."""
    wang, li = (line.split() for line in django_says(suhui, SEED, address).splitlines())
    return SignedIn(int(wang[0]), wang[1], int(wang[2])), SignedIn(int(li[0]), li[1], int(li[2]))


def django_says(suhui: Suhui, code: str, address: str) -> str:
    """What `code` prints in a process of its own that knows the rooms."""
    environment = suhui.environment() | {"SUHUI_DATABASE_URL": address}
    done = subprocess.run([sys.executable, "-c", SETUP + code], env=environment, capture_output=True, check=True)
    return done.stdout.decode()


def open_socket(port: int, session: str, *, origin: str = "") -> ClientConnection:
    """The live socket of the web process on `port`, as a page of that session opens it."""
    address = f"127.0.0.1:{port}"
    headers = {"Cookie": f"sessionid={session}"}
    said = Origin(origin or f"http://{address}")
    return connect(f"ws://{address}/ws", origin=said, additional_headers=headers, legacy=True)


def hear(socket: ClientConnection, wanted: Callable[[dict[str, Any]], object], within: float = 15.0) -> dict[str, Any]:
    """The next frame that is `wanted`; others are let pass."""
    deadline = time.monotonic() + within
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=max(0.01, deadline - time.monotonic())))
        if wanted(frame):
            return frame
