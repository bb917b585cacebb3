"""What a new installation has: the complaint taxonomy and root causes of the trade, fields per kind, checklist, macros.

Level 1 follows the express complaint taxonomy; `postal` is the regulator's class (12305), `wechat` WeChat's code.
"""

from typing import Any

CATEGORIES: list[dict[str, Any]] = [
    {
        "code": "delay",
        "name": "延误",
        "en": "Delay",
        "severity": 2,
        "x": {"postal": "延误", "wechat": "1004"},
        "sub": [
            ("delay-pickup", "揽收后未及时发出", "Not sent on after collection"),
            ("delay-transit", "中转延误", "Delayed on the way"),
            ("delay-delivery", "派送延误", "Delivery delayed"),
            ("delay-stuck", "长时间无更新", "No update for long"),
        ],
    },
    {
        "code": "lost",
        "name": "丢失",
        "en": "Lost",
        "severity": 3,
        "x": {"postal": "丢失短少", "wechat": "1005"},
        "sub": [
            ("lost-whole", "整件丢失", "Whole parcel lost"),
            ("lost-signed", "签收未收到", "Signed, not received"),
        ],
    },
    {
        "code": "damaged",
        "name": "破损",
        "en": "Damaged",
        "severity": 3,
        "x": {"postal": "损毁", "wechat": "1006"},
        "sub": [
            ("damaged-outer", "外包装破损", "Packaging damaged"),
            ("damaged-goods", "内件损坏", "Goods damaged"),
            ("damaged-wet", "受潮污染", "Wet or soiled"),
        ],
    },
    {
        "code": "short",
        "name": "短少",
        "en": "Contents short",
        "severity": 3,
        "x": {"postal": "丢失短少", "wechat": "1006"},
        "sub": [
            ("short-contents", "内件短少", "Contents missing"),
            ("short-pieces", "一票多件缺件", "Piece of a consignment missing"),
        ],
    },
    {
        "code": "pickup",
        "name": "揽收服务",
        "en": "Pick-up service",
        "severity": 2,
        "x": {"postal": "收寄服务"},
        "sub": [
            ("pickup-late", "上门揽收不及时", "Courier came late"),
            ("pickup-refused", "拒绝揽收", "Pick-up refused"),
            ("pickup-check", "未验视或未实名", "Not inspected or no identity check"),
        ],
    },
    {
        "code": "delivery",
        "name": "派送服务",
        "en": "Delivery service",
        "severity": 2,
        "x": {"postal": "投递服务"},
        "sub": [
            ("delivery-locker", "未经同意投放快递柜或驿站", "Locker or station without consent"),
            ("delivery-false", "虚假签收", "False signing"),
            ("delivery-door", "未送货上门", "Not brought to the door"),
            ("delivery-wrong", "送错地址", "Wrong address"),
            ("delivery-call", "派送前未联系", "No call before delivery"),
        ],
    },
    {
        "code": "charges",
        "name": "收费",
        "en": "Charges",
        "severity": 2,
        "x": {"postal": "违规收费"},
        "sub": [
            ("charges-over", "多收运费", "Overcharged"),
            ("charges-extra", "二次收费", "Charged twice"),
            ("charges-invoice", "发票问题", "Invoice"),
        ],
    },
    {
        "code": "cod",
        "name": "代收货款",
        "en": "Cash on delivery",
        "severity": 3,
        "x": {"postal": "代收货款"},
        "sub": [
            ("cod-late", "货款未返还", "Money not returned"),
            ("cod-amount", "金额不符", "Wrong amount"),
        ],
    },
    {
        "code": "attitude",
        "name": "服务态度",
        "en": "Attitude",
        "severity": 2,
        "x": {"postal": "投递服务", "wechat": "1007"},
        "sub": [
            ("attitude-courier", "快递员态度", "Courier"),
            ("attitude-agent", "客服态度", "Service desk"),
            ("attitude-outlet", "网点态度", "Outlet"),
        ],
    },
    {"code": "privacy", "name": "隐私泄露", "en": "Privacy leak", "severity": 4, "x": {"postal": "其他"}, "sub": []},
    {"code": "misconduct", "name": "违规行为", "en": "Misconduct", "severity": 4, "x": {"postal": "其他"}, "sub": []},
    {
        "code": "claims",
        "name": "理赔",
        "en": "Claim handling",
        "severity": 2,
        "x": {"postal": "其他"},
        "sub": [
            ("claims-slow", "理赔不及时", "Slow claim"),
            ("claims-amount", "对赔偿金额不满", "Amount disputed"),
        ],
    },
    {
        "code": "track",
        "name": "查件",
        "en": "Where is it",
        "severity": 1,
        "x": {},
        "sub": [
            ("track-status", "查询物流状态", "State of a parcel"),
            ("track-change", "改地址或拦截", "Change or intercept"),
            ("track-urge", "催派", "Please deliver soon"),
        ],
    },
    {
        "code": "other",
        "name": "其他",
        "en": "Other",
        "severity": 2,
        "x": {"postal": "其他", "wechat": "1008"},
        "sub": [],
    },
]

