"""The digest algorithms of time stamps, by name and by object identifier."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from zhulian.crypto.suites import GM

__all__ = ["HASHES", "OIDS", "SM3_OID", "hash_of"]

SM3_OID: Final = "1.2.156.10197.1.401"
OIDS: Final[Mapping[str, str]] = {
    "sm3": SM3_OID,
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
HASHES: Final = tuple(OIDS)
"""The names of those that a time stamp may use. SHA-1 is not among them."""


def hash_of(name: str) -> Callable[[bytes], bytes]:
    """The digest function called `name`, one of `HASHES`."""
    if name == "sm3":
        return GM.digest
    return lambda data: hashlib.new(name, data).digest()
