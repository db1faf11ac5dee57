"""Which addresses of the network may be reached for somebody: public ones, and those that the operator lists.

What is judged is the address that is connected to, never a name. Addresses inside of others (IPv4 mapped into IPv6, 6to4, Teredo,
NAT64, the old IPv4-compatible form) are judged by what they hold.
"""

import ipaddress
from collections.abc import Iterable, Sequence

__all__ = ["Address", "Networks", "address_of", "is_listed", "may_reach", "networks_of"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def networks_of(texts: Iterable[str]) -> Networks:
    """The networks that an operator allows beyond the public ones.

    Raises:
        ValueError: a text is no network.
    """
    return [ipaddress.ip_network(each) for each in texts]


def address_of(text: str) -> Address:
    """The address that a resolver answered, without its scope."""
    return ipaddress.ip_address(text.partition("%")[0])


def may_reach(address: Address, allowed: Networks) -> bool:
    """Whether the address, and whatever it wraps, is public or in one of the networks that are allowed."""
    return all(_is_public(each) or any(each in network for network in allowed) for each in _inside(address))


def is_listed(address: Address, allowed: Networks) -> bool:
    """Whether the address, or what it wraps, is in one of the networks that are allowed."""
    return any(each in network for each in _inside(address) for network in allowed)


def _is_public(address: Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: Address) -> list[Address]:
    """The address, or what it stands for where it wraps another one."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address, address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if any(address in each for each in _NAT64):
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if int(address) >> 32 == 0 and int(address) > 1:  # the old IPv4-compatible form
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]
