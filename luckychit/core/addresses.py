"""Network addresses: whom to count, and who is in a list."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=8192)
def network(seen_address: str) -> str:
    """Return whom to count against: an IPv4 address, or an IPv6 /64.

    One household or server holds a whole /64, so counting single IPv6 addresses
    would count nothing.

    Args:
        seen_address: As an entry saw it, behind the trusted proxies.

    Source: RFC 6177 for the size of one site's assignment.
    """
    try:
        parsed = ipaddress.ip_address(seen_address.split("%", 1)[0])
    except ValueError:
        return seen_address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def networks(listed: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return the addresses and networks of a list separated by commas.

    Raises:
        ValueError: One of them is neither.
    """
    items = (item.strip() for item in listed.split(","))
    return tuple(ipaddress.ip_network(item, strict=False) for item in items if item)


def is_among(
    seen_address: str, listed: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]
) -> bool:
    """Tell whether an address is one of those, or in one of those networks."""
    try:
        parsed = ipaddress.ip_address(seen_address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in one for one in listed)
