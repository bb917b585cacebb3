from suhui.platform.core.actors import Actor
from suhui.platform.core.events import Happened, handles
from suhui.platform.core.gathering import takes
from suhui.platform.search import services as search
from suhui.records.shipments import services
from suhui.records.shipments.choices import Fault, Source, Status, SubStatus
from suhui.records.shipments.events import (
    CodeLearnt,
    WaybillChanged,
    WaybillRegistered,
    WaybillStatusChanged,
)
from suhui.records.shipments.mapping import Meaning
from suhui.records.shipments.models import StatusCode, Waybill

RULES = Actor.system("exceptions")


@takes(name="shipments.pushes")
def take_pushes() -> int:
    return services.take_pushes()


@handles(WaybillStatusChanged, name="shipments.find_exceptions")
def find_exceptions(happened: Happened) -> None:
    waybill = Waybill.objects.filter(pk=happened.data.waybill_id).first()
    if waybill is not None:
        services.find_exceptions(waybill=waybill, by=RULES)


@handles(WaybillRegistered, name="shipments.want_news")
def want_news(happened: Happened) -> None:
    waybill = Waybill.objects.select_related("carrier").filter(pk=happened.data.waybill_id).first()
    if waybill is not None and happened.data.source in (Source.MANUAL, Source.FILE, Source.API):
        services.want_news(waybill=waybill, by=RULES)


@handles(WaybillRegistered, name="shipments.index_new", newest=True)
@handles(WaybillChanged, name="shipments.index_changed", newest=True)
@handles(WaybillStatusChanged, name="shipments.index_moved", newest=True)
def index(happened: Happened) -> None:
    search.index("waybill", happened.data.waybill_id)


@handles(CodeLearnt, name="shipments.remap")
def remap(happened: Happened) -> None:
    row = StatusCode.objects.filter(pk=happened.data.code_id).first()
    if row is None:
        return
    meaning = Meaning(Status(row.status), SubStatus(row.sub_status), Fault(row.fault))
    while services.remap(source=row.source, code=row.code, meaning=meaning, by=happened.actor):
        pass
