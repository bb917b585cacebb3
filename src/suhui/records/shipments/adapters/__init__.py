"""Other companies' machines behind one small protocol (base.CarrierAdapter). Every call has a timeout; every error says
whether to try again."""

import httpx

from suhui.records.shipments.adapters import kdniao, kuaidi100, sf
from suhui.records.shipments.adapters.base import CarrierAdapter, Credentials
from suhui.records.shipments.choices import Provider
from suhui.records.shipments.models import CarrierAccount

__all__ = ["ADDRESSES", "SECRETS", "CarrierAdapter", "adapter_for"]

ADDRESSES = {
    Provider.KUAIDI100.value: kuaidi100.ADDRESS,
    Provider.KDNIAO.value: kdniao.ADDRESS,
    Provider.SF.value: sf.ADDRESS,
}
SECRETS: dict[str, list[str]] = {
    Provider.KUAIDI100.value: ["key", "salt"],
    Provider.KDNIAO.value: ["key"],
    Provider.SF.value: ["checkword"],
}
"""The secrets each provider gives."""


def adapter_for(account: CarrierAccount, client: httpx.Client | None = None) -> CarrierAdapter:
    """The adapter of this account's provider. `client` is for tests."""
    credentials = Credentials(
        customer=account.customer,
        secrets=account.secrets,
        address=(account.address or ADDRESSES[account.provider]).rstrip("/"),
        callback=account.callback,
    )
    if account.provider == Provider.KUAIDI100:
        return kuaidi100.Kuaidi100(credentials, client)
    if account.provider == Provider.KDNIAO:
        return kdniao.KDNiao(credentials, client)
    return sf.SFExpress(credentials, client)
