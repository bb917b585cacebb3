"""Waybills out of files: what a line can say, what is known already, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from suhui.platform.core import events as stored
from suhui.platform.core.actors import Actor
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.exchange import parsing, problems
from suhui.platform.exchange.errors import Wrong
from suhui.platform.exchange.registry import Context, Field, ImportKind, Line
from suhui.platform.people.models import Branch
from suhui.platform.people.permissions import Perm
from suhui.platform.search import services as search
from suhui.records.customers import phones
from suhui.records.shipments import access, events, services
from suhui.records.shipments.candidates import normalise, recognise
from suhui.records.shipments.choices import Product, Source
from suhui.records.shipments.models import Carrier, Waybill
from suhui.records.shipments.patterns import CARRIERS
from suhui.records.shipments.services import Facts, NewWaybill

problems.register("shipments.number", _("%(field)s is no waybill number: 6 to 40 letters and digits."))
problems.register("shipments.carrier", _("%(field)s is no carrier we know: %(value)s"))
problems.register("shipments.carrier-open", _("Which carrier this number is of cannot be told: name it in a column."))
problems.register("shipments.phone", _("%(field)s is not a telephone number: %(value)s"))
problems.register("shipments.branch", _("%(field)s is no branch: %(value)s"))
problems.register("shipments.elsewhere", access.ELSEWHERE)


def _number(raw: str, _context: Context) -> str:
    number = normalise(raw)
    if not 6 <= len(number) <= 40 or not (number.isascii() and number.isalnum()):
        raise Wrong("shipments.number")
    return number


def _carrier(raw: str, context: Context) -> str:
    known = context.kept.get("carriers")
    if known is None:
        known = {}
        rows = list(Carrier.objects.filter(active=True).values_list("code", "name", "english_name"))
        for names in [*((row.code, row.name, row.english_name) for row in CARRIERS), *rows]:
            known |= {parsing.normal(word): names[0] for word in names if word}
        known |= {
            word.removesuffix(end): code for word, code in known.items() for end in ("速递", "快递", "速运", "express")
        }
        context.kept["carriers"] = known
    found = known.get(parsing.normal(raw))
    if found is None:
        raise Wrong("shipments.carrier", value=raw[:40])
    return str(found)


def _phone(raw: str, _context: Context) -> str:
    try:
        return phones.read(raw).e164
    except BadInput as error:
        raise Wrong("shipments.phone", value=raw[:40]) from error


def _branch(raw: str, context: Context) -> int:
    known = context.kept.get("branches")
    if known is None:
        rows = Branch.objects.active().values_list("pk", "code", "name")
        known = {word.lower(): pk for pk, code, name in rows for word in (code, name)}
        context.kept["branches"] = known
    if raw.strip().lower() not in known:
        raise Wrong("shipments.branch", value=raw[:60])
    return int(known[raw.strip().lower()])


_YUAN, _GRAMS = parsing.scaled(100, 10**12), parsing.scaled(1000, 10**9)
FIELDS = (
    Field(
        "number",
        _("Waybill number"),
        _number,
        required=True,
        aliases=("运单号|快递单号|单号|物流单号|运单编号|面单号|tracking number|tracking no|waybill|waybill no|awb"),
    ),
    Field(
        "carrier",
        _("Carrier"),
        _carrier,
        aliases="快递公司|物流公司|承运商|快递|快递名称|carrier|courier",
        help=_("Code or name; else told from the number"),
    ),
    Field(
        "order_number",
        _("Order number"),
        parsing.text(60),
        aliases="订单号|订单编号|商户订单号|order no|order id|order",
    ),
    Field(
        "recipient_name",
        _("Recipient"),
        parsing.text(80),
        aliases="收件人|收货人|收件人姓名|收货人姓名|recipient name|receiver",
    ),
    Field(
        "recipient_phone",
        _("Recipient's phone"),
        _phone,
        aliases=(
            "收件人电话|收件人手机|收货人电话|收货人手机|收件电话|联系电话|手机|电话|recipient phone|receiver phone"
        ),
    ),
    Field(
        "recipient_address",
        _("Recipient's address"),
        parsing.text(300),
        aliases=("收件地址|收货地址|收件人地址|详细地址|地址|recipient address|ship to|delivery address"),
    ),
    Field("sender_name", _("Sender"), parsing.text(80), aliases="寄件人|发件人|发货人|寄件人姓名|sender name|shipper"),
    Field(
        "sender_phone", _("Sender's phone"), _phone, aliases="寄件人电话|寄件人手机|发件人电话|发货人电话|sender phone"
    ),
    Field(
        "sender_address",
        _("Sender's address"),
        parsing.text(300),
        aliases="寄件地址|发件地址|发货地址|寄件人地址|sender address",
    ),
    Field("origin", _("Collecting branch"), _branch, aliases="揽收网点|寄件网点|始发网点|收件网点|origin"),
    Field("destination", _("Delivering branch"), _branch, aliases="派件网点|派送网点|目的网点|destination"),
    Field("product", _("Product"), parsing.one_of(Product.choices), aliases="产品|产品类型|时效|service|product type"),
    Field("goods", _("Goods"), parsing.text(120), aliases="物品|货物|品名|商品|托寄物|内件|item|contents|description"),
    Field("pieces", _("Pieces"), parsing.scaled(1, 30_000), aliases="件数|数量|pcs|qty"),
    Field("weight_grams", _("Weight (kg)"), _GRAMS, aliases="重量|实际重量|计费重量|weight|weight kg"),
    Field("declared_fen", _("Declared value"), _YUAN, aliases="声明价值|货值|申报价值|declared value"),
    Field("insured_fen", _("Insured value"), _YUAN, aliases="保价|保价金额|insured value|insurance"),
    Field("fee_fen", _("Fee"), _YUAN, aliases="运费|费用|快递费|freight|postage"),
    Field("cod_fen", _("Cash on delivery"), _YUAN, aliases="代收货款|代收|到付货款|cod|cash on delivery"),
    Field(
        "promised_at",
        _("Promised"),
        parsing.moment,
        aliases="承诺时间|预计送达|预计送达时间|应送达时间|promised at|eta",
    ),
)
_FACTS = {field.name for field in fields(Facts)}


def key(given: Mapping[str, Any]) -> str:
    return f"{given['carrier']}:{given['number']}"


def check(given: dict[str, Any]) -> None:
    """A line that names no carrier gets the one its number's form tells."""
    if "carrier" in given:
        return
    found = recognise(given["number"])
    if not found:
        raise Wrong("shipments.carrier-open", at="carrier")
    given["carrier"] = found[0].carrier


