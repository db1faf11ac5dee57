"""Signatures for simulations, made and verified in a microsecond. They prove nothing: whoever knows a public key can make them.

No genesis can name this suite, and nothing outside `quick_signatures` meets it: within it, and in this process alone, it
stands in for `intl`, whose keys, digests and ciphers it keeps.
"""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b

from zhulian.crypto import BadSignature, PrivateKey, suites
from zhulian.crypto.intl import IntlSuite

__all__ = ["quick_signatures"]


class _QuickSuite(IntlSuite):
    """Suite `intl` with a digest keyed by the public key for a signature."""

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        return _mark(key.public_key, message)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        if not hmac.compare_digest(_mark(public_key, message), signature):
            raise BadSignature()

    def verify_many(self, jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
        return [hmac.compare_digest(_mark(public_key, message), signature) for public_key, message, signature in jobs]

    def __repr__(self) -> str:
        return "QUICK"


_QUICK = _QuickSuite()


def _mark(public_key: bytes, message: bytes) -> bytes:
    return blake2b(message, digest_size=64, key=public_key).digest()


@contextmanager
def quick_signatures() -> Iterator[None]:
    """Let `intl` be the suite for simulations until the block ends; not for a process that serves a chain."""
    table = suites._SUITES
    before = table[_QUICK.name]
    table[_QUICK.name] = _QUICK
    try:
        yield
    finally:
        table[_QUICK.name] = before
