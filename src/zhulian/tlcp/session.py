"""TLCP sessions without a socket: bytes of the line in and out, bytes of the application in and out."""

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.errors import Words
from zhulian.tlcp.errors import BadTlcp, HandshakeFailed
from zhulian.tlcp.library import library, reason

__all__ = ["CIPHERS", "Pair", "Session", "Sessions"]

CIPHERS = "ECDHE-SM2-SM4-GCM-SM3:ECC-SM2-SM4-GCM-SM3:ECDHE-SM2-SM4-CBC-SM3:ECC-SM2-SM4-CBC-SM3"
_ONE_SIDED = "ECC-SM2-SM4-GCM-SM3:ECC-SM2-SM4-CBC-SM3"
"""Where the client shows no certificate: ECDHE takes the encryption certificates of both (GB/T 38636-2020, 6.4.5.4)."""
_PEM = 1
_VERIFY_PEER, _VERIFY_FAIL_IF_NONE = 1, 2
_WANT_READ, _WANT_WRITE, _ZERO_RETURN = 2, 3, 6
_NO_RENEGOTIATION = 0x40000000
_READABLE_BY_OTHERS = 0o077
_CHUNK = 16_384


@dataclass(frozen=True)
class Pair:
    """The two certificates of GB/T 38636 and their keys: PEM files."""

    sign_certificate: Path
    sign_key: Path
    encrypt_certificate: Path
    encrypt_key: Path


class Sessions:
    """Makes sessions of one side, all with the same certificates.

    Args:
        pair: This side's certificates; a client may have none.
        authorities: A PEM file with the CAs of the other side, which then must show a certificate; None: a server asks for none, a client
            believes anybody.
        server: Which side this is.

    Raises:
        TlcpMissing. BadTlcp: a file cannot be used.
    """

    def __init__(self, pair: Pair | None, authorities: Path | None = None, *, server: bool = True) -> None:
        self._library = library()
        self._server = server
        called = self._library
        self._context = called.SSL_CTX_new(called.NTLS_server_method() if server else called.NTLS_client_method())
        called.SSL_CTX_enable_ntls(self._context)
        mutual = authorities is not None if server else pair is not None
        called.SSL_CTX_set_cipher_list(self._context, (CIPHERS if mutual else _ONE_SIDED).encode())
        called.SSL_CTX_set_options(self._context, _NO_RENEGOTIATION)
        if pair is not None:
            self._use(pair)
        if authorities is not None:
            if not called.SSL_CTX_load_verify_locations(self._context, bytes(authorities), None):
                raise BadTlcp(path=str(authorities), why=Words.quote(reason()))
            called.SSL_CTX_set_verify(self._context, _VERIFY_PEER | _VERIFY_FAIL_IF_NONE, None)

    def _use(self, pair: Pair) -> None:
        called = self._library
        steps = (
            (pair.sign_certificate, called.SSL_CTX_use_sign_certificate_file),
            (pair.sign_key, called.SSL_CTX_use_sign_PrivateKey_file),
            (pair.encrypt_certificate, called.SSL_CTX_use_enc_certificate_file),
            (pair.encrypt_key, called.SSL_CTX_use_enc_PrivateKey_file),
        )
        for path, use in steps:
            if path in (pair.sign_key, pair.encrypt_key) and path.is_file() and path.stat().st_mode & _READABLE_BY_OTHERS:
                why = Words("其他用户可以读取私钥，请先执行 chmod 600", "other users can read the key; chmod 600 it first")
                raise BadTlcp(path=str(path), why=why)
            if use(self._context, bytes(path), _PEM) != 1:
                raise BadTlcp(path=str(path), why=Words.quote(reason()))

    def open(self) -> "Session":
        """A session that has not begun."""
        return Session(self._library, self._context, server=self._server)

    def close(self) -> None:
        """Let go of the certificates; sessions that are open keep them."""
        self._library.SSL_CTX_free(self._context)


class Session:
    """One session. After `feed`, `take` what is to go onto the line."""

    def __init__(self, called: Any, context: Any, *, server: bool) -> None:
        self._called = called
        self._ssl = called.SSL_new(context)
        self._in, self._out = called.BIO_new(called.BIO_s_mem()), called.BIO_new(called.BIO_s_mem())
        called.SSL_set_bio(self._ssl, self._in, self._out)
        (called.SSL_set_accept_state if server else called.SSL_set_connect_state)(self._ssl)
        self._buffer = ctypes.create_string_buffer(_CHUNK)
        self.established = False
        self.ended = False
        """Whether the other side has said that nothing more comes."""

    def feed(self, data: bytes) -> None:
        """Bytes have come from the line."""
        if data:
            self._called.BIO_write(self._in, data, len(data))

    def take(self) -> bytes:
        """What is to go onto the line."""
        found = bytearray()
        while self._called.BIO_ctrl_pending(self._out):
            count = self._called.BIO_read(self._out, self._buffer, _CHUNK)
            found += self._buffer.raw[:count]
        return bytes(found)

    def shake_hands(self) -> bool:
        """Go on with the handshake; whether it is done.

        Raises:
            HandshakeFailed: `take` has the alert that says so to the other side.
        """
        self._called.ERR_clear_error()
        done = self._called.SSL_do_handshake(self._ssl)
        if done != 1 and self._called.SSL_get_error(self._ssl, done) not in (_WANT_READ, _WANT_WRITE):
            raise HandshakeFailed(why=reason())
        self.established = done == 1
        return self.established

    def read(self) -> bytes:
        """What the other side has said, as far as it has come.

        Raises:
            HandshakeFailed: the line was tampered with, or the other side breaks the protocol.
        """
        found = bytearray()
        while not self.ended:
            self._called.ERR_clear_error()
            count = self._called.SSL_read(self._ssl, self._buffer, _CHUNK)
            if count > 0:
                found += self._buffer.raw[:count]
                continue
            error = self._called.SSL_get_error(self._ssl, count)
            if error == _ZERO_RETURN:
                self.ended = True
            elif error not in (_WANT_READ, _WANT_WRITE):
                raise HandshakeFailed(why=reason())
            break
        return bytes(found)

    def write(self, data: bytes) -> None:
        """Say something; `take` has it."""
        for at in range(0, len(data), _CHUNK):
            part = data[at : at + _CHUNK]
            if self._called.SSL_write(self._ssl, part, len(part)) != len(part):
                raise HandshakeFailed(why=reason())

    def say_goodbye(self) -> None:
        """Say that nothing more comes; `take` has it."""
        self._called.SSL_shutdown(self._ssl)

    def cipher(self) -> str:
        """The cipher suite that both sides use."""
        return str(self._called.SSL_CIPHER_get_name(self._called.SSL_get_current_cipher(self._ssl)).decode())

    def close(self) -> None:
        """Let go of it."""
        if self._ssl:
            self._called.SSL_free(self._ssl)
            self._ssl = None
