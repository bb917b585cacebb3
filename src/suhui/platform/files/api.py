"""Files in and out."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from suhui.platform.files import access, services
from suhui.platform.files.ui.delivery import deliver
from suhui.platform.people.permissions import Perm
from suhui.platform.rest.calls import Call
from suhui.platform.rest.rooms import Room
from suhui.platform.rest.shapes import Row

api = Room("files", _("Files"))


class FileOut(Row):
    id: UUID
    name: str = Field(examples=["破损.jpg"])
    kind: str = Field(examples=["image"])
    media_type: str
    size: int = Field(description="Bytes as they are kept: pictures are written anew, without their place and camera")


@api.post(
    "/files",
    Perm.CASE_EDIT,
    Perm.CASE_CREATE,
    Perm.TASK_WORK,
    Perm.CUSTOMER_EDIT,
    answer=FileOut,
    status=201,
    upload=True,
    summary=_("Upload a file, to attach it by its id"),
)
def upload(request: Call, file: File[UploadedFile]) -> FileOut:
    kept = services.store(upload=file, owner_key=f"user:{request.user.pk}", by=request.actor)
    return FileOut(id=kept.pk, name=kept.name, kind=kept.kind, media_type=kept.media_type, size=kept.size)


@api.get(
    "/files/{uuid:file_id}",
    Perm.CASE_VIEW,
    Perm.TASK_WORK,
    Perm.CUSTOMER_VIEW,
    answer=None,
    download=("application/octet-stream",),
    summary=_("Download a file"),
)
def download(request: Call, file_id: UUID) -> HttpResponseBase:
    return deliver(request, access.get_file(request.user, file_id))
