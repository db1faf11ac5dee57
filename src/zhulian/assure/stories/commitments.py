"""Commitments of private values as stories make them: the same in every run, since nothing here is secret."""

import hashlib
from typing import Any

from zhulian import canonical
from zhulian.crypto import Hasher

__all__ = ["commitment_of"]


def commitment_of(hasher: Hasher, instance: str, record: str, field: str, value: Any) -> str:
    """What stands on chain for a private value (bytes of a file, or what JSON can hold), 64 hex digits.

    Every part enters at fixed length, by its digest; the salt of a story comes from its place and value.
    """
    data = value if isinstance(value, bytes) else canonical.encode(value)
    place = [hasher.suite.digest(each.encode()) for each in (instance, record, field)]
    content = hasher.suite.digest(data)
    salt = hashlib.sha256(b"zhulian story salt" + b"".join(place) + content).digest()
    return hasher.digest("private", b"".join(place) + salt + content).hex()
