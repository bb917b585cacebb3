"""The demo company's tree, departments, sixty people in every post, and its five hundred customers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from suhui.demo import names
from suhui.demo.world import SYSTEM, Known, World
from suhui.platform.calendars import services as calendars
from suhui.platform.calendars.models import Calendar
from suhui.platform.core.actors import Actor
from suhui.platform.core.numbers import next_number
from suhui.platform.people import services as people
from suhui.platform.people.choices import BranchKind, PresenceState
from suhui.platform.people.models import Branch, Presence, Role, User
from suhui.records.customers import phones, services
from suhui.records.customers.choices import CustomerKind, Source
from suhui.records.customers.models import Address, ContactPerson, Customer, Phone

COMPANY = "顺和速运"
REGIONS = (("EAST", "华东区域"), ("SOUTH", "华南区域"), ("NORTH", "华北与西部区域"))
OUTLETS = {
    "EAST": ("上海浦东分部", "杭州西湖网点", "苏州园区网点", "南京江宁网点"),
    "SOUTH": ("广州天河分部", "深圳南山网点", "东莞虎门网点", "佛山顺德网点"),
    "NORTH": ("北京朝阳分部", "天津滨海网点", "石家庄裕华网点", "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什网点"),
}
DEPARTMENTS = (("service", "客服部"), ("operations", "操作部"), ("warehouse", "仓储部"), ("delivery", "派送部"))
HEAD_DEPARTMENTS = (
    ("service", "客户服务中心"),
    ("finance", "财务部"),
    ("quality", "质量控制部"),
    ("production", "制作部"),
    ("sales", "商务部"),
    ("contracts", "合同部"),
    ("retention", "客户维系中心"),
    ("it", "信息技术部"),
)
AT_HEADQUARTERS = (
    ("administrator", "it", "admin", "陈志远"),
    ("service-manager", "service", "manager", "周雅琴"),
    ("department-manager", "service", "", ""),
    ("call-centre-supervisor", "service", "", ""),
    ("after-service-supervisor", "service", "", ""),
    ("follow-up-director", "service", "", ""),
    ("retention-manager", "retention", "", ""),
    ("crm-officer", "retention", "", ""),
    ("contract-supervisor", "contracts", "", ""),
    ("contract-administrator", "contracts", "", ""),
    ("sales-manager", "sales", "", ""),
    ("sales", "sales", "", ""),
    ("production", "production", "", ""),
    ("designer", "production", "", ""),
    ("technician", "it", "", ""),
    ("front-desk", "service", "", ""),
    ("purchasing", "finance", "", ""),
    ("finance", "finance", "finance", "吴敏"),
    ("quality", "quality", "quality", "孙立新"),
)
AT_A_REGION = ("service-supervisor", "agent", "agent", "agent", "agent", "service-clerk", "follow-up-clerk")
NAMED = {
    ("EAST", "service-supervisor"): ("supervisor", "李静"),
    ("EAST", "agent"): ("agent", "王芳"),
    ("EAST", "follow-up-clerk"): ("clerk", "赵文静"),
}
AT_OUTLETS = ("warehouse", "courier", "logistics")
Progress = Callable[[str, int, int], None]


def build_tree(world: World) -> None:
    world.headquarters = _branch("总部", "HQ", BranchKind.HEADQUARTERS, None)
    _keep_hours(world.headquarters, "always")
    for function, name in HEAD_DEPARTMENTS:
        people.add_department(branch=world.headquarters, function=function, name=name, by=SYSTEM)
    for code, name in REGIONS:
        region = _branch(name, code, BranchKind.REGION, world.headquarters)
        people.add_department(branch=region, function="service", name="区域客服中心", by=SYSTEM)
        world.regions.append(region)
        for number, outlet_name in enumerate(OUTLETS[code], start=1):
            kind = BranchKind.DIVISION if outlet_name.endswith("分部") else BranchKind.OUTLET
            outlet = _branch(outlet_name, f"{code}{number:02d}", kind, region)
            for function, department in DEPARTMENTS:
                people.add_department(branch=outlet, function=function, name=department, by=SYSTEM)
            _keep_hours(outlet, "every-day")
            world.outlets.append(outlet)


def _branch(name: str, code: str, kind: str, parent: Branch | None) -> Branch:
    return people.open_branch(name=name, code=code, kind=kind, parent=parent, by=SYSTEM)


def _keep_hours(branch: Branch, code: str) -> None:
    """The service desk answers day and night, so that the company is alive at any hour; outlets open daily."""
    calendars.assign(branch=branch, calendar=Calendar.objects.get(code=code), by=SYSTEM)


def hire(world: World) -> None:
    """Sixty people; a fixed few have names and user names that the sign-in page shows."""
    for post, function, username, name in AT_HEADQUARTERS:
        _hire(world, post, world.headquarters, function, username=username, name=name)
    for region in world.regions:
        named = {post: entry for (code, post), entry in NAMED.items() if code == region.code}
        for post in AT_A_REGION:
            username, name = named.pop(post, ("", ""))
            _hire(world, post, region, "service", username=username, name=name)
    for number, outlet in enumerate(world.outlets):
        manager = number % 4 == 0
        known = {1: ("branch", "钱晓燕"), 4: ("branchmanager", "郭建国")}.get(number, ("", ""))
        post = "branch-manager" if manager else "branch-clerk"
        _hire(world, post, outlet, "service", username=known[0], name=known[1])
    for number in range(60 - sum(len(holders) for holders in world.people.values())):
        post = AT_OUTLETS[number % 3]
        function = {"warehouse": "warehouse", "courier": "delivery", "logistics": "operations"}[post]
        username, name = ("warehouse", "马军") if number == 0 else ("", "")
        _hire(world, post, world.outlets[(number + 1) % 12], function, username=username, name=name)
    _be_present(world)


def _hire(world: World, post: str, branch: Branch, function: str, *, username: str, name: str) -> User:
    count = sum(len(holders) for holders in world.people.values()) + 1
    user = people.add_person(
        username=username or f"{post}-{count:02d}",
        name=name or names.person(world.random),
        branch=branch,
        department=branch.departments.filter(function=function).first(),
        roles=[Role.objects.get(code=post)],
        by=SYSTEM,
        phone=f"+86{names.mobile(world.random)}",
        staff_number=f"SH{count:04d}",
    )
    world.people[post].append(user)
    return user


def _be_present(world: World) -> None:
    states = [PresenceState.IDLE] * 5 + [PresenceState.BUSY] * 2 + [PresenceState.BREAK, PresenceState.OFFLINE]
    for holders in world.people.values():
        for user in holders:
            state = world.random.choice(states)
            reason = "处理疑难投诉" if state == PresenceState.BUSY else ""
            Presence.objects.filter(user=user).update(state=state, reason=reason, since=world.past(0.1))


def fall_ill(world: World) -> None:
    """One agent of the second region is off since this morning; a colleague does the work meanwhile."""
    here = [user for user in world.people["agent"] if user.branch_id == world.regions[1].pk]
    absent, stand_in = here[-1], here[0]
    people.begin_absence(
        user=absent,
        starts_at=world.now - timedelta(hours=3),
        ends_at=world.now + timedelta(days=2),
        stand_in=stand_in,
        reason="病假",
        by=Actor.staff(world.someone("service-supervisor", world.regions[1])),
        at=world.now,
    )


def take_on_customers(world: World, progress: Progress, count: int = 500) -> None:
    """Customers spread over the outlets' towns: nine in ten persons, the others companies with contacts and owners.

    Written in bulk, as an import would be: what they were like before this week has no events.
    """
    progress("customers", 0, count)
    made = [_take_on(world, number) for number in range(count)]
    Customer.objects.bulk_create([entry.customer for entry in made])
    Phone.objects.bulk_create([entry.phone for entry in made])
    Address.objects.bulk_create([entry.address for entry in made])
    ContactPerson.objects.bulk_create([entry.contact for entry in made if entry.contact])
    for entry in made:
        where = entry.address
        full = f"{where.area}{where.detail}"
        world.customers.append(Known(entry.customer, entry.typed, full, entry.customer.branch))
    progress("customers", count, count)


@dataclass(frozen=True)
class _Made:
    customer: Customer
    typed: str
    phone: Phone
    address: Address
    contact: ContactPerson | None


def _take_on(world: World, number: int) -> _Made:
    random = world.random
    region = world.regions[number % 3]
    town = number // 3 % 4
    outlet = [outlet for outlet in world.outlets if outlet.parent_id == region.pk][town]
    province, city, district = names.PLACES[region.code][town]
    is_company = random.random() < 0.12
    name, industry = names.company(random, city) if is_company else (names.person(random), "")
    since = world.past(400)
    customer = Customer(
        number=next_number(services.NUMBER_PREFIX, since),
        name=name,
        pinyin=people.pinyin_of(name),
        kind=CustomerKind.COMPANY if is_company else CustomerKind.PERSON,
        branch=outlet,
        owner=world.someone("crm-officer", world.headquarters) if is_company and random.random() < 0.6 else None,
        source=random.choice([Source.PHONE, Source.PORTAL, Source.WAYBILL, Source.SALES]),
        industry=industry,
        vip=random.random() < 0.03,
        yearly_spend_fen=random.randrange(2_000_00, 300_000_00) if is_company else random.randrange(0, 900_00),
        contract_value_fen=random.randrange(0, 500_000_00) if is_company else 0,
    )
    typed = names.mobile(random)
    read = phones.read(typed)
    verified = since if random.random() < 0.6 else None
    phone = Phone(
        customer=customer,
        number=read.e164,
        backwards=read.backwards,
        kind=read.kind,
        region=read.region[:60],
        carrier=read.carrier[:30],
        identifies=True,
        is_main=True,
        verified_at=verified,
    )
    address = Address(
        customer=customer,
        province=province,
        city=city,
        district=district,
        detail=names.detail(random),
        is_main=True,
        verified_at=verified,
    )
    contact = None
    if is_company:
        person = names.person(random)
        title = random.choice(("物流主管", "采购", "店长"))
        contact = ContactPerson(customer=customer, name=person, pinyin=people.pinyin_of(person), title=title)
    return _Made(customer, typed, phone, address, contact)
