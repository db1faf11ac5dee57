"""The form of a backup: a plain tar archive whose first member lists all others with size and digest; the second is its own.

Every byte of the archive follows from that list, so that what was cut off can be taken up, and nothing in it is believed
before its digest is right. Where keys are in it, they are one member, sealed under a passphrase.
"""

import hashlib
import io
import re
import tarfile
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from zhulian.crypto import Suite
from zhulian.errors import Refusal, Words
from zhulian.ledger.types import Digest, Seconds

__all__ = [
    "BLOCK",
    "LIST",
    "LIST_BYTES_MAX",
    "LIST_DIGEST",
    "SECRET",
    "BadBackup",
    "Contents",
    "Entry",
    "decode_contents",
    "digest_of",
    "head_of",
    "padding",
    "safe_name",
    "start_of",
]

BLOCK = 512
"""The unit of a tar archive."""
LIST = "backup.json"
LIST_DIGEST = "backup.digest"
SECRET = "secret.sealed"  # noqa: S105 (a file's name)
LIST_BYTES_MAX = 64 * 1024 * 1024
_CHUNK = 1 << 20
_NAME_BYTES_MAX = 200
_PART = re.compile(r"[A-Za-z0-9_~][A-Za-z0-9._~@+-]*|\.[A-Za-z0-9_~][A-Za-z0-9._~@+-]*")


class BadBackup(
    Refusal,
    code="node/51",
    zh="备份 {path} 不可用：{why.zh}。请改用另一份备份。",
    en="The backup {path} cannot be used: {why.en}. Take another one.",
):
    path: str
    why: Words


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the backup: its path in the home, its size in bytes, its plain suite digest."""

    name: Annotated[str, Meta(min_length=1, max_length=_NAME_BYTES_MAX)]
    size: Annotated[int, Meta(ge=0, le=2**50)]
    digest: Digest


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds: of which chain, at which height, made when and by which program, and its files in their order."""

    format: str
    chain: str
    suite: str
    genesis: Digest
    height: int
    header: Digest
    made: Seconds
    program: str
    has_keys: bool
    files: list[Entry]


def decode_contents(data: bytes, path: Path) -> Contents:
    """The list of a backup, every name in it safe and there once.

    Raises:
        BadBackup.
    """
    try:
        found = msgspec.json.decode(data, type=Contents)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadBackup(path=str(path), why=Words("文件清单无法解读", "its list of files cannot be read")) from None
    names = [each.name for each in found.files]
    if found.format != "zhulian/backup/1" or found.suite not in ("gm", "intl"):
        raise BadBackup(path=str(path), why=Words("格式不是 zhulian/backup/1", "it is not of the format zhulian/backup/1"))
    if len(set(names)) != len(names) or not all(map(safe_name, names)):
        raise BadBackup(
            path=str(path), why=Words("清单中的文件名不安全或有重复", "a file name in it is not safe, or comes twice")
        )
    return found


def safe_name(name: str) -> bool:
    """Whether a name stays within the folder that it is unpacked into: plain parts, no link to above, no root."""
    parts = name.split("/")
    return len(name) <= _NAME_BYTES_MAX and len(parts) <= 8 and all(_PART.fullmatch(each) for each in parts)


def head_of(name: str, size: int) -> bytes:
    """The tar header of a file, always the same for the same file."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def start_of(kind: Suite, listed: bytes) -> bytes:
    """The first two members: the list, and its plain suite digest in hex."""
    digest = kind.digest(listed).hex().encode() + b"\n"
    first = head_of(LIST, len(listed)) + listed + padding(len(listed))
    return first + head_of(LIST_DIGEST, len(digest)) + digest + padding(len(digest))


def padding(size: int) -> bytes:
    """What fills a file up to whole blocks."""
    return bytes(-size % BLOCK)


def digest_of(suite: Suite, file: io.BufferedIOBase, size: int | None = None) -> str:
    """The plain suite digest of the next `size` bytes of a file, of all where None, in hex."""
    state: hashlib._Hash = suite.new_hash()
    left = size
    while left is None or left > 0:
        chunk = file.read(_CHUNK if left is None else min(_CHUNK, left))
        if not chunk:
            break
        state.update(chunk)
        left = None if left is None else left - len(chunk)
    return state.digest().hex()
