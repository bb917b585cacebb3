"""Customers out of files: what a line can say, who is known already, and the way back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
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


def _by_name(lines: Sequence[Line], context: Context) -> None:
    if not lines:
        return
    names = {line.given["name"]: pinyin_of(line.given["name"])[:240] for line in lines}
    by_name: dict[str, list[Any]] = defaultdict(list)
    by_sound: dict[str, list[Any]] = defaultdict(list)
    for row in _called_alike(lines, names, context):
        by_name[row[1]].append(row)
        by_sound[row[2]].append(row)
    if not by_name:
        return
    homes = _homes([row[0] for rows in by_name.values() for row in rows], lines)
    for line in lines:
        name = line.given["name"]
        found = next((row for row in by_name[name] if _may_be(line, row, homes)), None)
        reason = "customers.same-name"
        if found is None:
            reason = "customers.sounds-same"
            found = next((row for row in by_sound[names[name]] if _may_be(line, row, homes)), None)
        if found is not None:
            line.found, line.match_id, line.reason = "duplicate", found[0], reason


def _called_alike(lines: Sequence[Line], names: dict[str, str], context: Context) -> list[Any]:
    """Those of such a name or sound, the newest first. Of the many who share a name with a line that has a phone only
    those are read who may be meant (`_may_be`): in a large house nearly every name is borne by somebody."""
    has_phone = Exists(Phone.objects.filter(customer=OuterRef("pk"), removed_at=None))
    rows = access.visible_to(context.user, Perm.CUSTOMER_EDIT).filter(merged_into=None).annotate(has_phone=has_phone)
    without = {line.given["name"] for line in lines if "phone" not in line.given}
    found: dict[int, Any] = {}
    for some, asked in ((set(names) - without, False), (without, True)):
        if not some:
            continue
        called = among("name", some) | among("pinyin", {names[name] for name in some})
        those = rows.filter(called)
        if not asked:
            those = those.filter(Q(has_phone=False) | Q(kind=CustomerKind.COMPANY) | _at_home(lines))
        found |= {row[0]: row for row in those.values_list("pk", "name", "pinyin", "kind", "has_phone")}
    return [found[pk] for pk in sorted(found, reverse=True)]


def _at_home(lines: Sequence[Line]) -> Exists:
    details = {line.given["address"][3] for line in lines if "address" in line.given}
    return Exists(Address.objects.filter(among("detail", details), customer=OuterRef("pk"), removed_at=None))


def _may_be(line: Line, row: Any, homes: set[tuple[int, str]]) -> bool:
    """Many people share a name: with a phone on both sides only the address or being a company makes it likely."""
    pk, _name, _pinyin, kind, has_phone = row
    if "phone" not in line.given or not has_phone or kind == CustomerKind.COMPANY:
        return True
    return "address" in line.given and (pk, line.given["address"][3]) in homes


def _homes(ids: list[int], lines: Sequence[Line]) -> set[tuple[int, str]]:
    details = {line.given["address"][3] for line in lines if "address" in line.given}
    if not ids or not details:
        return set()
    rows = Address.objects.filter(among("customer_id", ids), among("detail", details), removed_at=None)
    return set(rows.values_list("customer_id", "detail"))


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
