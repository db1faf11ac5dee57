"""Recipes: sign and verify, encrypt and seal, hash with a purpose, keep keys, issue and check certificates.

What lies in `hazmat` beneath is for this package only.
"""

from zhulian.crypto.errors import (
    BadKey,
    BadPoint,
    BadProof,
    BadShare,
    BadSignature,
    CannotOpen,
    ChunkFails,
    CryptoFault,
    KeyFileExists,
    KeyFileMalformed,
    KeyFileMissing,
    LibraryMissing,
    PassphraseEmpty,
    SealedCut,
    SealedMalformed,
    ShareFails,
    UnknownSuite,
    WrongLength,
    WrongPassphrase,
    WrongSuite,
)
from zhulian.crypto.hasher import Hasher, fingerprint
from zhulian.crypto.keyfile import KeyFile, load_key, read_key_file, save_key
from zhulian.crypto.keys import KeyUse, PrivateKey, Signer, SoftwareSigner
from zhulian.crypto.suites import GM, INTL, Suite, suite

__all__ = [
    "GM",
    "INTL",
    "BadKey",
    "BadPoint",
    "BadProof",
    "BadShare",
    "BadSignature",
    "CannotOpen",
    "ChunkFails",
    "CryptoFault",
    "Hasher",
    "KeyFile",
    "KeyFileExists",
    "KeyFileMalformed",
    "KeyFileMissing",
    "KeyUse",
    "LibraryMissing",
    "PassphraseEmpty",
    "PrivateKey",
    "SealedCut",
    "SealedMalformed",
    "ShareFails",
    "Signer",
    "SoftwareSigner",
    "Suite",
    "UnknownSuite",
    "WrongLength",
    "WrongPassphrase",
    "WrongSuite",
    "fingerprint",
    "load_key",
    "read_key_file",
    "save_key",
    "suite",
]
