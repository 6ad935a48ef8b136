"""Which addresses may be fetched: http and https, public hosts, no way round by odd spellings."""

from __future__ import annotations

import re
import socket
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from ingest.web.errors import WebError

if TYPE_CHECKING:
    from yarl import URL

PRIVATE = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    *("::1/128", "fc00::/7"),
)
"""What `WEB_ALLOW_PRIVATE=true` lets in: this machine and the networks inside a house."""

_METADATA = frozenset(
    ip_address(ip)
    for ip in (
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # AWS's containers
        "100.100.100.200",  # Alibaba's
        "168.63.129.16",  # Azure's, inside a public range
        "192.0.0.192",  # Oracle's
        "fd00:ec2::254",  # AWS's over IPv6
    )
)
"""Where clouds hand out credentials to whoever asks from inside."""
_NEVER = tuple(ip_network(n) for n in ("0.0.0.0/8", "192.88.99.0/24", "::/96", "fec0::/10"))
_NAT64 = IPv6Network("64:ff9b::/96")
# The ports above 1023 that browsers refuse, since what listens there speaks something else.
_OTHER_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080)
)
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}", re.I)
LONGEST = 4096
"""Characters of an address."""


def parse(url: str) -> URL:
    """The address to ask for, without its fragment. WebError where it isn't one that may be asked."""
    from yarl import URL

    if len(url) > LONGEST:
        raise WebError("an address of more than 4,096 characters")
    try:
        parsed = URL(url.strip()).with_fragment(None)
        port, host = parsed.port, (parsed.raw_host or "").rstrip(".")
    except (ValueError, UnicodeError) as error:
        raise WebError(f"not a web address: {error}") from error
    if parsed.scheme not in ("http", "https"):
        raise WebError(f"{parsed.scheme or 'no scheme'}: only http and https are fetched")
    if not host:
        raise WebError("not a web address: it names no host")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise WebError("holds a user name or password; addresses are fetched without")
    if port is None or (port < 1024 and port not in (80, 443)) or port in _OTHER_PORTS:
        raise WebError(f"port {port} is not one of the web's")
    if _NUMERIC.fullmatch(host):
        # 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1 to a resolver.
        try:
            host = socket.inet_ntoa(socket.inet_aton(host))
        except OSError as error:
            raise WebError(f"not a web address: {host} is no host") from error
        parsed = parsed.with_host(host)
    return parsed


@cache
def _networks(allowed: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(ip_network(network, strict=False) for network in allowed)


def refusal(ip: str, allowed: tuple[str, ...] = ()) -> str | None:
    """Why nothing is fetched from this IP address; None where it is public, or in a network `allowed`."""
    try:
        found = ip_address(ip.partition("%")[0])
    except ValueError:
        return f"leads to {ip}, which is no address"
    inner = _inside(found)
    named = f"{ip}, that is {inner}" if inner != found else ip
    networks = [n for n in _networks(allowed) if inner in n]  # type: ignore[operator]
    if inner in _METADATA:
        # Only by its own name: a whole network that happens to hold it doesn't count.
        if any(n.prefixlen == n.max_prefixlen for n in networks):  # type: ignore[attr-defined]
            return None
        return f"leads to a cloud's metadata service ({named}), where nothing is fetched"
    if inner.is_multicast:
        return f"leads to a multicast address ({named})"
    if networks:
        return None
    if inner.is_global and not inner.is_reserved and not any(inner in network for network in _NEVER):
        return None
    kind = "loopback" if inner.is_loopback else "link-local" if inner.is_link_local else "private"
    return f"leads to a {kind} address ({named}); allow it with WEB_ALLOW_PRIVATE"


def _inside(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: one's host is the other's, or lies within its domain."""
    from ingest import urls

    a, b = urls.host(one), urls.host(other)
    return bool(a and b) and (a == b or a.endswith(f".{b}") or b.endswith(f".{a}"))
