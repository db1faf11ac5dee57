"""The TLS door's certificate: loaded, held against its key, and taken anew when its files change."""

import asyncio
import logging
import ssl
from pathlib import Path

from cryptography import x509

from zhulian.errors import Refusal, Words
from zhulian.gateway.errors import BadTls

__all__ = ["Certificate", "read_end"]

_log = logging.getLogger("zhulian.gateway")
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has no others."""
_READABLE_BY_OTHERS = 0o007

_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate and its key in a context that TLS servers use; `look` takes both files anew once they have changed.

    Raises:
        BadTls: a file is missing, unreadable or no PEM, the two do not belong together, the key has a passphrase, or others
            can read it.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._stamp = self._stamped()
        self.context = self._load(None)
        self.not_after = read_end(certificate)

    def look(self) -> bool:
        """Whether renewed files were taken up. While what is there cannot be used, the old certificate stays."""
        try:
            stamp = self._stamped()
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            self._load(None)  # tried apart: a failed load could leave the living context with half a pair
            self._load(self.context)
            self.not_after = read_end(self._certificate)
        except Refusal as refused:
            _log.warning("the renewed TLS certificate is not taken: %s", refused.say("en"))
            return False
        return True

    async def watch(self, every_s: float) -> None:
        """Look at the files again and again."""
        while True:
            await asyncio.sleep(every_s)
            self.look()

    def _load(self, context: ssl.SSLContext | None) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if context is None else context
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers(_CIPHERS)
        made.set_alpn_protocols(["http/1.1"])
        made.options |= ssl.OP_NO_RENEGOTIATION
        try:
            if self._key.stat().st_mode & _READABLE_BY_OTHERS:
                why = Words("其他用户可以读取私钥，请先执行 chmod 600", "other users can read the key; chmod 600 it first")
                raise BadTls(path=str(self._key), why=why)
            made.load_cert_chain(self._certificate, self._key, password=_no_passphrase)
        except _Encrypted:
            why = Words("私钥设有口令，网关无人值守时无法打开", "the key has a passphrase, which nobody is there to type")
            raise BadTls(path=str(self._key), why=why) from None
        except ssl.SSLError as wrong:
            raise BadTls(path=str(self._certificate), why=Words.quote(wrong.reason or wrong)) from None
        except OSError as wrong:
            where = str(wrong.filename or self._certificate)
            raise BadTls(path=where, why=Words.quote(wrong.strerror or wrong)) from None
        return made

    def _stamped(self) -> _Stamp:
        try:
            found = [each.stat() for each in (self._certificate, self._key)]
        except OSError as wrong:
            raise BadTls(path=str(wrong.filename), why=Words.quote(wrong.strerror or wrong)) from None
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in found)


def read_end(certificate: Path) -> int:
    """Until when the first certificate of a PEM file is valid, Unix seconds.

    Raises:
        BadTls: there is none in it.
    """
    try:
        return int(x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc.timestamp())
    except (OSError, ValueError) as wrong:
        raise BadTls(path=str(certificate), why=Words.quote(wrong)) from None


class _Encrypted(Exception):
    pass


def _no_passphrase() -> str:
    raise _Encrypted
