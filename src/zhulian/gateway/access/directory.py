"""Which public key stands behind a fingerprint, and whether its holder may act, as the chain has it now."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from zhulian.gateway.errors import UnsignedProperly
from zhulian.gateway.ledger import Ledger

__all__ = ["Directory"]

_KEPT_MAX = 10_000


@dataclass(frozen=True)
class _Known:
    public_key: bytes
    not_before: int
    not_after: int
    until: float


class Directory:
    """Looks keys up in the state and believes them for a moment, so that a revocation counts soon."""

    def __init__(self, ledger: Ledger, believed_s: float) -> None:
        self._ledger = ledger
        self._believed_s = believed_s
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    async def public_key(self, key: str, signer: str, now: float) -> bytes:
        """The raw public key with the fingerprint `key`, registered to `signer`, who may act at `now` (Unix seconds).

        Raises:
            UnsignedProperly: naming `key` or `signer`. Refusal, ConnectionError: the ledger does not answer.
        """
        known = self._known.get((key, signer))
        if known is None or known.until <= now:
            self._known.pop((key, signer), None)
            known = await self._ask(key, signer, now)
            self._known[key, signer] = known
            if len(self._known) > _KEPT_MAX:
                self._known.popitem(last=False)
        if not known.not_before <= now <= known.not_after:
            raise UnsignedProperly(part="key")
        return known.public_key

    async def _ask(self, key: str, signer: str, now: float) -> _Known:
        found = await self._value("identity/keys", key)
        if found is None or found["signer"] != signer or found.get("revoked") is not None:
            raise UnsignedProperly(part="key")
        if signer.startswith("~"):
            holder = await self._value("identity/handles", signer)
            active = holder is not None and holder.get("closed") is None
        else:
            holder = await self._value("identity/signers", signer)
            organisation = await self._value("identity/organisations", signer.partition(".")[0])
            active = holder is not None and holder.get("revoked") is None
            active = active and organisation is not None and organisation["status"] == "active"
        if not active:
            raise UnsignedProperly(part="signer")
        return _Known(bytes.fromhex(found["public_key"]), found["not_before"], found["not_after"], now + self._believed_s)

    async def _value(self, *key: str) -> dict[str, Any] | None:
        return (await self._ledger.state(key)).get("value")
