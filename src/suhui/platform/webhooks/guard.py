"""Which addresses may be called: none of ours. A name is looked up once and that very address is called, so that
nobody can answer the check with one address and the call with another."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from suhui.platform.core.errors import BadInput


class Unsafe(Exception):
    """The address is not to be called; says why, for the log of attempts."""


@dataclass(frozen=True)
class Target:
    """Where to connect, and what to ask for there."""

    url: str
    host: str
    port: str

    @property
    def header(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host


def check(url: str) -> None:
    """What can be said of an address without looking it up. Raises BadInput."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        _refuse(_("This is no address of the web."))
    if parts.username or parts.password:
        _refuse(_("The address holds a password: put none in it."))
    if not host or (parts.scheme != "https" and not _is_named(host)):
        _refuse(_("The address begins with https://."))
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return
    if not _is_public(literal) and not _is_named(host):
        _refuse(_("This address is inside a private network. SUHUI_WEBHOOK_HOSTS can allow it."))


def aim(url: str) -> Target:
    """Look the address up and make sure of it. Raises Unsafe."""
    parts = urlsplit(url)
    host, named = parts.hostname or "", _is_named(parts.hostname or "")
    if parts.scheme != "https" and not named:
        raise Unsafe("not https")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise Unsafe(f"the name cannot be looked up: {error}") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not named and not all(_is_public(address) for address in addresses):
        raise Unsafe("the name leads into a private network")
    literal = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    wanted = f"?{parts.query}" if parts.query else ""
    return Target(f"{parts.scheme}://{literal}:{port}{parts.path or '/'}{wanted}", host, str(parts.port or ""))


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast


def _is_named(host: str) -> bool:
    return host in settings.WEBHOOK_HOSTS


def _refuse(sentence: str) -> NoReturn:
    raise BadInput(sentence, {"url": sentence})
