"""Who really asks: the peer of the line, or whom a trusted reverse proxy says that it asks for."""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache

from starlette.types import Scope

__all__ = ["Address", "Origin"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOPS_MAX = 32
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


class Origin:
    """Believes X-Forwarded-For, -Proto and -Host only where the line comes from one of `proxies` (addresses or networks)."""

    def __init__(self, proxies: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(each) for each in proxies)

    def settle(self, scope: Scope) -> Scope:
        """The scope with `client`, `scheme` and the Host header of whoever asks, and their address as `zhulian.address`.

        From the right of X-Forwarded-For, the first address that is no trusted proxy's is whoever asks: what stands to the
        left of it, they may have written themselves.
        """
        peer = scope.get("client")
        address = None if peer is None else _address(peer[0])
        if address is None or not self._networks or not self._trusts(address):
            scope["zhulian.address"] = address
            return scope
        said = _forwarded(scope)
        for hop in reversed(said.get(b"x-forwarded-for", "").split(",")[-_HOPS_MAX:]):
            named = _address(_bare(hop.strip()))
            if named is None:
                break
            address = named
            if not self._trusts(named):
                break
        scope = {**scope, "client": (str(address), 0), "zhulian.address": address}
        protocol = said.get(b"x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        if protocol in ("http", "https"):
            scope["scheme"] = protocol
        host = said.get(b"x-forwarded-host", "").rpartition(",")[2].strip()
        if _HOST.fullmatch(host):
            scope["headers"] = [*((key, value) for key, value in scope["headers"] if key != b"host"), (b"host", host.encode())]
        return scope

    def _trusts(self, address: Address) -> bool:
        return any(address.version == each.version and address in each for each in self._networks)


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    """The address; an IPv4 one that is written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 one. None: it is none."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if found.version == 6 and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _bare(hop: str) -> str:
    """An address of X-Forwarded-For without its port, which some proxies write."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _forwarded(scope: Scope) -> dict[bytes, str]:
    """The X-Forwarded headers; one that occurs several times is one list (RFC 9110 §5.3)."""
    found: dict[bytes, str] = {}
    for key, value in scope["headers"]:
        if key.startswith(b"x-forwarded-"):
            text = value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    return found
