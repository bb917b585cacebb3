"""A partner's system that wants to hear of cases; paused, so that a demo company calls nobody."""

from suhui.demo.world import SYSTEM
from suhui.platform.webhooks import services


def introduce_partner() -> None:
    endpoint = services.save_endpoint(
        endpoint=None,
        name="云仓订单平台",
        url="https://orders.example.com/hooks/suhui",
        kinds=["case.opened", "case.closed", "waybill.status_changed", "exception.raised"],
        branch=None,
        by=SYSTEM,
    )
    services.ping(endpoint=endpoint, by=SYSTEM)
    services.pause(endpoint=endpoint, by=SYSTEM)
