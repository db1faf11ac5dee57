"""Salts and commitments, derived so that a lost receipt can be remade (docs/formats.md §2)."""

import os
import secrets
from pathlib import Path

from zhulian.client.errors import SecretMissing
from zhulian.crypto import Hasher

__all__ = ["SECRET_BYTES", "Salts", "load_secret"]

SECRET_BYTES = 32
_BLOCK = 64
"""The block size of SM3 and of SHA-256, as HMAC needs it (RFC 2104 §2)."""


class Salts:
    """Salts for files of one chain: `HMAC(client secret, preimage("salt", file digest))`, 32 bytes each.

    Both padded keys and the preimage's fixed beginning are hashed once and copied for each file, which halves the cost of
    a batch; `suite.hmac` gives the same bytes.
    """

    def __init__(self, hasher: Hasher, secret: bytes) -> None:
        suite = hasher.suite
        key = (suite.digest(secret) if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
        self._hasher = hasher
        self.secret = secret
        self._inner = suite.new_hash()
        self._inner.update(bytes(byte ^ 0x36 for byte in key) + hasher.preimage("salt", b""))
        self._outer = suite.new_hash()
        self._outer.update(bytes(byte ^ 0x5C for byte in key))

    def salt(self, digest: bytes) -> bytes:
        """The salt for a file with this digest."""
        inner = self._inner.copy()
        inner.update(digest)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return bytes(outer.digest())

    def commitment(self, digest: bytes) -> bytes:
        """`H("commitment", salt ‖ file digest)`."""
        return self._hasher.digest("commitment", self.salt(digest) + digest)


def load_secret(path: Path, *, create: bool) -> bytes:
    """The client secret at `path`, made there (mode 0600, fsynced) where `create` allows.

    Raises:
        SecretMissing: where there is none and none may be made, or what is there is no secret.
    """
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        if not create:
            raise SecretMissing(path=str(path)) from None
        return _make_secret(path)
    except (OSError, ValueError):
        raise SecretMissing(path=str(path)) from None
    if len(found) != SECRET_BYTES:
        raise SecretMissing(path=str(path))
    return found


def _make_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, secrets.token_hex(SECRET_BYTES).encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(draft, path)  # fails where another process was first: then its secret is the one
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return load_secret(path, create=False)
