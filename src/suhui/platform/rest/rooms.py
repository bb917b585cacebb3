"""How a room offers its operations: `Room` in its `api.py`, one decorated function per operation.

    api = Room("waybills", _("Waybills"))

    @api.get("/waybills/{int:waybill_id}", Perm.WAYBILL_VIEW, answer=WaybillOut, summary=_("One waybill"))
    def waybill(request: Call, waybill_id: int) -> WaybillOut:
        return shape(access.get_waybill(request.user, waybill_id))

The door, errors, limits, keys, `fields=` and the documentation of all that are the kit's; the function parses nothing,
checks its access as a view does, calls one service and gives a shape back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel

from suhui.platform.people.permissions import Perm
from suhui.platform.rest import bodies, idempotency
from suhui.platform.rest.calls import Call
from suhui.platform.rest.choices import Pace
from suhui.platform.rest.door import Door
from suhui.platform.rest.problems import FieldProblem, ProblemError
from suhui.platform.rest.revisions import etag
from suhui.platform.rest.shapes import Listing, Row

Operate = TypeVar("Operate", bound=Callable[..., Any])
rooms: list["Room"] = []
"""Every room's operations, in the order the rooms are read."""


@dataclass
class Operation:
    """What the kit and the documentation know of one operation. `revision` names the answer's field whose value is
    the ETag; `keyed` is False where an answer must not be kept (a revealed value)."""

    method: str
    path: str
    permissions: tuple[Perm, ...]
    summary: Any
    answer: Any
    status: int = 200
    pace: Pace = Pace.READ
    about: Any = ""
    upload: bool = False
    download: tuple[str, ...] = ()
    revision: str = ""
    keyed: bool = True
    person: bool = False
    sparse: frozenset[str] = field(default_factory=frozenset)
    known: frozenset[str] = field(default_factory=frozenset)
    name: str = ""

    @property
    def reads(self) -> bool:
        return self.method == "GET"


class Room:
    """The operations of one room. `name` is the tag in the documentation, `label` what people read."""

    def __init__(self, name: str, label: Any) -> None:
        self.name = name
        self.label = label
        self.router = Router(tags=[name])
        self.operations: list[Operation] = []
        rooms.append(self)

    def get(
        self, path: str, *permissions: Perm, answer: Any, summary: Any, **more: Any
    ) -> Callable[[Operate], Operate]:
        """A read. `answer` is a Row, a Listing of them, or another model; more: see Operation."""
        return self._offer(Operation("GET", path, permissions, summary, answer, **more))

    def post(
        self, path: str, *permissions: Perm, answer: Any, summary: Any, status: int = 200, **more: Any
    ) -> Callable[[Operate], Operate]:
        """A write; `status` is 201 where a thing comes to be, 204 (and `answer` None) where nothing is to be said."""
        more.setdefault("pace", Pace.WRITE)
        return self._offer(Operation("POST", path, permissions, summary, answer, status, **more))

    def patch(
        self, path: str, *permissions: Perm, answer: Any, summary: Any, **more: Any
    ) -> Callable[[Operate], Operate]:
        """A change of some fields."""
        return self._offer(Operation("PATCH", path, permissions, summary, answer, pace=Pace.WRITE, **more))

    def put(
        self, path: str, *permissions: Perm, answer: Any, summary: Any, **more: Any
    ) -> Callable[[Operate], Operate]:
        """A thing as it shall be; sending it again changes nothing."""
        return self._offer(Operation("PUT", path, permissions, summary, answer, pace=Pace.WRITE, **more))

    def delete(
        self, path: str, *permissions: Perm, summary: Any, answer: Any = None, **more: Any
    ) -> Callable[[Operate], Operate]:
        status = 204 if answer is None else 200
        return self._offer(Operation("DELETE", path, permissions, summary, answer, status, pace=Pace.WRITE, **more))

    def _offer(self, operation: Operation) -> Callable[[Operate], Operate]:
        def register(view: Operate) -> Operate:
            operation.name = f"{self.name}_{view.__name__}"
            operation.sparse = _sparse_fields(operation.answer)
            self.operations.append(operation)
            operate = _operating(view, operation)
            made: Any = self.router.api_operation(
                [operation.method],
                operation.path,
                auth=_door(operation, view),
                response={operation.status: operation.answer},
                operation_id=operation.name,
                summary=operation.summary,
                description=operation.about,
            )(operate)
            operation.known = _words_of(getattr(made, "_ninja_operation"))  # noqa: B009 - where Ninja leaves it
            return view

        return register


def _door(operation: Operation, view: Callable[..., Any]) -> Door:
    takes: Callable[[HttpRequest], Any] | None = None
    if operation.upload:
        takes = bodies.read_form
    elif any(_is_body(kind) for name, kind in view.__annotations__.items() if name != "return"):
        takes = bodies.read_json
    return Door(
        operation.permissions,
        pace=operation.pace,
        takes=takes,
        answers=operation.download or ("application/json",),
        person=operation.person,
    )


def _is_body(kind: Any) -> bool:
    """A model as an argument is the body; marked as Query it is no type."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _sparse_fields(answer: Any) -> frozenset[str]:
    """What `fields` may name: the fields of the Row, or of the Row a Listing holds."""
    if not isinstance(answer, type):
        return frozenset()
    if issubclass(answer, Listing):
        answer = answer.__pydantic_generic_metadata__["args"][0]
    return frozenset(answer.model_fields) if issubclass(answer, Row) else frozenset()


def _words_of(made: Any) -> frozenset[str]:
    """The names the query may hold."""
    models = [model for model in made.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def _operating(view: Callable[..., Any], operation: Operation) -> Callable[..., HttpResponseBase]:
    """The function as Ninja calls it: with its signature, answering in bytes."""

    @wraps(view)
    def operate(request: Call, *args: Any, **values: Any) -> HttpResponseBase:
        include = _asked_for(request, operation)
        if operation.reads or not operation.keyed:
            return _response(view(request, *args, **values), operation, include)
        return idempotency.once(request, lambda: _response(view(request, *args, **values), operation, include))

    return operate


def _asked_for(request: Call, operation: Operation) -> set[str] | None:
    """The fields the caller wants; None for all. Words that the operation does not know are refused: a filter with a
    typing error must not answer with everything."""
    known = operation.known | ({"fields"} if operation.sparse else set())
    unknown = sorted(set(request.GET) - known)
    if unknown:
        said = _("There is no such field.")
        errors = [FieldProblem(code="extra_forbidden", detail=said, parameter=name) for name in unknown[:20]]
        raise ProblemError("invalid", _("Some values cannot be used: see errors."), errors=errors)
    raw = request.GET.get("fields", "")
    if not raw:
        return None
    wanted = {name.strip() for name in raw.split(",")}
    if not wanted <= operation.sparse:
        said = _("Some of these: %(names)s.") % {"names": ", ".join(sorted(operation.sparse))}
        raise ProblemError("invalid", said, errors=[FieldProblem(code="enum", detail=said, parameter="fields")])
    return wanted | ({"id"} & operation.sparse)


def _response(result: Any, operation: Operation, include: set[str] | None) -> HttpResponse:
    if isinstance(result, HttpResponseBase):
        return result  # type: ignore[return-value]
    if result is None:
        return HttpResponse(status=204)
    chosen: Any = include
    if include is not None and isinstance(result, Listing):
        chosen = {"next": True, "rows": {"__all__": include}}
    response = HttpResponse(
        result.model_dump_json(include=chosen), status=operation.status, content_type="application/json"
    )
    if operation.revision:
        response["ETag"] = etag(getattr(result, operation.revision))
    return response
