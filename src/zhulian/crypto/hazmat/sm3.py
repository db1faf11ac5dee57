"""DANGER: bare SM3 (GB/T 32905) without a purpose; `zhulian.crypto.hasher` gives each thing its own preimage."""

import hashlib
from typing import Any

from zhulian.crypto.hazmat import openssl

__all__ = ["digest", "new"]


def _start() -> Any:
    """An SM3 object that has read nothing: hashlib's, which costs less per call, or where this Python has none libcrypto's."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return openssl.new_sm3()


_empty: Any = None


def new(data: bytes = b"") -> Any:
    """A new SM3 object shaped like hashlib's, primed with the bytes given; copying an empty one is the quickest way to it."""
    global _empty  # noqa: PLW0603 (made at first use, so that importing needs no libcrypto)
    if _empty is None:
        _empty = _start()
    state = _empty.copy()
    state.update(data)
    return state


def digest(data: bytes) -> bytes:
    """SM3 of `data`, 32 bytes."""
    return bytes(new(data).digest())
