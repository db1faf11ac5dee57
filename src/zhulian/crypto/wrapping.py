"""Keys and shares of keys wrapped for one reader: an envelope, a small JSON document that only the reader's key opens.

What stands in clear in an envelope is bound to what is wrapped, so that none serves for another content, reader or purpose.
"""

import hmac
from dataclasses import dataclass
from typing import Any, Final, Literal

from zhulian import canonical
from zhulian.crypto.errors import CannotOpen, SealedMalformed
from zhulian.crypto.hasher import Hasher
from zhulian.crypto.keys import PrivateKey
from zhulian.errors import Refusal, Words

__all__ = ["ENVELOPE_BYTES_MAX", "Envelope", "read_envelope", "unwrap", "wrap"]

FORMAT: Final = "zhulian/envelope/1"
ENVELOPE_BYTES_MAX: Final = 4096
Kind = Literal["key", "share", "release"]
"""The data key for a reader; a share of it for a keeper; a share that a keeper releases to a reader."""


@dataclass(frozen=True)
class Envelope:
    """What an envelope says in clear. `index` numbers a share, `opening` is what a release answers."""

    kind: Kind
    blob: str
    reader: str
    key: str
    index: int = 0
    opening: str = ""

    def as_json(self) -> dict[str, Any]:
        """The members of the document, without what is wrapped."""
        return {
            "blob": self.blob,
            "format": FORMAT,
            "index": self.index,
            "key": self.key,
            "kind": self.kind,
            "opening": self.opening,
            "reader": self.reader,
        }


def wrap(hasher: Hasher, public_key: bytes, envelope: Envelope, secret: bytes) -> bytes:
    """The envelope document around `secret`, encrypted to `public_key`; gm: SM2 encryption (GB/T 32918.4), C1 ‖ C3 ‖ C2.

    Raises:
        BadKey: the public key is none.
    """
    clear = envelope.as_json()
    wrapped = hasher.suite.encrypt(public_key, _bound(hasher, clear) + secret)
    return canonical.encode({**clear, "wrapped": wrapped.hex()})


def read_envelope(data: bytes) -> tuple[Envelope, bytes]:
    """What an envelope says, and what is wrapped in it, still encrypted.

    Raises:
        SealedMalformed.
    """
    try:
        document = canonical.read(data, ENVELOPE_BYTES_MAX)
    except Refusal as wrong:
        raise SealedMalformed(why=wrong.words()) from None
    texts = ("blob", "key", "opening", "reader", "wrapped")
    if (
        not isinstance(document, dict)
        or document.get("format") != FORMAT
        or set(document) != {*texts, "format", "index", "kind"}
        or document["kind"] not in ("key", "share", "release")
        or not all(isinstance(document[name], str) for name in texts)
        or not isinstance(document["index"], int)
    ):
        raise SealedMalformed(why=Words(f"不是 {FORMAT} 格式的密钥信封", f"it is no key envelope of the format {FORMAT}"))
    try:
        wrapped = bytes.fromhex(document["wrapped"])
    except ValueError:
        raise SealedMalformed(why=Words("密文不是十六进制数字", "its ciphertext is no hex")) from None
    found = Envelope(
        document["kind"], document["blob"], document["reader"], document["key"], document["index"], document["opening"]
    )
    return found, wrapped


def unwrap(hasher: Hasher, key: PrivateKey, data: bytes) -> tuple[Envelope, bytes]:
    """What an envelope says, and the secret in it.

    Raises:
        SealedMalformed: it is no envelope. CannotOpen: it is for another key, or anything in it was changed.
    """
    envelope, wrapped = read_envelope(data)
    opened = hasher.suite.decrypt(key, wrapped)
    if not hmac.compare_digest(opened[:32], _bound(hasher, envelope.as_json())) or len(opened) <= 32:
        raise CannotOpen()
    return envelope, opened[32:]


def _bound(hasher: Hasher, clear: dict[str, Any]) -> bytes:
    return hasher.digest("envelope", canonical.encode(clear))
