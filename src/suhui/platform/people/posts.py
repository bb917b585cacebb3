"""The posts of a service department as shipped roles (ORG-2). An administrator changes them as data."""

from dataclasses import dataclass

from suhui.platform.people.choices import Reach
from suhui.platform.people.permissions import Perm as P

_DESK = [P.WORKBENCH_USE, P.SEARCH_USE, P.ORG_VIEW, P.TASK_WORK]
_AGENT = [
    *_DESK,
    P.CASE_VIEW,
    P.CASE_CREATE,
    P.CASE_EDIT,
    P.CASE_CLOSE,
    P.TASK_ASSIGN,
    P.TASK_CHASE,
    P.CONTACT_LOG,
    P.CONTACT_VIEW,
    P.CUSTOMER_VIEW,
    P.CUSTOMER_EDIT,
    P.PERSONAL_DATA_REVEAL,
    P.WAYBILL_VIEW,
    P.WAYBILL_EDIT,
    P.EXCEPTION_HANDLE,
]
_SUPERVISOR = [
    *_AGENT,
    P.SUPERVISE,
    P.HANDOVER,
    P.CASE_ASSIGN,
    P.CASE_MERGE,
    P.CASE_BULK,
    P.CUSTOMER_MERGE,
    P.WAYBILL_AMEND,
    P.REPORT_VIEW,
    P.RULE_VIEW,
    P.DATA_IMPORT,
    P.IMPORT_UNDO,
    P.DATA_EXPORT,
    P.EXPORT_WATCH,
]
_MANAGER = [*_SUPERVISOR, P.CASE_CONFIGURE, P.REPORT_CONFIGURE, P.SLA_MANAGE, P.API_USE]
_HELPER = [*_DESK, P.WAYBILL_VIEW]


@dataclass(frozen=True)
class ShippedPost:
    code: str
    name: str
    english_name: str
    reach: Reach
    permissions: list[P]


SHIPPED: list[ShippedPost] = [
    ShippedPost("agent", "客服专员", "Agent", Reach.SUBTREE, _AGENT),
    ShippedPost("service-clerk", "客服文员", "Service clerk", Reach.SUBTREE, _AGENT),
    ShippedPost("follow-up-clerk", "跟单文员", "Follow-up clerk", Reach.SUBTREE, [*_AGENT, P.WAYBILL_AMEND]),
    ShippedPost("follow-up-director", "跟单主任", "Follow-up director", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost("service-supervisor", "客服主管", "Service supervisor", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost("call-centre-supervisor", "呼叫中心主管", "Call-centre supervisor", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost("after-service-supervisor", "后期服务主管", "After-service supervisor", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost("service-manager", "客服经理", "Service manager", Reach.SUBTREE, _MANAGER),
    ShippedPost("department-manager", "部门经理", "Department manager", Reach.SUBTREE, _MANAGER),
    ShippedPost("retention-manager", "客户维系中心经理", "Retention manager", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost(
        "crm-officer",
        "客户关系管理员",
        "CRM officer",
        Reach.SUBTREE,
        [*_AGENT, P.CUSTOMER_MERGE, P.DATA_IMPORT, P.DATA_EXPORT],
    ),
    ShippedPost("contract-supervisor", "合同监察员", "Contract supervisor", Reach.SUBTREE, [*_HELPER, P.CUSTOMER_VIEW]),
    ShippedPost(
        "contract-administrator",
        "合同管理员",
        "Contract administrator",
        Reach.BRANCH,
        [*_HELPER, P.CUSTOMER_VIEW, P.CUSTOMER_EDIT],
    ),
    ShippedPost("sales", "商务代表", "Sales representative", Reach.OWN, [*_HELPER, P.CUSTOMER_VIEW, P.CUSTOMER_EDIT]),
    ShippedPost(
        "sales-manager", "商务经理", "Sales manager", Reach.SUBTREE, [*_HELPER, P.CUSTOMER_VIEW, P.CUSTOMER_EDIT]
    ),
    ShippedPost("production", "制作部专员", "Production", Reach.BRANCH, _DESK),
    ShippedPost("designer", "设计师", "Designer", Reach.BRANCH, _DESK),
    ShippedPost("technician", "技术员", "Technician", Reach.BRANCH, _DESK),
    ShippedPost(
        "front-desk", "前台接待", "Front desk", Reach.BRANCH, [*_HELPER, P.CONTACT_LOG, P.CUSTOMER_VIEW, P.CASE_CREATE]
    ),
    ShippedPost("warehouse", "仓管员", "Warehouse", Reach.BRANCH, _HELPER),
    ShippedPost("purchasing", "采购员", "Purchasing", Reach.BRANCH, _HELPER),
    ShippedPost("logistics", "物流专员", "Logistics", Reach.BRANCH, _HELPER),
    ShippedPost("quality", "质控专员", "Quality", Reach.SUBTREE, [*_HELPER, P.CASE_VIEW, P.REPORT_VIEW]),
    ShippedPost("finance", "财务专员", "Finance", Reach.BRANCH, _HELPER),
    ShippedPost("courier", "快递员", "Courier", Reach.OWN, _HELPER),
    ShippedPost(
        "branch-clerk",
        "网点客服",
        "Branch service clerk",
        Reach.BRANCH,
        [*_HELPER, P.CASE_VIEW, P.CASE_CREATE, P.CASE_EDIT, P.CONTACT_LOG, P.EXCEPTION_HANDLE],
    ),
    ShippedPost("branch-manager", "网点经理", "Branch manager", Reach.SUBTREE, _SUPERVISOR),
    ShippedPost("administrator", "系统管理员", "Administrator", Reach.ALL, list(P)),
]
