"""What an issuer, a holder and a verifier keep in their home: files of their own, whole or not at all, one writer at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, field

from zhulian import canonical
from zhulian.files import write_atomically
from zhulian.ledger.types import Wire

__all__ = ["Asked", "Copy", "Desk", "Issued", "ListKept", "Register", "Wallet", "keep", "look"]

_T = TypeVar("_T", "Register", "Wallet", "Desk")
_BYTES_MAX = 256 * 1024 * 1024
_Index = Annotated[int, Meta(ge=0)]


class Issued(Wire, frozen=True):
    """A credential that was issued: which entries of which list are its copies', until when (Unix seconds), and its status."""

    indexes: tuple[_Index, ...]
    list: str
    schema: str
    until: int
    status: Literal[0, 1, 2] = 0


class ListKept(Wire, frozen=True):
    """A status list that credentials were issued by."""

    bits: Literal[2]
    size: int


class Register(Wire, frozen=True):
    """What an issuer has issued, by the number of the credential. Who holds it is the issuer's own business and not kept here."""

    credentials: dict[str, Issued] = field(default_factory=dict)
    format: Literal["zhulian/issued/1"] = "zhulian/issued/1"
    lists: dict[str, ListKept] = field(default_factory=dict)


class Copy(Wire, frozen=True):
    """One copy in a wallet: its key is number `place` of `batch`; `shown` is when it was shown, in Unix seconds."""

    batch: str
    place: int
    sd_jwt: str
    shown: int | None = None


class Wallet(Wire, frozen=True):
    """What a holder has."""

    copies: tuple[Copy, ...] = ()
    format: Literal["zhulian/wallet/1"] = "zhulian/wallet/1"


class Asked(Wire, frozen=True):
    """A request that a verifier has made: until when it is open, and whether an answer was taken."""

    expires: int
    used: bool = False


class Desk(Wire, frozen=True):
    """The requests of a verifier by their nonces, each good for one answer."""

    asked: dict[str, Asked] = field(default_factory=dict)
    format: Literal["zhulian/desk/1"] = "zhulian/desk/1"


_FILES: dict[type, str] = {Register: "issued.json", Wallet: "wallet.json", Desk: "desk.json"}


def look(folder: Path, kind: type[_T]) -> _T:
    """What is kept; empty where nothing is yet.

    Raises:
        Refusal: `form/n`, where the file was damaged.
    """
    try:
        data = (folder / _FILES[kind]).read_bytes()
    except FileNotFoundError:
        return kind()
    return canonical.Codec(kind).decode(data, _BYTES_MAX)


@contextmanager
def keep(folder: Path, kind: type[_T]) -> Iterator[tuple[_T, list[_T]]]:
    """What is kept, and a list to put its successor into; nobody else writes meanwhile."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / f".{_FILES[kind]}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        changed: list[_T] = []
        yield look(folder, kind), changed
        if changed:
            write_atomically(folder / _FILES[kind], canonical.encode(msgspec.to_builtins(changed[-1])), 0o600)
    finally:
        os.close(lock)
