"""Beginning an installation, once."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from suhui.platform.calendars import services as calendars
from suhui.platform.calendars.models import Calendar
from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput, Refused
from suhui.platform.core.spelling import initials
from suhui.platform.people import services as people
from suhui.platform.people.choices import BranchKind
from suhui.platform.people.models import Branch, Role, User
from suhui.screens.setup import events, selectors
from suhui.screens.setup.models import Installation

_LOCK = 7_340_002
MOST_BRANCHES = 200


@dataclass(frozen=True)
class Wanted:
    """What the set-up page asks. `branches` are lines "region > outlet" or single names, top first."""

    company: str
    name: str
    username: str
    password: str
    calendar: str
    branches: list[str] = field(default_factory=list)


@transaction.atomic
def install(*, wanted: Wanted, at: datetime) -> User:
    """Make the company: root, first branches with a service department each, first administrator, calendar.

    Raises Refused when somebody exists already (two browsers at once: the first wins), BadInput at its field.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not selectors.is_empty():
        raise Refused(_("This installation is set up already. Please sign in."))
    _check(wanted)
    by = Actor.system("setup")
    root = people.open_branch(name=wanted.company.strip(), code="HQ", kind=BranchKind.HEADQUARTERS, parent=None, by=by)
    _department(root, by)
    _open_branches(root, wanted.branches, by)
    administrator = people.add_person(
        username=wanted.username.strip(),
        name=wanted.name.strip(),
        branch=root,
        roles=[Role.objects.get(code="administrator")],
        password=wanted.password,
        by=by,
    )
    _choose_calendar(wanted.calendar, by)
    installation = Installation.objects.create(company=root.name, administrator=administrator, made_at=at)
    event = events.Installed(
        installation_id=installation.pk, company=installation.company, administrator_id=administrator.pk
    )
    stored.store(event, by=by)
    return administrator


def _check(wanted: Wanted) -> None:
    person = User(username=wanted.username, name=wanted.name)
    try:
        validate_password(wanted.password, person)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise BadInput(sentence, {"password": sentence}) from error
    if len(wanted.branches) > MOST_BRANCHES:
        sentence = _("At most %(count)s branches here; add the others afterwards.") % {"count": MOST_BRANCHES}
        raise BadInput(sentence, {"branches": sentence})


def _open_branches(root: Branch, lines: list[str], by: Actor) -> None:
    """`华东区域 > 杭州西湖网点`: what stands before the last arrow is a region, opened when it is first named."""
    regions: dict[str, Branch] = {}
    codes = {root.code}
    for line in lines:
        *above, name = [part.strip() for part in line.replace("＞", ">").split(">") if part.strip()] or [""]
        if not name:
            continue
        parent = root
        for region in above:
            if region not in regions:
                regions[region] = _open(region, BranchKind.REGION, parent, codes, by)
            parent = regions[region]
        _open(name, BranchKind.OUTLET, parent, codes, by)


def _open(name: str, kind: BranchKind, parent: Branch, codes: set[str], by: Actor) -> Branch:
    code = _free_code(name, codes)
    codes.add(code)
    branch = people.open_branch(name=name[:80], code=code, kind=kind, parent=parent, by=by)
    _department(branch, by)
    return branch


def _free_code(name: str, codes: set[str]) -> str:
    """The initials of the name, with a number when they are taken: `杭州西湖网点` → `HZXHWD`."""
    base = "".join(sign for sign in "".join(initials(name)).upper() if sign.isascii() and sign.isalnum())[:12] or "B"
    code, number = base, 1
    while code in codes:
        number += 1
        code = f"{base}{number}"
    return code


def _department(branch: Branch, by: Actor) -> None:
    people.add_department(branch=branch, function="service", name="客服部", by=by)


def _choose_calendar(code: str, by: Actor) -> None:
    calendar = Calendar.objects.filter(code=code).first()
    if calendar is None:
        sentence = _("There is no such calendar.")
        raise BadInput(sentence, {"calendar": sentence})
    calendars.make_default(calendar=calendar, by=by)


@transaction.atomic
def finish_guide(*, at: datetime, by: Actor) -> bool:
    """The guide is no longer needed. True when this call ended it."""
    return bool(Installation.objects.filter(guide_done_at=None).update(guide_done_at=at))


def finish_guide_when_done(*, at: datetime) -> bool:
    """End the guide by itself when every step is done."""
    if selectors.unfinished() is None or not all(step.done for step in selectors.steps()):
        return False
    return finish_guide(at=at, by=Actor.system("setup"))
