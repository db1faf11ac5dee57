"""Requests to register a key that lies elsewhere, as a browser makes them (format `zhulian/key-request/1`): public, with the key's own word for it.

{"format": "zhulian/key-request/1", "name": "org1.clerk2", "possession": 64 bytes hex, "public_key": hex, "suite": "gm"}
"""

from pathlib import Path
from typing import Final

import msgspec

from zhulian import canonical
from zhulian.client.errors import KeyRequestUnfit
from zhulian.crypto import CryptoFault, Hasher, Suite
from zhulian.errors import Words

__all__ = ["RequestedKey", "read_key_request"]

_BYTES_MAX: Final = 4096


class _Request(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    name: str
    possession: str
    public_key: str
    suite: str


class RequestedKey:
    """The seam `Signer` for a key that is not here: it has signed its own enrolment, and signs nothing else."""

    def __init__(self, suite: Suite, public_key: bytes, statement: bytes, possession: bytes) -> None:
        self.suite = suite
        self.public_key = public_key
        self._signed = {statement: possession}

    def sign(self, message: bytes) -> bytes:
        """The signature that came with the request.

        Raises:
            KeyError: it is asked for another.
        """
        return self._signed[message]


def read_key_request(hasher: Hasher, path: Path, name: str) -> RequestedKey:
    """The key of a request file for `name`, whose signature over its enrolment on this chain holds.

    Raises:
        KeyRequestUnfit: it cannot be read, is for another name, suite or chain, or its signature does not hold.
    """
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.read(_BYTES_MAX + 1)[:_BYTES_MAX], type=_Request)
        public_key, possession = bytes.fromhex(found.public_key), bytes.fromhex(found.possession)
    except (OSError, ValueError, msgspec.DecodeError) as wrong:
        raise KeyRequestUnfit(path=str(path), why=Words.quote(wrong)) from None
    if found.format != "zhulian/key-request/1" or found.suite != hasher.suite.name:
        raise KeyRequestUnfit(path=str(path), why=Words("格式或密码套件不符", "it is of another format or suite"))
    if found.name != name:
        raise KeyRequestUnfit(path=str(path), why=Words(f"申请登记的是 {found.name[:64]}", f"it is for {found.name[:64]}"))
    statement = hasher.preimage("possession", canonical.encode({"key": public_key.hex(), "signer": name}))
    try:
        hasher.suite.verify(public_key, statement, possession)
    except CryptoFault:
        why = Words("申请人不持有该密钥，或申请用于另一条链", "whoever asks does not hold the key, or it is for another chain")
        raise KeyRequestUnfit(path=str(path), why=why) from None
    return RequestedKey(hasher.suite, public_key, statement, possession)
