"""The operations on service levels and the clocks that run under them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from suhui.engines.sla import access, selectors, services, wording
from suhui.engines.sla.choices import ClockKind, Counting, Tier, Unit
from suhui.engines.sla.models import Clock, Policy
from suhui.engines.sla.services import EscalationDraft, TargetDraft
from suhui.platform.calendars.wording import why_lines
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy import masks
from suhui.platform.rest import paging
from suhui.platform.rest.calls import Call
from suhui.platform.rest.revisions import demand_unchanged
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Id, Listing, Paging, Ref, Row, Sent, Words, ref

api = Room("sla", _("Service levels and clocks"))


class TargetShape(Sent):
    """One promise."""

    kind: ClockKind = Field(examples=["resolution"])
    amount: int = Field(ge=1, le=100_000, examples=[24])
    unit: Unit = Field(examples=["hours"])
    counting: Counting = Field(Counting.WORKING, description="working: opening hours of the branch")
    warn_share: int = Field(80, ge=0, le=100, description="Warn when this part of the time is gone, in percent")
    warn_minutes: int = Field(30, ge=0, le=100_000, description="or when so many minutes are left")
    basis: str = Field("", max_length=120, description="Law, standard or house rule behind it")
    verified: bool = True


class EscalationShape(Sent):
    """Who is told when it is late."""

    after_minutes: int = Field(ge=0, le=100_000, description="Minutes late, in the clock's own counting")
    tier: Literal[0, 1, 2, 9] = Field(description="0 nearest supervisors, 1 and 2 levels up, 9 headquarters")


class LevelRow(Row):
    id: int
    code: str = Field(examples=["standard"])
    version: int
    name: str
    english_name: str
    targets: list[TargetShape]
    escalations: list[EscalationShape]
    changed_at: datetime


ACT: dict[str, Any] = {"answer": LevelRow, "revision": "version", "person": True}
"""Service levels are the whole company's: no token that is bound to a branch changes them."""


def _rows(policies: Sequence[Policy]) -> list[LevelRow]:
    return [
        LevelRow(
            id=one.pk,
            code=one.code,
            version=one.version,
            name=one.name,
            english_name=one.english_name,
            targets=[
                TargetShape(**{name: getattr(target, name) for name in TargetShape.model_fields})
                for target in one.targets.all()
            ],
            escalations=[
                EscalationShape.model_validate({"after_minutes": step.after_minutes, "tier": step.tier})
                for step in one.escalations.all()
            ],
            changed_at=one.created_at,
        )
        for one in policies
    ]


@api.get("/service-levels", Perm.SLA_MANAGE, answer=Listing[LevelRow], summary=_("Service levels in force"))
def list_levels(request: Call, pages: Query[Paging]) -> Listing[LevelRow]:
    return paging.page(request, pages, selectors.policies(), order=("order", "code", "id"), build=_rows)


@api.get(
    "/service-levels/{slug:level}",
    Perm.SLA_MANAGE,
    answer=LevelRow,
    revision="version",
    summary=_("A service level with its promises"),
)
def one_level(request: Call, level: str) -> LevelRow:
    return _rows([access.get_policy(request.user, level)])[0]


@api.get(
    "/service-levels/{slug:level}/versions",
    Perm.SLA_MANAGE,
    answer=Listing[LevelRow],
    summary=_("Every version of a service level, the newest first"),
)
def list_versions(request: Call, level: str, pages: Query[Paging]) -> Listing[LevelRow]:
    access.get_policy(request.user, level)
    found = Policy.objects.filter(code=level).prefetch_related("targets", "escalations")
    return paging.page(request, pages, found, order=("-version", "-id"), build=_rows)


class LevelIn(Sent):
    name: str = Field(min_length=1, max_length=80, examples=["重要客户"])
    english_name: str = Field("", max_length=80)
    targets: list[TargetShape] = Field(min_length=1, max_length=3, description="One of each kind at most")
    escalations: list[EscalationShape] = Field(default_factory=list, max_length=4)


