"""Certificates for TLCP: a CA, and pairs under it."""

import time
from base64 import encodebytes
from pathlib import Path
from typing import Any

from asn1crypto import core

from zhulian.crypto import suite
from zhulian.crypto.certificates import Authority, create_ca, issue, to_pem
from zhulian.tlcp.session import Pair

__all__ = ["Pairs"]

_SM2 = "1.2.156.10197.1.301"


class _EcKey(core.Sequence):  # type: ignore[misc]  # RFC 5915, section 3
    _fields: Any = [
        ("version", core.Integer),
        ("private", core.OctetString),
        ("curve", core.ObjectIdentifier, {"explicit": 0}),
        ("public", core.OctetBitString, {"explicit": 1}),
    ]


class Pairs:
    """Makes pairs in a folder; each organisation has one CA."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authorities: dict[str, Authority] = {}

    def __call__(self, organisation: str, name: str) -> tuple[Pair, Path]:
        """A pair for a name under the CA of an organisation, and the CA's file."""
        crypto, now = suite("gm"), int(time.time())
        if organisation not in self._authorities:
            self._authorities[organisation] = create_ca(crypto, organisation, f"{organisation} CA", 30, not_before=now - 3600)
        authority = self._authorities[organisation]
        ca = self._folder / f"{organisation}.ca.pem"
        ca.write_bytes(to_pem([authority.certificate.der]))
        files = []
        for usage in ("sign", "encrypt"):
            key = crypto.generate()
            der = issue(authority, key.public_key, organisation, name, usage, now - 60, now + 86_400)
            certificate, secret = self._folder / f"{name}.{usage}.pem", self._folder / f"{name}.{usage}.key"
            certificate.write_bytes(to_pem([der]))
            secret.write_bytes(_pem(key.reveal(), key.public_key))
            secret.chmod(0o600)
            files += [certificate, secret]
        return Pair(*files), ca


def _pem(secret: bytes, public: bytes) -> bytes:
    der = _EcKey({"version": 1, "private": secret, "curve": _SM2, "public": public}).dump()
    return b"-----BEGIN EC PRIVATE KEY-----\n" + encodebytes(der) + b"-----END EC PRIVATE KEY-----\n"
