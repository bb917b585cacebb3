"""What a line of a file can say about a customer: the fields, their names in files, and how a cell is read."""

from django.utils.translation import gettext_lazy as _

from suhui.platform.core.errors import BadInput
from suhui.platform.exchange import parsing, problems
from suhui.platform.exchange.errors import Wrong
from suhui.platform.exchange.registry import Context, Field
from suhui.platform.people import access as people
from suhui.platform.people.models import Branch, User
from suhui.platform.people.permissions import Perm
from suhui.records.customers import addresses, phones
from suhui.records.customers.choices import CustomerKind, Industry, Source

problems.register("customers.phone", _("%(field)s is not a telephone number: %(value)s"))
problems.register("customers.email", _("%(field)s is not an e-mail address: %(value)s"))
problems.register("customers.branch", _("%(field)s is no branch you may add customers to: %(value)s"))
problems.register("customers.owner", _("%(field)s is nobody who works here: %(value)s"))
problems.register("customers.same-phone", _("The phone belongs to a customer of another name."))
problems.register("customers.same-name", _("A customer of this name is known."))
problems.register("customers.sounds-same", _("A customer whose name sounds the same is known."))


def _phone(raw: str, _context: Context) -> list[str]:
    try:
        number = phones.read(raw)
    except BadInput as error:
        raise Wrong("customers.phone", value=raw[:40]) from error
    return [number.e164, number.extension, str(number.kind)]


def _email(raw: str, _context: Context) -> str:
    address = raw.strip().lower()
    name, at, host = address.rpartition("@")
    if not (name and at and "." in host) or len(address) > 254 or any(sign.isspace() for sign in address):
        raise Wrong("customers.email", value=raw[:60])
    return address


def _address(raw: str, _context: Context) -> list[str]:
    parts = addresses.split(raw)
    return [parts.province, parts.city, parts.district, parts.detail[:200]]


def _branch(raw: str, context: Context) -> int:
    """By code or name, of those in the person's reach."""
    known = context.kept.get("branches")
    if known is None:
        reach = people.scope(context.user, Perm.CUSTOMER_EDIT).q(branch="pk")
        rows = Branch.objects.active().filter(reach).values_list("pk", "code", "name")
        known = {word.lower(): pk for pk, code, name in rows for word in (code, name)}
        context.kept["branches"] = known
    found = known.get(raw.strip().lower())
    if found is None:
        raise Wrong("customers.branch", value=raw[:60])
    return int(found)


def _owner(raw: str, context: Context) -> int:
    known = context.kept.get("owners")
    if known is None:
        rows = User.objects.filter(is_active=True).values_list("pk", "username", "name")
        known = {word: pk for pk, username, name in rows for word in (username, name)}
        context.kept["owners"] = known
    found = known.get(raw.strip())
    if found is None:
        raise Wrong("customers.owner", value=raw[:60])
    return int(found)


FIELDS = (
    Field(
        "name",
        _("Name"),
        parsing.text(120),
        required=True,
        aliases=(
            "姓名|客户名称|客户姓名|客户|名称|公司名称|公司|单位名称|收件人|会员姓名|customer|"
            "customer name|full name|company"
        ),
    ),
    Field(
        "phone",
        _("Phone"),
        _phone,
        aliases=(
            "手机|手机号|手机号码|电话|电话号码|联系电话|联系方式|移动电话|收件人电话|mobile|"
            "tel|telephone|phone number|phone 1"
        ),
    ),
    Field(
        "phone2",
        _("Second phone"),
        _phone,
        aliases="电话2|手机2|备用电话|其他电话|固定电话|座机|phone 2|other phone|landline",
    ),
    Field(
        "kind",
        _("Person or company"),
        parsing.one_of(
            CustomerKind.choices,
            {"企业": "company", "公司": "company", "单位": "company", "个人": "person", "散客": "person"},
        ),
        aliases="客户类型|类型|性质|客户性质|type|customer type|kind",
    ),
    Field(
        "address",
        _("Whole address"),
        _address,
        aliases=("地址|详细地址|收货地址|收件地址|联系地址|通讯地址|公司地址|full address|street address"),
    ),
    Field("email", _("E-mail"), _email, aliases="邮箱|电子邮箱|电子邮件|mail|email|e-mail address"),
    Field("wechat", _("WeChat"), parsing.text(60), aliases="微信|微信号|wechat id|weixin"),
    Field("contact", _("Contact person"), parsing.text(60), aliases="联系人|负责人|对接人|contact|contact name"),
    Field(
        "branch",
        _("Branch"),
        _branch,
        aliases="网点|所属网点|分部|网点编号|网点代码|branch code|outlet",
        help=_("Code or name; without it the branch chosen for the file"),
    ),
    Field("owner", _("Owner"), _owner, aliases="客户经理|跟进人|业务员|负责客服|account manager"),
    Field("source", _("Source"), parsing.one_of(Source.choices), aliases="来源|客户来源|渠道"),
    Field(
        "industry",
        _("Industry"),
        parsing.one_of(
            Industry.choices,
            {
                "电商": "retail",
                "外贸": "trade",
                "生鲜": "fresh",
                "服装": "fashion",
                "制造业": "making",
                "医药": "health",
            },
        ),
        aliases="行业|所属行业",
    ),
    Field("vip", _("VIP by hand"), parsing.yes_no, aliases="vip|是否vip|重点客户"),
    Field(
        "yearly_spend_fen",
        _("Spend in a year"),
        parsing.scaled(100),
        aliases="年消费|年消费额|年寄件金额|年营业额|yearly spend",
    ),
    Field("contract_value_fen", _("Contract value"), parsing.scaled(100), aliases="合同金额|合同额|contract value"),
    Field("note", _("Note"), parsing.paragraph(2000), aliases="备注|说明|remark|remarks|notes|comment"),
)
