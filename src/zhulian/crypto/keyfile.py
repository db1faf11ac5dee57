"""Private keys on disk: sealed under a passphrase, readable by their owner only, written whole or not at all.

The passphrase is stretched by scrypt (RFC 7914), the one step that is no national algorithm because none of those is
memory-hard; the suite's HMAC then binds the result to this purpose, and the suite's cipher seals the secret. Everything
that stands in clear in the file is authenticated with it.
"""

import contextlib
import hashlib
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from zhulian import canonical
from zhulian.crypto.errors import (
    CannotOpen,
    KeyFileExists,
    KeyFileMalformed,
    KeyFileMissing,
    PassphraseEmpty,
    WrongPassphrase,
)
from zhulian.crypto.keys import KeyUse, PrivateKey
from zhulian.crypto.suites import suite
from zhulian.errors import Refusal, Words

__all__ = ["KeyFile", "load_key", "open_under_passphrase", "read_key_file", "save_key", "seal_under_passphrase", "sealed_key"]

_FORMAT: Final = "zhulian/key/1"
_BYTES_MAX: Final = 16 * 1024
_N, _R, _P = 2**15, 8, 1
"""32 MiB and about a tenth of a second."""
_N_MAX: Final = 2**20
_PURPOSE: Final = b"zhulian/key-file/v1\0"
_FIELDS: Final = {"format", "name", "nonce", "public_key", "salt", "scrypt", "sealed", "suite", "use"}


@dataclass(frozen=True)
class KeyFile:
    """What a key file says without its passphrase."""

    name: str
    suite: str
    use: KeyUse
    public_key: bytes


def save_key(path: Path, key: PrivateKey, passphrase: str, *, name: str, replace: bool = False) -> None:
    """Write `key` to `path` (mode 0600 from the first moment, fsynced, in one step).

    `name` is what people call the key; it stands in clear. An existing file stays unless `replace`.

    Raises:
        KeyFileExists: if there is a file. PassphraseEmpty: if there is no passphrase.
    """
    if path.exists() and not replace:
        raise KeyFileExists(path=str(path))
    _write(path, sealed_key(key, passphrase, name=name), replace)


def sealed_key(key: PrivateKey, passphrase: str, *, name: str) -> bytes:
    """What `save_key` writes, for whoever carries the file elsewhere.

    Raises:
        PassphraseEmpty.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    document: dict[str, Any] = {
        "format": _FORMAT,
        "name": name,
        "nonce": nonce.hex(),
        "public_key": key.public_key.hex(),
        "salt": salt.hex(),
        "scrypt": [_N, _R, _P],
        "suite": key.suite,
        "use": key.use,
    }
    kind = suite(key.suite)
    sealing = _stretch(kind.name, passphrase, salt, _N, _R, _P)
    document["sealed"] = kind.seal_bytes(sealing, nonce, key.reveal(), canonical.encode(document)).hex()
    return canonical.encode(document) + b"\n"


def load_key(path: Path, passphrase: str) -> PrivateKey:
    """Read the key that `save_key` wrote.

    Raises:
        KeyFileMissing, KeyFileMalformed: if there is no such file, or it is none. WrongPassphrase: if the passphrase is
        another or anything in the file was changed. PassphraseEmpty.
    """
    document = _read(path)
    n, r, p = document["scrypt"]
    kind = suite(document["suite"])
    sealing = _stretch(kind.name, passphrase, bytes.fromhex(document["salt"]), n, r, p)
    sealed = bytes.fromhex(document.pop("sealed"))
    try:
        secret = kind.open_bytes(sealing, bytes.fromhex(document["nonce"]), sealed, canonical.encode(document))
    except CannotOpen:
        raise WrongPassphrase(path=str(path)) from None
    key = kind.private_key(secret, cast("KeyUse", document["use"]))
    if key.public_key.hex() != document["public_key"]:
        raise KeyFileMalformed(path=str(path), why=Words("公钥与私钥不配对", "the public key belongs to another private key"))
    return key


def read_key_file(path: Path) -> KeyFile:
    """What the file says in clear; nothing of it is authenticated before `load_key`.

    Raises:
        KeyFileMissing, KeyFileMalformed: if there is no such file, or it is none.
    """
    document = _read(path)
    return KeyFile(document["name"], document["suite"], document["use"], bytes.fromhex(document["public_key"]))


def seal_under_passphrase(suite_name: str, passphrase: str, purpose: bytes, data: bytes) -> bytes:
    """`data` sealed under a passphrase and bound to `purpose`: salt (16 bytes), nonce (12), ciphertext with its tag.

    Raises:
        PassphraseEmpty.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealing = _stretch(suite_name, passphrase, salt, _N, _R, _P)
    return salt + nonce + suite(suite_name).seal_bytes(sealing, nonce, data, purpose + salt)


