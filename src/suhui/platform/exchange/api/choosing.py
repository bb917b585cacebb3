"""What files can hold, and how one that was sent in is read: encoding, sheet, which column is which field."""

from collections import defaultdict
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from suhui.platform.core.errors import BadInput, Missing
from suhui.platform.exchange import access, mapping, registry, services
from suhui.platform.exchange.api.room import api
from suhui.platform.exchange.models import Import, SavedMapping
from suhui.platform.exchange.reading import delimited, encodings
from suhui.platform.people.permissions import Perm
from suhui.platform.privacy.masks import mask_text
from suhui.platform.rest.calls import Call
from suhui.platform.rest.shapes import Ref, Sent


class ImportField(BaseModel):
    name: str = Field(examples=["phone"])
    label: str
    help: str
    required: bool


class ImportKindShape(BaseModel):
    name: str = Field(examples=["customers"])
    label: str
    help: str
    fields: list[ImportField]
    mappings: list[Ref] = Field(description="Saved mappings, the last used first")


class ImportKindList(BaseModel):
    rows: list[ImportKindShape]


@api.get(
    "/imports/kinds", Perm.DATA_IMPORT, answer=ImportKindList, summary=_("What can be imported, and from which fields")
)
def list_kinds(request: Call) -> ImportKindList:
    kinds = registry.kinds_for(request.user)
    saved: dict[str, list[Ref]] = defaultdict(list)
    for one in SavedMapping.objects.filter(kind__in=[kind.name for kind in kinds])[:500]:
        saved[one.kind].append(Ref(id=one.pk, name=one.name))
    return ImportKindList(
        rows=[
            ImportKindShape(
                name=kind.name,
                label=str(kind.label),
                help=str(kind.help),
                fields=[
                    ImportField(name=one.name, label=str(one.label), help=str(one.help), required=one.required)
                    for one in kind.fields
                ],
                mappings=saved[kind.name],
            )
            for kind in kinds
        ]
    )


class FileColumn(BaseModel):
    place: int = Field(description="From 0")
    name: str
    field: str = Field(description="What it is taken for; empty: nothing", examples=["phone"])
    samples: list[str] = Field(description="Its first values, masked for all but who sent the file")


class ReadingOut(BaseModel):
    format: Literal["csv", "xlsx"]
    encoding: str = Field(examples=["gb18030"])
    delimiter: str
    sheet: str
    sheets: list[str]
    header: int = Field(description="The line with the names of the columns, from 1")
    columns: list[FileColumn]


def _reading(request: Call, row: Import) -> ReadingOut:
    look = services.look_of(row)
    fields = {place: name for name, place in row.mapping.items()}
    own = row.by_id == request.user.pk
    how = look.how
    return ReadingOut(
        format="xlsx" if how.format == "xlsx" else "csv",
        encoding=how.encoding,
        delimiter=how.delimiter,
        sheet=how.sheet,
        sheets=look.sheets,
        header=how.header,
        columns=[
            FileColumn(
                place=place,
                name=name,
                field=fields.get(place, ""),
                samples=[text if own else mask_text(text) for text in look.sample_of(place)],
            )
            for place, name in enumerate(row.columns)
        ],
    )


@api.get(
    "/imports/{int:import_id}/reading",
    Perm.DATA_IMPORT,
    answer=ReadingOut,
    summary=_("How a file is read, its columns and first values"),
    person=True,
)
def reading(request: Call, import_id: int) -> ReadingOut:
    return _reading(request, access.get_import(request.user, import_id))


class ReadingIn(Sent):
    """Only what is sent is read otherwise; the columns and their fields are found anew."""

    encoding: str | None = Field(None, max_length=20, examples=["gb18030"])
    delimiter: str | None = Field(None, max_length=1, examples=[","])
    sheet: Annotated[str, Field(max_length=100)] | None = None
    header: Annotated[int, Field(ge=1, le=999)] | None = None


@api.patch(
    "/imports/{int:import_id}/reading",
    Perm.DATA_IMPORT,
    answer=ReadingOut,
    summary=_("Read a file otherwise than guessed"),
    person=True,
)
def read_otherwise(request: Call, import_id: int, sent: ReadingIn) -> ReadingOut:
    row = access.get_import(request.user, import_id)
    for name, value, known in (
        ("encoding", sent.encoding, encodings.LABELS),
        ("delimiter", sent.delimiter, delimited.DELIMITERS),
    ):
        if value is not None and value not in known:
            said = str(_("Some of these: %(names)s.")) % {"names": " ".join(map(repr, known))}
            raise BadInput(said, {name: said})
    given = {name: str(value) for name, value in sent.model_dump(exclude_none=True).items()}
    return _reading(request, services.read_otherwise(row=row, given=given))


def mapping_of(row: Import, said: dict[str, int] | None, saved_id: int | None) -> dict[str, int]:
    """Which column is what: as said, by a saved mapping, else as proposed. Raises BadInput for what is not there."""
    kind = registry.kind_named(row.kind)
    if kind is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if said is not None:
        known = {field.name for field in kind.fields}
        for name, place in said.items():
            if name not in known or place >= len(row.columns):
                wrong = _("There is no such field or no such column.")
                raise BadInput(wrong, {f"mapping/{name}": wrong})
        return said
    if saved_id is None:
        return dict(row.mapping)
    saved = SavedMapping.objects.filter(kind=kind.name, pk=saved_id).first()
    if saved is None:
        wrong = _("No mapping for this kind of file has this id.")
        raise BadInput(wrong, {"saved": wrong})
    return mapping.by_saved(saved.columns, row.columns, kind)
