"""Codes of public pages: what a page is about, sealed under a key of this gateway, so that who has the code can open it and nobody else.

A code is its own record: nothing is stored, and a million codes on a million cans cost nothing. The seal is the suite's authenticated
cipher with a tag of 128 bits; the nonce follows from the content (as in SIV, RFC 5297 §2), so that the same page always has the same
code and can be printed again.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Annotated

import msgspec

from zhulian.crypto.errors import CryptoFault
from zhulian.gateway.chain import Chain, ChainSource
from zhulian.gateway.errors import CodeExpired, NoSuchCode

__all__ = ["CODE_LENGTH_MAX", "CertificateCode", "CodeBook", "RecordCode"]

CODE_LENGTH_MAX = 2048
_NONCE_BYTES = 12
_KEY_BYTES = 32
_Digest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class RecordCode(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """The public page of a record; `until` in Unix seconds, 0 for good."""

    instance: str
    record: str
    key: str
    until: int = 0


class CertificateCode(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """The certificate of a deposit: its transaction, what opens its commitment, and what the file is called.

    `count`, `index` and `siblings` are the commitment's path in its batch; `count` is 0 where it stands alone.
    """

    transaction: _Digest
    digest: _Digest
    salt: _Digest
    name: str
    until: int = 0
    count: int = 0
    index: int = 0
    siblings: list[_Digest] = []


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODER = msgspec.msgpack.Decoder(RecordCode | CertificateCode)


class CodeBook:
    """Makes and opens the codes of one gateway, under the key in `path`, which is made at first need and readable by its user alone.

    Another key (the file replaced) makes all codes void that were given before.
    """

    def __init__(self, path: Path, chain: ChainSource) -> None:
        self._path = path
        self._chain = chain
        self._key = b""

    async def seal(self, what: RecordCode | CertificateCode) -> str:
        """The code of a page, for addresses."""
        chain = await self._chain.get()
        data = _ENCODE(what)
        nonce = chain.suite.hmac(self._secret(), b"nonce" + data)[:_NONCE_BYTES]
        sealed = chain.suite.seal_bytes(self._cipher(chain), nonce, data, chain.digest)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    async def open(self, code: str, now: float) -> RecordCode | CertificateCode:
        """What a code holds.

        Raises:
            NoSuchCode: it is none of this gateway's, for this chain. CodeExpired.
        """
        chain = await self._chain.get()
        try:
            if len(code) > CODE_LENGTH_MAX:
                raise NoSuchCode()
            data = base64.b64decode(code.encode("ascii") + b"=" * (-len(code) % 4), altchars=b"-_", validate=True)
            plain = chain.suite.open_bytes(self._cipher(chain), data[:_NONCE_BYTES], data[_NONCE_BYTES:], chain.digest)
            found: RecordCode | CertificateCode = _DECODER.decode(plain)
        except (CryptoFault, binascii.Error, UnicodeError, msgspec.DecodeError):
            raise NoSuchCode() from None
        if found.until and found.until <= now:
            raise CodeExpired(until=found.until)
        return found

    def _cipher(self, chain: Chain) -> bytes:
        return chain.suite.hmac(self._secret(), b"seal")[: chain.suite.seal_key_bytes]

    def _secret(self) -> bytes:
        if not self._key:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._path.with_suffix(f".{os.getpid()}")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(secrets.token_bytes(_KEY_BYTES))
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(fresh, self._path)  # the first of two gateways of one home wins, whole or not at all
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            self._key = self._path.read_bytes()
        return self._key
