"""Which public key stands behind a fingerprint, as the chain has it now."""

from collections import OrderedDict
from dataclasses import dataclass

from zhulian.gateway.errors import UnsignedProperly
from zhulian.gateway.ledger import Ledger

__all__ = ["Directory"]

_KEPT_MAX = 10_000


@dataclass(frozen=True)
class _Known:
    signer: str
    public_key: bytes
    until: float


class Directory:
    """Looks keys up in the state and believes them for a moment, so that a revocation counts soon."""

    def __init__(self, ledger: Ledger, believed_s: float) -> None:
        self._ledger = ledger
        self._believed_s = believed_s
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def public_key(self, key: str, signer: str, now: float) -> bytes:
        """The raw public key with the fingerprint `key`, registered to `signer` and not revoked.

        Raises:
            UnsignedProperly: there is none such. Refusal, ConnectionError: the ledger does not answer.
        """
        known = self._known.get(key)
        if known is None or known.until <= now:
            known = await self._ask(key, now)
        if known.signer != signer:
            raise UnsignedProperly(part="signer")
        return known.public_key

    async def _ask(self, key: str, now: float) -> _Known:
        fact = await self._ledger.state(["identity/keys", key])
        value = fact.get("value")
        if not isinstance(value, dict) or value.get("revoked"):
            self._known.pop(key, None)
            raise UnsignedProperly(part="key")
        known = _Known(value["signer"], bytes.fromhex(value["public_key"]), now + self._believed_s)
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > _KEPT_MAX:
            self._known.popitem(last=False)
        return known
