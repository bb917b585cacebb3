"""What calls send and get: pydantic models with the house's manners, and types that never overflow the database."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from suhui.platform.people.models import Branch, User

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _in_our_time(at: datetime) -> datetime:
    if not EARLIEST <= at < LATEST:
        raise PydanticCustomError("datetime_range", "between 1970 and 2199")
    return at


def _on_our_days(day: date) -> date:
    if not EARLIEST.date() <= day < LATEST.date():
        raise PydanticCustomError("date_range", "between 1970 and 2199")
    return day


Id = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[17])]
Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time), Field(examples=["2026-11-22T16:20:00+08:00"])]
"""A time with its zone."""
Day = Annotated[date, AfterValidator(_on_our_days), Field(examples=["2026-11-22"])]
Fen = Annotated[int, Field(ge=0, le=10**12, description="Money in fen: 100 are one yuan", examples=[12800])]


class Sent(BaseModel):
    """A body. A field that nobody knows is refused: a typing error must not pass for consent."""

    model_config = ConfigDict(extra="forbid")


class Words(BaseModel):
    """Arguments in the query: filters, sorting."""


def _only_id_required(schema: dict[str, Any]) -> None:
    """`fields` leaves out what was not asked for, so that nothing but the id can be promised."""
    schema.pop("required", None)
    if "id" in schema.get("properties", {}):
        schema["required"] = ["id"]


class Row(BaseModel):
    """A thing as it is answered. Callers may ask for some of its fields with `fields=`; `id` always comes."""

    model_config = ConfigDict(json_schema_extra=_only_id_required)


Shape = TypeVar("Shape", bound=BaseModel)


class Listing(BaseModel, Generic[Shape]):
    """A page of a list. `next` is the cursor of the page after it, null on the last."""

    rows: list[Shape]
    next: str | None = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__}Listing"


class Ref(BaseModel):
    """Another thing by its id and name."""

    id: int
    name: str


def ref(row: Branch | User | None) -> Ref | None:
    """A branch or a colleague, whose names are open to all staff."""
    return Ref(id=row.pk, name=row.name) if row is not None else None


class Paging(BaseModel):
    """How much of a list, and from where."""

    limit: int = Field(50, ge=1, le=200, description="Rows of a page")
    cursor: str = Field("", max_length=1000, description="`next` of the page before")