CAUSES: list[dict[str, Any]] = [
    {
        "code": "sender",
        "name": "寄件人",
        "en": "Sender",
        "sub": [("sender-packaging", "包装不当", "Packaging"), ("sender-address", "地址错误", "Address")],
    },
    {
        "code": "origin",
        "name": "始发网点",
        "en": "Origin branch",
        "sub": [("origin-late", "发件不及时", "Sent late"), ("origin-label", "面单错误", "Label wrong")],
    },
    {
        "code": "sorting",
        "name": "分拨中心",
        "en": "Sorting",
        "sub": [
            ("sorting-missort", "错分", "Missorted"),
            ("sorting-rough", "暴力分拣", "Rough handling"),
            ("sorting-backlog", "爆仓积压", "Backlog"),
        ],
    },
    {
        "code": "linehaul",
        "name": "干线运输",
        "en": "Line haul",
        "sub": [("linehaul-late", "车辆晚点", "Vehicle late"), ("linehaul-accident", "运输事故", "Accident")],
    },
    {
        "code": "destination",
        "name": "目的网点",
        "en": "Destination branch",
        "sub": [
            ("destination-late", "派送不及时", "Delivered late"),
            ("destination-false", "虚假签收", "False signing"),
            ("destination-attitude", "服务态度", "Attitude"),
            ("destination-lost", "末端遗失", "Lost at the last mile"),
        ],
    },
    {
        "code": "station",
        "name": "驿站或快递柜",
        "en": "Station or locker",
        "sub": [("station-consent", "未征得同意", "No consent"), ("station-lost", "保管不善", "Badly kept")],
    },
    {"code": "customs", "name": "海关", "en": "Customs", "sub": []},
    {"code": "weather", "name": "天气", "en": "Weather", "sub": []},
    {
        "code": "recipient",
        "name": "收件人",
        "en": "Recipient",
        "sub": [
            ("recipient-absent", "无人签收", "Nobody there"),
            ("recipient-changed", "临时改派", "Changed their mind"),
        ],
    },
    {
        "code": "system",
        "name": "系统",
        "en": "System",
        "sub": [("system-data", "信息录入错误", "Wrong data"), ("system-down", "系统故障", "Fault")],
    },
]

