"""Recipes: sign and verify, encrypt and seal, hash with a purpose, keep keys, issue and check certificates.

What lies in `hazmat` beneath is for this package only.
"""

from zhulian.crypto.errors import (
    BadKey,
    BadSignature,
    CannotOpen,
    CryptoFault,
    LibraryMissing,
    UnknownSuite,
    WrongLength,
    WrongSuite,
)
from zhulian.crypto.hasher import Hasher, fingerprint
from zhulian.crypto.keys import KeyUse, PrivateKey, Signer, SoftwareSigner
from zhulian.crypto.suites import GM, INTL, Suite, suite

__all__ = [
    "GM",
    "INTL",
    "BadKey",
    "BadSignature",
    "CannotOpen",
    "CryptoFault",
    "Hasher",
    "KeyUse",
    "LibraryMissing",
    "PrivateKey",
    "Signer",
    "SoftwareSigner",
    "Suite",
    "UnknownSuite",
    "WrongLength",
    "WrongSuite",
    "fingerprint",
    "suite",
]