def open_under_passphrase(suite_name: str, passphrase: str, purpose: bytes, sealed: bytes, *, path: str) -> bytes:
    """What `seal_under_passphrase` sealed; `path` names the file in the refusal.

    Raises:
        WrongPassphrase: the passphrase or the purpose is another, or a byte was changed. PassphraseEmpty.
    """
    salt, nonce = sealed[:16], sealed[16:28]
    sealing = _stretch(suite_name, passphrase, salt, _N, _R, _P)
    try:
        return suite(suite_name).open_bytes(sealing, nonce, sealed[28:], purpose + salt)
    except CannotOpen:
        raise WrongPassphrase(path=path) from None


def _stretch(suite_name: str, passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    if not passphrase:
        raise PassphraseEmpty()
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape")
    stretched = hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)
    kind = suite(suite_name)
    return kind.hmac(stretched, _PURPOSE)[: kind.seal_key_bytes]


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES_MAX + 1)
    except FileNotFoundError:
        raise KeyFileMissing(path=str(path)) from None
    except OSError as wrong:
        raise KeyFileMalformed(path=str(path), why=Words.quote(wrong.strerror or wrong)) from None
    try:
        document = canonical.read(data, _BYTES_MAX)
        why = _why_bad(document)
    except Refusal as wrong:
        raise KeyFileMalformed(path=str(path), why=wrong.words()) from None
    if why is not None:
        raise KeyFileMalformed(path=str(path), why=why)
    return cast("dict[str, Any]", document)


def _why_bad(document: Any) -> Words | None:
    """What is wrong with the shape of a key file, or nothing."""
    if not isinstance(document, dict) or set(document) != _FIELDS or document["format"] != _FORMAT:
        return Words(f"格式名应为 {_FORMAT}", f"it is not of the format {_FORMAT}")
    texts = _FIELDS - {"scrypt"}
    if not all(isinstance(document[field], str) for field in texts) or document["use"] not in get_args(KeyUse):
        return Words("有字段的类型不对", "a field has another type")
    kind = suite(document["suite"])
    sizes = {"nonce": 12, "public_key": kind.public_key_bytes, "salt": 16, "sealed": 48}
    for field, size in sizes.items():
        if not _is_hex(document[field], size):
            return Words(f"{field} 应为 {size} 字节的十六进制数字", f"{field} is not {size} bytes in hex")
    numbers = document["scrypt"]
    if not isinstance(numbers, list) or len(numbers) != 3 or not all(type(number) is int for number in numbers):
        return Words("scrypt 应为三个整数", "scrypt is not three numbers")
    n, r, p = numbers
    if not (2**10 <= n <= _N_MAX and n & (n - 1) == 0 and 1 <= r <= 16 and 1 <= p <= 4):
        return Words("scrypt 的参数超出允许范围", "the numbers of scrypt are out of bounds")
    return None


def _is_hex(text: str, size: int) -> bool:
    return len(text) == 2 * size and all(digit in "0123456789abcdef" for digit in text)


def _write(path: Path, data: bytes, replace: bool) -> None:
    """Write beside `path`, then move into place; `os.link` is the move that never overwrites."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
        else:
            _link(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _link(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        raise KeyFileExists(path=str(path)) from None
    except OSError:  # a file system without links; that nobody writes the same key at this moment has to do
        beside.replace(path)