FIELDS: list[tuple[str, str, str, str, str, list[str], bool]] = [
    ("enquiry", "answer_by", "希望答复方式", "Answer wanted by", "choice", ["电话", "短信", "微信", "邮件"], False),
    ("order_query", "order_number", "订单号", "Order number", "text", [], False),
    (
        "order_query",
        "platform",
        "平台",
        "Shop platform",
        "choice",
        ["淘宝天猫", "京东", "拼多多", "抖音", "自营", "其他"],
        False,
    ),
    ("complaint", "goods", "物品名称", "Goods", "text", [], False),
    ("complaint", "specification", "规格型号", "Specification", "text", [], False),
    ("complaint", "batch", "批次", "Batch", "text", [], False),
    ("complaint", "value", "物品价值", "Value of the goods", "money", [], False),
    ("complaint", "happened_on", "发生日期", "Day it happened", "date", [], False),
    ("complaint", "symptom", "现象描述", "What was seen", "long_text", [], False),
    ("complaint", "used_before", "此前使用情况", "Earlier use", "text", [], False),
    ("complaint", "insured", "是否保价", "Insured", "yes_no", [], False),
    (
        "service_request",
        "wanted",
        "所需服务",
        "Service wanted",
        "choice",
        ["催派", "改地址", "拦截退回", "预约派送", "补开发票", "其他"],
        False,
    ),
    ("service_request", "wanted_on", "期望日期", "Wanted on", "date", [], False),
    (
        "suggestion",
        "concerns",
        "涉及部门",
        "Concerns",
        "choice",
        ["揽收", "派送", "客服", "价格", "系统", "其他"],
        False,
    ),
]

CHECKS: list[tuple[str, str, str, int]] = [
    ("complaint", "已耐心倾听并致歉", "Listened and apologised", 10),
    ("complaint", "已复述诉求并经客户确认", "Demand restated and confirmed by the customer", 20),
    ("complaint", "已告知处理时限", "Customer told by when we answer", 30),
    ("complaint", "事实依据已齐全", "Facts are complete", 40),
    ("complaint", "处理结果已告知客户", "Customer told the result", 50),
    ("service_request", "已告知客户办理结果", "Customer told the result", 10),
]

MACROS: list[dict[str, Any]] = [
    {
        "name": "受理并安抚",
        "en": "Acknowledge and calm",
        "kinds": ["complaint"],
        "reply": "{称呼}您好，我是{客服}。您反映的问题（工单 {工单号}）已受理，很抱歉给您带来不便，今天内给您回复。",
        "actions": [
            {"do": "take"},
            {"do": "state", "to": "in_progress"},
            {"do": "promise", "text": "今天内回复核实情况", "minutes": 240},
        ],
    },
    {
        "name": "向网点核实",
        "en": "Ask the branch",
        "kinds": [],
        "reply": "{称呼}您好，运单 {运单号} 的情况我们正在向相关网点核实，一有结果马上告诉您。",
        "actions": [
            {"do": "take"},
            {"do": "request_facts", "text": "请核实该件实际情况：现在何处、何时经手、由谁处理，并拍照说明。"},
        ],
    },
    {
        "name": "催派并告知",
        "en": "Urge delivery and tell",
        "kinds": ["enquiry", "order_query", "service_request"],
        "reply": "{称呼}您好，运单 {运单号} 已联系派送网点优先安排，请保持电话畅通。",
        "note": "已催派，关注派送结果。",
        "actions": [{"do": "take"}, {"do": "promise", "text": "回访是否已派送", "minutes": 360}],
    },
    {
        "name": "请客户补充照片",
        "en": "Ask for photos",
        "kinds": ["complaint"],
        "reply": "{称呼}您好，为了尽快为您处理，请补充外包装、面单和破损部位的照片各一张，感谢配合。",
        "actions": [{"do": "take"}, {"do": "state", "to": "waiting_customer"}],
    },
    {
        "name": "告知处理完毕",
        "en": "Tell it is done",
        "kinds": [],
        "reply": "{称呼}您好，您反映的问题（工单 {工单号}）已经处理完毕。如还有疑问请随时联系我们，感谢您的理解。",
        "actions": [],
    },
    {
        "name": "联系不上客户",
        "en": "Customer not reached",
        "kinds": [],
        "note": "电话未接通，已发消息，稍后再联系。",
        "reply": "{称呼}您好，刚才致电未能接通。关于工单 {工单号}，请您方便时回复可接听的时间。",
        "actions": [{"do": "promise", "text": "再次致电客户", "minutes": 120}],
    },
    {
        "name": "升级为紧急",
        "en": "Make urgent",
        "kinds": [],
        "note": "已升级为紧急处理。",
        "actions": [{"do": "priority", "to": 4}],
    },
]
