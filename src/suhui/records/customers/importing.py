"""Customers out of files: what a line can say, who is known already, and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from suhui.platform.core.bulk import among
from suhui.platform.exchange.registry import Context, ImportKind, Line
from suhui.platform.people.permissions import Perm
from suhui.platform.people.services import pinyin_of
from suhui.records.customers import access, addresses, bulk, taking_back
from suhui.records.customers.choices import CustomerKind, PhoneKind
from suhui.records.customers.importing_fields import FIELDS
from suhui.records.customers.models import Address, Customer, Email, Phone
from suhui.records.customers.phones import Number

_PHONES = ("phone", "phone2")
PLAIN = ("name", "kind", "wechat", "source", "industry", "note", "vip", "yearly_spend_fen", "contract_value_fen")


def key(given: Mapping[str, Any]) -> str:
    """The phone, else the name."""
    return f"p:{given['phone'][0]}" if "phone" in given else f"n:{given['name'].lower()}"


def _numbers(given: Mapping[str, Any]) -> list[Number]:
    found = (given[name] for name in _PHONES if name in given)
    return [Number(e164, extension, PhoneKind(kind)) for e164, extension, kind in found]


def _parts(given: Mapping[str, Any]) -> addresses.Parts | None:
    return addresses.Parts(*given["address"]) if given.get("address") else None


def match(lines: Sequence[Line], context: Context) -> None:
    """By phone first; then by name or its sound, where no phone says otherwise. Only customers in the person's reach
    count: of others a file learns nothing."""
    by_phone = _known_by_phone(lines, context)
    rest = []
    for line in lines:
        known = None
        if by_phone:
            numbers = (line.given[name][0] for name in _PHONES if name in line.given)
            known = next((by_phone[number] for number in numbers if number in by_phone), None)
        if known is None:
            rest.append(line)
        elif known[1] == line.given["name"]:
            line.found, line.match_id = "change", known[0]
        else:
            line.found, line.match_id, line.reason = "duplicate", known[0], "customers.same-phone"
    _by_name(rest, context)
    _tell_same([line for line in lines if line.found == "change"])


def _known_by_phone(lines: Sequence[Line], context: Context) -> dict[str, tuple[int, str]]:
    """(id, name) of the customer a number leads to: whom it identifies, else the eldest of those who share it."""
    numbers = {line.given[name][0] for line in lines for name in _PHONES if name in line.given}
    # Of one table, then of the other: in a first import there are no statistics to plan a question to both with.
    rows = Phone.objects.filter(among("number", numbers), removed_at=None).order_by("identifies", "-customer_id")
    told = list(rows.values_list("number", "customer_id"))
    if not told:
        return {}
    theirs = access.visible_to(context.user, Perm.CUSTOMER_EDIT).filter(merged_into=None)
    names = dict(theirs.filter(among("pk", {pk for _number, pk in told})).values_list("pk", "name"))
    return {number: (pk, names[pk]) for number, pk in told if pk in names}


_CALLED_ALIKE = """
    WITH line AS (
        SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::bool[], %s::text[])
            AS told (number, name, pinyin, has_phone, detail)),
    called AS (
        SELECT line.*, known.id, known.kind, true AS same FROM line
        JOIN customers_customer known ON known.name = line.name
        UNION ALL
        SELECT line.*, known.id, known.kind, false FROM line
        JOIN customers_customer known ON known.pinyin = line.pinyin AND known.name <> line.name)
    SELECT number, id, same FROM called
    WHERE NOT has_phone OR kind = %s
        OR (SELECT id FROM customers_phone WHERE customer_id = called.id AND removed_at IS NULL LIMIT 1) IS NULL
        OR (SELECT id FROM customers_address
            WHERE customer_id = called.id AND detail = called.detail AND removed_at IS NULL LIMIT 1) IS NOT NULL
    ORDER BY same DESC, id DESC
