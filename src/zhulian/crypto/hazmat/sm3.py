"""DANGER: bare SM3 (GB/T 32905) without a purpose; `zhulian.crypto.hasher` gives each thing its own preimage."""

import hashlib
from collections.abc import Callable
from typing import Any

from zhulian.crypto.hazmat import openssl

__all__ = ["digest", "new"]


def _from_hashlib(data: bytes = b"") -> Any:
    return hashlib.new("sm3", data)


# hashlib is several times quicker per call than cffi, but only as good as the libcrypto that this Python was built on.
def _choose() -> Callable[..., Any]:
    try:
        _from_hashlib()
    except ValueError:
        return openssl.new_sm3
    return _from_hashlib


new: Callable[..., Any] = _choose()
"""A new SM3 object shaped like hashlib's, primed with the bytes given."""


def digest(data: bytes) -> bytes:
    """SM3 of `data`, 32 bytes."""
    return bytes(new(data).digest())
