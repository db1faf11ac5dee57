"""Making and signing bodies (docs/formats.md §4); chance comes in as an argument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.crypto import Hasher, Signer, fingerprint

__all__ = ["Identity", "Signed", "body_of", "sign_body"]


@dataclass(frozen=True)
class Identity:
    """A signer's name on the chain, and what signs for it (a key in memory, or a device behind the same seam)."""

    name: str
    signer: Signer


@dataclass(frozen=True)
class Signed:
    """A completely signed transaction: its id in hex, the moment it expires (Unix seconds) and its canonical bytes."""

    transaction: str
    expires: int
    envelope: bytes


def body_of(
    chain: str, messages: Sequence[Mapping[str, Any]], signers: Sequence[str], expires: int, nonce: str
) -> dict[str, Any]:
    """A body with this nonce (16 bytes of chance, hex); `signers` may come in any order and twice."""
    return {
        "chain": chain,
        "expires": expires,
        "messages": [dict(message) for message in messages],
        "nonce": nonce,
        "signers": sorted(dict.fromkeys(signers)),
    }


def sign_body(hasher: Hasher, body: Mapping[str, Any], identities: Sequence[Identity]) -> Signed:
    """Sign `body` by each of `identities`, which are the body's signers in any order.

    Raises:
        Refusal: `form/n` where a message holds what canonical JSON cannot say.
    """
    data = canonical.encode(dict(body))
    preimage = hasher.preimage("body", data)
    signatures = [
        {
            "key": fingerprint(hasher.suite, one.signer.public_key),
            "signature": one.signer.sign(preimage).hex(),
            "signer": one.name,
        }
        for one in sorted({each.name: each for each in identities}.values(), key=lambda each: each.name)
    ]
    envelope = b'{"body":' + data + b',"signatures":' + canonical.encode(signatures) + b"}"
    return Signed(hasher.digest("body", data).hex(), int(body["expires"]), envelope)