def _facts(given: Mapping[str, Any], branches: Mapping[int, Branch]) -> Facts:
    told = {name: value for name, value in given.items() if name in _FACTS}
    for name in ("origin", "destination"):
        if name in told:
            told[name] = branches[told[name]]
    if "promised_at" in told:
        told["promised_at"] = datetime.fromisoformat(told["promised_at"])
    return Facts(**told)


def _branches(lines: Sequence[Line]) -> dict[int, Branch]:
    return Branch.objects.in_bulk(
        {line.given[n] for line in lines for n in ("origin", "destination") if n in line.given}
    )


def _missing(row: Waybill, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says and the row does not know; what somebody entered is never overwritten."""
    return {name: value for name, value in known.items() if getattr(row, name) in (None, "", 0)}


def match(lines: Sequence[Line], context: Context) -> None:
    """By carrier and number. Of parcels out of the person's reach a file learns only that the number is taken."""
    rows = Waybill.objects.select_related("carrier").filter(number__in=[line.given["number"] for line in lines])
    known = {f"{row.carrier.code}:{row.number}": row for row in rows}
    mine = set(
        access.visible_to(context.user, Perm.WAYBILL_EDIT)
        .filter(pk__in=[row.pk for row in known.values()])
        .values_list("pk", flat=True)
    )
    branches = _branches(lines)
    for line in lines:
        row = known.get(key(line.given))
        if row is None:
            continue
        if row.pk not in mine:
            line.found, line.reason = "duplicate", "shipments.elsewhere"
            continue
        line.match_id = row.pk
        line.found = "change" if _missing(row, _facts(line.given, branches).known()) else "same"


def write(lines: Sequence[Line], context: Context) -> None:
    """Register the new ones, fill in what the others do not know. A number is on the register once, whatever was
    chosen: one that is there already is never added anew."""
    carriers = {code: services.ensure_carrier(code) for code in {line.given["carrier"] for line in lines}}
    branches = _branches(lines)
    before = {row.pk: row for row in Waybill.objects.filter(pk__in=[line.match_id for line in lines if line.match_id])}
    taken = [line for line in lines if line.reason == "shipments.elsewhere"]
    for line in taken:
        line.choice = "skip"
    asked = [line for line in lines if line.choice != "skip"]
    told = [
        NewWaybill(
            number=line.given["number"],
            carrier=carriers[line.given["carrier"]],
            facts=_facts(line.given, branches),
            branch=context.branch,
        )
        for line in asked
    ]
    if not told:
        return
    done = services.register_many(waybills=told, by=context.by, source=Source.FILE)
    for line, new, pk in zip(asked, told, done.ids, strict=True):
        line.object_id = pk
        if pk in done.new:
            line.choice = "create"
        else:
            line.choice = "update"
            filled = _missing(before[pk], new.facts.known()) if pk in before else {}
            line.before = {"filled": sorted(filled)} if filled else {}


@transaction.atomic
def undo(lines: Sequence[Line], context: Context) -> None:
    """Parcels that were added go unless something happened to them; what was filled in is emptied again."""
    added = {line.object_id: line for line in lines if line.choice == "create" and line.object_id}
    for pk, code in _remove(set(added), context.by).items():
        added[pk].left = code
    changed = {line.object_id: line for line in lines if line.choice == "update" and line.object_id}
    branches = _branches(list(changed.values()))
    rows = Waybill.objects.select_for_update().in_bulk(list(changed))
    happened = []
    for pk, line in changed.items():
        row, given = rows.get(pk), _facts(line.given, branches).known()
        if row is None:
            line.left = "gone"
            continue
        names = line.before.get("filled", [])
        back = [name for name in names if getattr(row, name) == given.get(name)]
        for name in back:
            field: Any = Waybill._meta.get_field(name)  # noqa: SLF001 - Django's documented interface
            setattr(row, name, field.get_default())
        if back:
            row.save(update_fields=[*back, "updated_at"])
            happened.append(events.WaybillChanged(waybill_id=row.pk, fields=sorted(back)))
        line.left = "" if len(back) == len(names) else "touched"
    stored.store_many(happened, by=context.by)


def _remove(ids: set[int], by: Actor) -> dict[int, str]:
    held = dict(Waybill.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", "number"))
    subjects = {f"waybill:{pk}": pk for pk in held}
    rows = StoredEvent.objects.filter(subject__in=list(subjects)).exclude(kind="shipments.WaybillRegistered")
    touched = {subjects[subject] for subject in rows.values_list("subject", flat=True)}
    for relation in Waybill._meta.related_objects:  # noqa: SLF001 - Django's documented interface
        model: Any = relation.related_model
        name = relation.field.name
        if model.__name__ != "Subscription":
            touched |= set(model.objects.filter(**{f"{name}__in": list(held)}).values_list(name, flat=True)) & set(held)
    going = sorted(set(held) - touched)
    Waybill.objects.filter(pk__in=going).delete()
    search.remove_many("waybill", going)
    taken = [events.WaybillTakenBack(waybill_id=pk, number=held[pk]) for pk in going]
    stored.store_many(taken, by=by)
    return {**{pk: "gone" for pk in ids if pk not in held}, **dict.fromkeys(touched, "touched")}


KIND = ImportKind(
    name="waybills",
    label=_("Waybills"),
    help=_("Number, carrier, sender, recipient, weight and money of parcels"),
    icon="package",
    permission=Perm.WAYBILL_EDIT,
    fields=FIELDS,
    key=key,
    check=check,
    match=match,
    write=write,
    undo=undo,
    list_url="shipments:list",
    order=20,
)
