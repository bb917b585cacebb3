"""What every test may lean on: a small organisation, people in posts, a signed-in client, events run to the end."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_socket import disable_socket

from suhui.platform.core import dispatch
from suhui.platform.core.actors import Actor
from suhui.platform.people import services as people
from suhui.platform.people.models import Branch, Department, Role, User
from tests import database

SYSTEM = Actor.system("test")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's own database, with a copy of what it ships with, which transactional tests put back after them."""
    with django_db_blocker.unblock(), database.copied(os.environ.get("PYTEST_XDIST_WORKER", "alone")):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Real hashing is slow on purpose; a hundred sign-ins are tested here for other things."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_foreign_sockets(request: pytest.FixtureRequest) -> None:
    """Nothing outside this machine is reached: only sockets of the file system, and loopback where a test needs it."""
    if not any(request.node.iter_markers("browser")) and not any(request.node.iter_markers("house")):
        disable_socket(allow_unix_socket=True)


@pytest.fixture
def headquarters(db: None) -> Branch:
    return people.open_branch(name="总部", code="HQ", kind="hq", parent=None, by=SYSTEM)


@pytest.fixture
def region(headquarters: Branch) -> Branch:
    return people.open_branch(name="华东区域", code="EAST", kind="region", parent=headquarters, by=SYSTEM)


@pytest.fixture
def outlet(region: Branch) -> Branch:
    return people.open_branch(name="杭州西湖网点", code="HZ01", kind="outlet", parent=region, by=SYSTEM)


@pytest.fixture
def other_outlet(region: Branch) -> Branch:
    return people.open_branch(name="苏州园区网点", code="SZ01", kind="outlet", parent=region, by=SYSTEM)


@pytest.fixture
def service_department(outlet: Branch) -> Department:
    return people.add_department(branch=outlet, function="service", name="客服部", by=SYSTEM)


MakePerson = Callable[..., User]


@pytest.fixture
def make_person(outlet: Branch) -> MakePerson:
    """make_person("agent", name="王芳", branch=outlet): a member of staff in a shipped post."""
    counter = iter(range(1, 1000))

    def make(post: str = "agent", *, name: str = "", branch: Branch | None = None, **more: object) -> User:
        number = next(counter)
        role = Role.objects.get(code=post)
        return people.add_person(
            username=f"{post}{number}",
            name=name or f"员工{number}",
            branch=branch or outlet,
            roles=[role],
            by=SYSTEM,
            **more,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def agent(make_person: MakePerson) -> User:
    return make_person("agent", name="王芳")


@pytest.fixture
def supervisor(make_person: MakePerson, region: Branch) -> User:
    return make_person("service-supervisor", name="李主管", branch=region)


@pytest.fixture
def administrator(make_person: MakePerson, headquarters: Branch) -> User:
    return make_person("administrator", name="管理员", branch=headquarters)


@pytest.fixture
def enter(client: Client) -> Callable[[User], Client]:
    """enter(user): the test client, signed in as that person."""

    def as_user(user: User) -> Client:
        client.force_login(user)
        return client

    return as_user


@pytest.fixture
def run_events(db: None) -> Callable[[], int]:
    """Deliver every stored event to its handlers, and what those store in turn."""
    return dispatch.run_all
