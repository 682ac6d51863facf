"""An address is fetched only if it is one of the public web: its scheme, its user, and where its host stands.

What this module lets pass may still be refused further on; what it refuses is never connected to.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

import httpx

from whence.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["checked", "is_public", "look_up"]

# Where no public server stands (IANA's registries of special-purpose addresses, RFC 6890).
_NOT_PUBLIC: Final = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Tunnels that hold an IPv4 address (Teredo, 6to4) are past their time, and stand here whole.
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_UNICAST: Final = IPv6Network("2000::/3")  # all that is given out of IPv6 (RFC 4291, section 2.4)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # the IPv4 internet as an IPv6 network sees it (RFC 6052)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody's server may have; False for what is no address.

    Neither private nor loopback, link-local, multicast, reserved, or for documentation; an IPv6 address
    that stands for an IPv4 address is what that is.
    """
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif parsed not in _UNICAST:
            return False
    return not any(parsed in network for network in _NOT_PUBLIC)


def look_up(host: str, port: int) -> Sequence[str]:
    """Give every IP address of a host, as the system has them; raises BadInput where there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"The host {host} is not known here."
        raise BadInput(message, hint="Check the spelling of the address, and the connection.") from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(text: str | httpx.URL) -> httpx.URL:
    """Give an address without its fragment; raises BadInput unless it is http or https and names a host alone."""
    try:
        url = httpx.URL(text.strip() if isinstance(text, str) else text).copy_with(fragment=None)
    except httpx.InvalidURL as error:
        raise BadInput(f"This is no web address: {error}.", hint="Write it as https://example.org/page.") from error
    if url.userinfo:
        message = f"The address of {url.host} holds a user name or a password, which would be kept for good."
        raise BadInput(message, hint="Leave out what stands before the @.")
    if url.scheme not in {"http", "https"}:
        what = f"{url.scheme}: addresses are not fetched" if url.scheme else f"{str(url)[:200]} is no web address"
        raise BadInput(f"{what}; only http and https are.", hint="Write it as https://example.org/page.")
    if not url.host:
        raise BadInput(f"{url} names no host.", hint="Write it as https://example.org/page.")
    if url.port is not None and not 0 < url.port < 65536:  # noqa: PLR2004 - two bytes, less zero
        raise BadInput(f"{url.port} is no port.", hint="Ports go from 1 to 65535; most addresses need none.")
    return url