class LevelNew(LevelIn):
    code: str = Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", examples=["key-accounts"])


@api.post("/service-levels", Perm.SLA_MANAGE, status=201, summary=_("Add a service level"), **ACT)
def add_level(request: Call, sent: LevelNew) -> LevelRow:
    return _saved(request, sent.code, sent, None)


@api.put("/service-levels/{slug:level}", Perm.SLA_MANAGE, summary=_("Put a new version of a level in force"), **ACT)
@transaction.atomic
def change_level(request: Call, level: str, sent: LevelIn) -> LevelRow:
    """Running clocks keep the version they started under."""
    held = access.get_policy(request.user, level)
    demand_unchanged(request, held.version)
    return _saved(request, level, sent, held.version)


def _saved(request: Call, code: str, sent: LevelIn, seen: int | None) -> LevelRow:
    if len({target.kind for target in sent.targets}) < len(sent.targets):
        said = _("Promise each kind of answer once.")
        raise BadInput(said, {"targets": said})
    services.save_policy(
        code=code,
        name=sent.name,
        english_name=sent.english_name,
        targets=[TargetDraft(**target.model_dump()) for target in sent.targets],
        escalations=[EscalationDraft(step.after_minutes, Tier(step.tier)) for step in sent.escalations],
        seen_version=seen,
        by=request.actor,
    )
    return _rows([access.get_policy(request.user, code)])[0]


@api.delete(
    "/service-levels/{slug:level}",
    Perm.SLA_MANAGE,
    summary=_("Take a service level out of use"),
    revision="version",
    person=True,
)
def retire_level(request: Call, level: str) -> None:
    held = access.get_policy(request.user, level)
    demand_unchanged(request, held.version)
    services.retire_policy(policy=held, by=request.actor)


class ClockLine(BaseModel):
    text: str
    tone: str


class ClockRow(Row):
    id: int
    subject: str = Field(examples=["case:17"])
    label: str
    kind: ClockKind
    state: str = Field(examples=["running"])
    branch: Ref
    owner: Ref | None
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    late: bool
    level: str = Field(description="Code of the service level")
    level_version: int
    note: str = Field(description="The level and the law behind it, in words")
    why: list[ClockLine] = Field(description="How the due time came about")


def _clocks(clocks: Sequence[Clock]) -> list[ClockRow]:
    return [
        ClockRow(
            id=one.pk,
            subject=one.subject,
            label=masks.mask_text(one.label),
            kind=ClockKind(one.kind),
            state=one.state,
            branch=Ref(id=one.branch_id, name=one.branch.name),
            owner=ref(one.owner),
            started_at=one.started_at,
            warn_at=one.warn_at,
            due_at=one.due_at,
            late=one.is_late,
            level=one.policy.code,
            level_version=one.policy.version,
            note=wording.clock_note(one),
            why=[ClockLine(text=line.text, tone=line.tone) for line in why_lines(one.explanation)],
        )
        for one in clocks
    ]


class ClockWords(Words):
    due: Literal["late", "soon"] = "late"
    branch: Id | None = Field(None, description="This branch and below")


@api.get("/clocks", Perm.SUPERVISE, answer=Listing[ClockRow], summary=_("Clocks of one's team that are late or near"))
def list_clocks(request: Call, words: Query[ClockWords], pages: Query[Paging]) -> Listing[ClockRow]:
    branch = _branch(request, words.branch)
    chosen = selectors.late if words.due == "late" else selectors.soon
    found = chosen(request.user, now(), branch=branch)
    found = found.select_related("branch", "owner", "policy").prefetch_related("policy__targets")
    return paging.page(request, pages, found, order=("due_at", "id"), build=_clocks)


def _branch(request: Call, branch_id: int | None) -> Branch | None:
    if branch_id is None:
        return None
    found = Branch.objects.filter(pk=branch_id).first()
    if found is None:
        said = _("No branch has this id.")
        raise BadInput(said, {"branch": said})
    return found
