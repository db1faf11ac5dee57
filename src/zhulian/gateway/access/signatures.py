"""Signed requests: who asks proves it with the key that is registered on the chain.

    Authorization: Zhulian-Signature key="…", nonce="…", signature="…", signer="org1.o7", time="1766880000"

The signature is over `preimage("request", jcs(description))` (docs/formats.md §2), the description being

    {"body": digest of the body's bytes, "host": Host header, "method": "POST", "nonce": 16 bytes hex,
     "path": path with query as sent, "signer": name, "time": Unix seconds}
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhulian import canonical
from zhulian.crypto import CryptoFault, Suite
from zhulian.crypto.hasher import Hasher
from zhulian.gateway.errors import UnsignedProperly, WrongTime

__all__ = ["SCHEME", "Credentials", "check_time", "describe", "parse_credentials", "verify"]

SCHEME = "zhulian-signature"

_PAIR = re.compile(r'\s*([a-z]{1,16})="([A-Za-z0-9.~-]{1,160})"\s*')
_SHAPES: Mapping[str, str] = {
    "key": r"[0-9a-f]{64}",
    "nonce": r"[0-9a-f]{32}",
    "signature": r"[0-9a-f]{128}",
    "signer": r"[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}|~[0-9a-f]{32}",
    "time": r"[1-9][0-9]{0,11}",
}


@dataclass(frozen=True)
class Credentials:
    """What the header says, not verified yet."""

    key: str
    nonce: str
    signature: bytes
    signer: str
    time: int


def parse_credentials(text: str) -> Credentials:
    """Read the parameters of the header after the scheme.

    Raises:
        UnsignedProperly: a part is missing, given twice, unknown, or has another form than agreed.
    """
    found: dict[str, str] = {}
    for piece in text.split(","):
        pair = _PAIR.fullmatch(piece)
        if pair is None or pair[1] in found or pair[1] not in _SHAPES:
            raise UnsignedProperly(part="Authorization")
        if re.fullmatch(_SHAPES[pair[1]], pair[2]) is None:
            raise UnsignedProperly(part=pair[1])
        found[pair[1]] = pair[2]
    for name in _SHAPES:
        if name not in found:
            raise UnsignedProperly(part=name)
    return Credentials(found["key"], found["nonce"], bytes.fromhex(found["signature"]), found["signer"], int(found["time"]))


def check_time(credentials: Credentials, now: float, skew_s: int) -> None:
    """See that the request is of now.

    Raises:
        WrongTime: its time and the gateway's clock are further apart than `skew_s`.
    """
    if abs(now - credentials.time) > skew_s:
        raise WrongTime(time=credentials.time, now=int(now), most_s=skew_s)


def describe(suite: Suite, credentials: Credentials, method: str, host: str, path: str, body: bytes) -> bytes:
    """The canonical description that is signed; `path` with its query, exactly as sent."""
    return canonical.encode(
        {
            "body": suite.digest(body).hex(),
            "host": host,
            "method": method,
            "nonce": credentials.nonce,
            "path": path,
            "signer": credentials.signer,
            "time": credentials.time,
        }
    )


def verify(hasher: Hasher, public_key: bytes, credentials: Credentials, description: bytes) -> None:
    """Verify the signature over the description.

    Raises:
        UnsignedProperly: it does not hold.
    """
    try:
        hasher.suite.verify(public_key, hasher.preimage("request", description), credentials.signature)
    except CryptoFault:
        raise UnsignedProperly(part="signature") from None
