"""Keys and what lies sealed under them.

Nothing in the database opens by itself. A password is stretched by Argon2id (RFC 9106, §4, second choice: 64 MiB, 3 passes), the result is bound to the service
key by the suite's HMAC, and gives two things: the verifier, which is kept, and the key under which the account key lies, which is not. Who has the
database alone cannot even try passwords; who has the service key too must stretch each guess.
"""

import base64
import hmac
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from zhulian.crypto import CannotOpen, Suite
from zhulian.errors import Words
from zhulian.files import write_atomically
from zhulian.offchain.custody.errors import WeakPassword, WrongServiceKey

__all__ = [
    "SALT_BYTES",
    "ServiceKey",
    "borrowed",
    "check_password",
    "make_service_key",
    "one_time_code",
    "open_under",
    "plain_code",
    "read_service_key",
    "same",
    "seal_under",
    "wipe",
]

SALT_BYTES: Final = 16
_SECRET_BYTES: Final = 32
_PASSES, _KIB, _LANES = 3, 64 * 1024, 4
_PASSWORD_MIN, _PASSWORD_MAX = 12, 256
_NONCE: Final = 12


class ServiceKey:
    """The key that belongs to the service and not to its database. Everything is derived from it by purpose."""

    def __init__(self, suite: Suite, secret: bytes) -> None:
        self.suite = suite
        self._secret = secret

    def tag(self, purpose: str, text: str | bytes) -> str:
        """What stands for `text` in the database: the same each time, and nothing to whoever lacks the key."""
        return self._keyed(f"tag/{purpose}", text if isinstance(text, bytes) else text.encode()).hex()

    def seal(self, purpose: str, about: str, data: bytes) -> str:
        """`data` sealed under the service key, bound to purpose and `about`, in hex."""
        return seal_under(self.suite, self._sealing(purpose), about, data)

    def open(self, purpose: str, about: str, sealed: str) -> bytes:
        """What `seal` sealed.

        Raises:
            CannotOpen: it was changed, or moved from elsewhere.
        """
        return open_under(self.suite, self._sealing(purpose), about, sealed)

    def stretch(self, password: str, salt: bytes) -> tuple[str, bytes]:
        """The verifier of a password (hex), and the key that it opens. Takes 64 MiB and some tens of milliseconds."""
        typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
        raw = hash_secret_raw(typed, salt, _PASSES, _KIB, _LANES, _SECRET_BYTES, Type.ID)
        return self._keyed("verifier", raw).hex(), self._keyed("password", raw)[: self.suite.seal_key_bytes]

    def code_key(self, code: str) -> bytes:
        """The key that a one-time code opens; a code has 100 bits of chance and needs no stretching."""
        return self._keyed("code", plain_code(code).encode())[: self.suite.seal_key_bytes]

    def _sealing(self, purpose: str) -> bytes:
        return self._keyed(f"seal/{purpose}", b"")[: self.suite.seal_key_bytes]

    def _keyed(self, purpose: str, data: bytes) -> bytes:
        return self.suite.hmac(self._secret, b"zhulian/custody/" + purpose.encode() + b"\0" + data)


def make_service_key(path: Path) -> None:
    """Draw the service key and write it, readable by this user alone; one that is there stays."""
    if not path.exists():
        write_atomically(path, secrets.token_hex(_SECRET_BYTES).encode() + b"\n", mode=0o600)


def read_service_key(path: Path, suite: Suite) -> ServiceKey:
    """The service key of a file.

    Raises:
        WrongServiceKey: there is none, or it is no key, or others may read it.
    """
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        private = path.stat().st_mode & 0o077 == 0
    except (OSError, ValueError):
        raise WrongServiceKey(path=str(path)) from None
    if len(secret) != _SECRET_BYTES or not private:
        raise WrongServiceKey(path=str(path))
    return ServiceKey(suite, secret)


def seal_under(suite: Suite, key: bytes, about: str, data: bytes) -> str:
    """`data` sealed under `key` with a fresh nonce, bound to `about`; nonce ‖ ciphertext ‖ tag in hex."""
    nonce = secrets.token_bytes(_NONCE)
    return (nonce + suite.seal_bytes(key, nonce, data, about.encode())).hex()


def open_under(suite: Suite, key: bytes, about: str, sealed: str) -> bytes:
    """What `seal_under` sealed.

    Raises:
        CannotOpen: another key, or anything was changed.
    """
    try:
        data = bytes.fromhex(sealed)
    except ValueError:
        raise CannotOpen() from None
    return suite.open_bytes(key, data[:_NONCE], data[_NONCE:], about.encode())


def wipe(secret: bytearray) -> None:
    """Overwrite a secret with zeros. Copies that a library made for a call are beyond reach; they live for that call."""
    secret[:] = bytes(len(secret))


@contextmanager
def borrowed(secret: bytes) -> Iterator[bytearray]:
    """A secret for the length of a block, overwritten at its end."""
    held = bytearray(secret)
    try:
        yield held
    finally:
        wipe(held)


def check_password(password: str, login: str) -> None:
    """Hold a new password to the rules: length, more than a few characters, not the account's name.

    Raises:
        WeakPassword.
    """
    typed = unicodedata.normalize("NFKC", password)
    if not _PASSWORD_MIN <= len(typed) <= _PASSWORD_MAX:
        raise WeakPassword(why=Words(f"长度为 {len(typed)} 个字符", f"it has {len(typed)} characters"))
    if len(set(typed)) < 5:
        raise WeakPassword(why=Words("字符过于单一", "it repeats too few characters"))
    if login.casefold() in typed.casefold():
        raise WeakPassword(why=Words("包含账户名", "it holds the account's name"))


def one_time_code() -> str:
    """100 bits of chance in groups that people can read out: `ABCDE-FGHIJ-KLMNO-PQRST`."""
    text = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))


def plain_code(code: str) -> str:
    """A code as it is compared: without case, hyphens and spaces."""
    return "".join(each for each in code.upper() if each.isalnum())


def same(left: str, right: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())