"""
"""Lines and whom they may mean. Many people share a name: with a phone on both sides only the address or being a
company makes it likely. Asked by LIMIT instead of EXISTS, so that it is looked up for these few and never gathered for
everybody."""


def _by_name(lines: Sequence[Line], context: Context) -> None:
    if not lines:
        return
    names = [line.given["name"] for line in lines]
    lists = (
        [line.number for line in lines],
        names,
        [pinyin_of(name)[:240] for name in names],
        ["phone" in line.given for line in lines],
        [line.given["address"][3] if "address" in line.given else None for line in lines],
    )
    with connection.cursor() as cursor:
        cursor.execute(_CALLED_ALIKE, [*lists, CustomerKind.COMPANY.value])
        told = cursor.fetchall()
    if not told:
        return
    visible = access.visible_to(context.user, Perm.CUSTOMER_EDIT).filter(merged_into=None)
    seen = set(visible.filter(among("pk", {pk for _number, pk, _same in told})).values_list("pk", flat=True))
    best: dict[int, tuple[int, bool]] = {}
    for number, pk, same in told:
        if pk in seen:
            best.setdefault(number, (pk, same))
    for line in lines:
        if line.number in best:
            pk, same = best[line.number]
            line.found, line.match_id = "duplicate", pk
            line.reason = "customers.same-name" if same else "customers.sounds-same"


def _tell_same(lines: Sequence[Line]) -> None:
    """Of the known ones: those about whom the file says nothing new, and what would change of the others."""
    if not lines:
        return
    ids = {line.match_id or 0 for line in lines}
    theirs = among("customer_id", ids)
    rows = {row.pk: row for row in Customer.objects.filter(among("pk", ids))}
    numbers = set(Phone.objects.filter(theirs, removed_at=None).values_list("customer_id", "number"))
    mails = set(Email.objects.filter(theirs, removed_at=None).values_list("customer_id", "address"))
    parts = ("customer_id", "province", "city", "district", "detail")
    homes = set(Address.objects.filter(theirs, removed_at=None).values_list(*parts))
    for line in lines:
        row = rows[line.match_id or 0]
        fields = any(getattr(row, name) != value for name, value in _fields(line.given).items())
        new = any((row.pk, number.e164) not in numbers for number in _numbers(line.given))
        new = new or ("email" in line.given and (row.pk, line.given["email"]) not in mails)
        new = new or ("address" in line.given and (row.pk, *line.given["address"]) not in homes)
        line.found = "change" if fields or new else "same"


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: given[name] for name in PLAIN if name in given}
    return found | ({"owner_id": given["owner"]} if "owner" in given else {})


def write(lines: Sequence[Line], context: Context) -> None:
    """Add those that are to be created in one go, change the others in another."""
    new = [line for line in lines if line.choice == "create"]
    rows = [
        bulk.NewCustomer(
            branch_id=line.given.get("branch", context.branch.pk),
            numbers=_numbers(line.given),
            email=line.given.get("email", ""),
            address=_parts(line.given),
            contact=line.given.get("contact", ""),
            **_fields(line.given),
        )
        for line in new
    ]
    for line, pk in zip(new, bulk.add_many(rows=rows, by=context.by), strict=True):
        line.object_id = pk
    known = {line.match_id: line for line in lines if line.choice == "update" and line.match_id}
    changes = [
        bulk.Change(
            customer_id=pk,
            fields=_fields(line.given),
            numbers=_numbers(line.given),
            email=line.given.get("email", ""),
            address=_parts(line.given),
        )
        for pk, line in known.items()
    ]
    for pk, before in bulk.change_many(changes=changes, by=context.by).items():
        known[pk].object_id = pk
        known[pk].before = before if before["fields"] or before["added"] else {}


def undo(lines: Sequence[Line], context: Context) -> None:
    """Customers that were added go unless somebody touched them; changed fields get back what they held."""
    added = {line.object_id: line for line in lines if line.choice == "create" and line.object_id}
    for pk, code in taking_back.remove_many(ids=list(added), by=context.by).items():
        added[pk].left = code
    changed = [line for line in lines if line.choice == "update" and line.object_id]
    given = [(line.object_id or 0, line.before, _fields(line.given)) for line in changed]
    for line, code in zip(changed, taking_back.restore_many(changes=given, by=context.by), strict=True):
        line.left = code


KIND = ImportKind(
    name="customers",
    label=_("Customers"),
    help=_("Name, phone, address and what else you know of persons and companies"),
    icon="users",
    permission=Perm.CUSTOMER_EDIT,
    fields=FIELDS,
    key=key,
    match=match,
    write=write,
    undo=undo,
    list_url="customers:list",
    order=10,
)
