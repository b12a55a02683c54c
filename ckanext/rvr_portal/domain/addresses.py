"""Which network addresses a server-side request may talk to."""

from __future__ import annotations

import enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

__all__ = ["AddressKind", "address_kind", "is_allowed"]


class AddressKind(enum.Enum):
    """What an address is, after unwrapping the IPv4 address that some IPv6 forms carry."""

    PUBLIC = "public"
    LOCAL = "local"  # loopback, private, shared (CGNAT), unique local: fit for local use when a setting says so
    FORBIDDEN = "forbidden"  # link-local (cloud metadata), multicast, unspecified, reserved, tunnels: never


_LOCAL_V4 = tuple(
    IPv4Network(net) for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_LOCAL_V6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))
_FORBIDDEN_V4 = (IPv4Network("192.88.99.0/24"),)  # anycast of 6to4 relays (RFC 7526)
# All public addresses of today; what lies outside (site-local, translated, IPv4-compatible, …) is none
_GLOBAL_V6 = IPv6Network("2000::/3")
_FORBIDDEN_V6 = tuple(
    IPv6Network(net)
    for net in (
        "2001::/32",  # Teredo
        "3ffe::/16",  # 6bone, given back (RFC 3701)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def address_kind(address: str | IPv4Address | IPv6Address) -> AddressKind:
    """Kind of an IP address given as text or object; text that is no address is forbidden."""
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return AddressKind.FORBIDDEN
    return _kind_v4(address) if isinstance(address, IPv4Address) else _kind_v6(address)


def is_allowed(address: str | IPv4Address | IPv6Address, *, allow_local: bool = False) -> bool:
    """Whether a request may connect to the address; `allow_local` adds loopback and private networks."""
    kind = address_kind(address)
    return kind is AddressKind.PUBLIC or (allow_local and kind is AddressKind.LOCAL)


def _kind_v4(address: IPv4Address) -> AddressKind:
    if any(address in net for net in _LOCAL_V4):
        return AddressKind.LOCAL
    if not address.is_global or address.is_multicast or any(address in net for net in _FORBIDDEN_V4):
        return AddressKind.FORBIDDEN
    return AddressKind.PUBLIC


def _kind_v6(address: IPv6Address) -> AddressKind:
    if address.scope_id:
        return AddressKind.FORBIDDEN
    inner = _embedded_v4(address)
    if inner is not None:
        return _kind_v4(inner)
    if any(address in net for net in _LOCAL_V6):
        return AddressKind.LOCAL
    if address not in _GLOBAL_V6 or not address.is_global or any(address in net for net in _FORBIDDEN_V6):
        return AddressKind.FORBIDDEN
    return AddressKind.PUBLIC


def _embedded_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address behind IPv4-mapped, 6to4, NAT64 and ISATAP forms."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    number = int(address)
    if address in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None
