"""What customers are told about an exception, as shipped. The rows are data: the service manager writes them anew."""

from suhui.records.shipments.choices import ExceptionKind as Kind

Words = tuple[str, str, str]
SHIPPED: dict[str, tuple[Words, Words]] = {
    Kind.UNSIGNED: (
        (
            "派送超时，尚未签收",
            "您的快件已出仓派送，但超过时限仍没有签收记录。",
            "我们正在向派送网点核实，查清后会主动告诉您。",
        ),
        (
            "Out for delivery for too long",
            "Your parcel went out for delivery, but nobody has signed for it in the usual time.",
            "We are asking the delivering branch and will tell you what we find out.",
        ),
    ),
    Kind.STALE: (
        (
            "物流信息长时间未更新",
            "您的快件已有几天没有新的扫描记录。",
            "我们已开始查找，找到后会优先安排派送；若确认遗失，会联系您办理理赔。",
        ),
        (
            "No news for some days",
            "Your parcel has not been scanned for several days.",
            "We are looking for it. Once found it is delivered first; if it is lost, we call you about the claim.",
        ),
    ),
    Kind.LOCKER: (
        (
            "快件在快递柜等您取",
            "您的快件已放入快递柜较长时间，还没有取出。",
            "请尽快凭取件码取件；不方便的话，请告诉我们改为送货上门或延长保管。",
        ),
        (
            "Waiting in a locker",
            "Your parcel has been in a locker for some time.",
            "Please collect it with the pick-up code, or tell us to bring it to your door or to keep it longer.",
        ),
    ),
    Kind.STATION: (
        (
            "快件在驿站等您取",
            "您的快件在驿站存放已久，还没有取走。",
            "请尽快到驿站取件；不方便的话，请告诉我们改为送货上门，逾期未取可能退回寄件人。",
        ),
        (
            "Waiting at a station",
            "Your parcel has been at the pick-up station for some time.",
            "Please collect it soon, or tell us to bring it to your door. Otherwise it may go back to the sender.",
        ),
    ),
    Kind.LATE: (
        (
            "快件晚到",
            "您的快件没有在承诺的时间内送达，非常抱歉。",
            "我们已要求沿途网点优先转运，有新进展会在这里更新，您也可以随时留言。",
        ),
        (
            "Later than promised",
            "Your parcel did not arrive by the promised time. We are sorry.",
            "The branches on its way give it priority now. News appears here; write to us at any time.",
        ),
    ),
    Kind.DAMAGED: (
        (
            "快件在途中破损",
            "网点发现您的快件外包装或内件破损，已拍照登记。",
            "客服会与您确认如何处理。收到时请先当面验货，可以拒收；请保留包装和照片，方便理赔。",
        ),
        (
            "Damaged on its way",
            "A branch found your parcel damaged and took photos of it.",
            "We agree with you what to do. Check it before you sign; you may refuse it. Keep packaging and photos.",
        ),
    ),
    Kind.SHORT: (
        (
            "内件可能短少",
            "网点发现您的快件重量或件数与寄出时不符。",
            "我们正在逐个环节核对。收到时请当面清点，缺少的请当场让快递员记录，并告诉我们。",
        ),
        (
            "Something may be missing",
            "Weight or number of pieces differs from what was sent.",
            "We are checking every step. Count the contents before you sign, have anything missing noted, and tell us.",
        ),
    ),
    Kind.MISSORTED: (
        (
            "快件绕了路",
            "您的快件被分到了别的线路，正在转回正确的方向。",
            "会比原计划晚到，不需要您做什么，到达后马上派送。",
        ),
        (
            "It took a wrong turn",
            "Your parcel was sorted to another route and is being sent back to the right one.",
            "It will be later than planned. You need not do anything; it is delivered as soon as it arrives.",
        ),
    ),
    Kind.LOST: (
        (
            "快件可能遗失",
            "我们暂时找不到您的快件，非常抱歉。",
            "正在全程查找；若确认遗失，客服会联系您办理理赔，请准备好商品价值凭证。",
        ),
        (
            "Perhaps lost",
            "We cannot find your parcel at the moment. We are very sorry.",
            "We are searching. If it is lost, we call you about the claim: please keep proof of its value.",
        ),
    ),
    Kind.FAILED_ATTEMPT: (
        (
            "多次派送没有成功",
            "快递员多次上门，没有把快件交到您手上。",
            "请告诉我们方便的时间、准确的地址和电话，我们再次派送；也可以改为自提。",
        ),
        (
            "Delivery did not succeed",
            "The courier came several times and could not hand your parcel over.",
            "Tell us a good time, the exact address and a phone number and we come again; or collect it yourself.",
        ),
    ),
    Kind.ADDRESS: (
        (
            "地址或电话有误",
            "面单上的地址或电话有误，快递员找不到您。",
            "请在下面告诉我们正确的地址和电话，核实后马上重新派送。",
        ),
        (
            "Address or phone is wrong",
            "The address or phone on the label is wrong; the courier cannot find you.",
            "Please tell us the right address and phone below. Once checked, we deliver again at once.",
        ),
    ),
    Kind.REFUSED: (
        (
            "快件被拒收",
            "收件人没有收下这票快件。",
            "我们会联系寄件人决定重新派送还是退回；如果不是您的意思，请马上告诉我们。",
        ),
        (
            "It was refused",
            "The recipient did not accept this parcel.",
            "We ask the sender whether to deliver again or to return it. If this was not your wish, tell us at once.",
        ),
    ),
    Kind.OUT_OF_AREA: (
        (
            "地址超出派送范围",
            "收件地址目前不在我们的派送范围内。",
            "可以到就近网点自提，或由我们转其他快递送达，请告诉我们您的选择。",
        ),
        (
            "Outside our delivery area",
            "The address lies outside the area we deliver to.",
            "You can collect it at the nearest branch, or we pass it on to another carrier. Tell us what you prefer.",
        ),
    ),
    Kind.PROHIBITED: (
        (
            "含有禁限寄物品",
            "安检发现快件里有不能寄递的物品，已停止转运。",
            "我们会按规定处理并联系寄件人，有疑问请在下面留言。",
        ),
        (
            "Contains goods that may not be sent",
            "The security check found goods that may not travel; the parcel was stopped.",
            "We handle it as the rules demand and call the sender. Write to us below if you have a question.",
        ),
    ),
    Kind.CUSTOMS: (
        ("快件在海关", "您的快件正在等待海关放行。", "可能需要补充证明或缴纳税款，需要时我们会告诉您准备什么。"),
        (
            "Held by customs",
            "Your parcel waits for customs to let it go.",
            "Papers or duties may be needed. We tell you if and what.",
        ),
    ),
    Kind.WEATHER: (
        (
            "天气影响，快件晚到",
            "受恶劣天气影响，您的快件暂时停留，请谅解。",
            "道路恢复后马上转运，不需要您做什么，新进展会在这里更新。",
        ),
        (
            "Held up by weather",
            "Bad weather holds your parcel up. We ask for your understanding.",
            "It travels on as soon as the roads are open. You need not do anything; news appears here.",
        ),
    ),
}
"""Kind of exception → (headline, what happened, what happens next) in Chinese and in English."""
