"""Bearer tokens, each bound to a party. The file holds their digests; the token itself is shown once, when it is made."""

import hashlib
import os
import secrets
from pathlib import Path

import msgspec

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.errors import TokenNotValid

__all__ = ["TokenBook", "issue_token", "withdraw_token"]

_PREFIX = "zlt_"


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    digest: str
    expires: int
    party: str
    note: str = ""


_ENTRIES = msgspec.json.Decoder(list[_Entry])


class TokenBook:
    """The tokens of one home; reads the file again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._entries: dict[str, _Entry] = {}

    def party(self, token: str, now: float) -> str:
        """The party that `token` (with its prefix) is bound to.

        Raises:
            TokenNotValid: unknown, expired or withdrawn.
        """
        self._refresh()
        entry = self._entries.get(_digest(token))
        if entry is None or entry.expires <= now:
            raise TokenNotValid()
        return entry.party

    def _refresh(self) -> None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._entries, self._read_at = {}, None
            return
        at = (found.st_mtime_ns, found.st_size)
        if at != self._read_at:
            self._entries = {entry.digest: entry for entry in _load(self._path)}
            self._read_at = at


def issue_token(path: Path, party: str, expires: int, note: str = "") -> str:
    """Make a token for `party` good until `expires` (Unix seconds) and note its digest in the file, readable by its owner only."""
    token = _PREFIX + secrets.token_urlsafe(32)
    _save(path, [*_load(path), _Entry(_digest(token), expires, party, note)])
    return token


def withdraw_token(path: Path, token: str) -> None:
    """Take a token back.

    Raises:
        TokenNotValid: there is none such.
    """
    entries = _load(path)
    left = [entry for entry in entries if entry.digest != _digest(token)]
    if len(left) == len(entries):
        raise TokenNotValid()
    _save(path, left)


def _digest(token: str) -> str:
    """256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _load(path: Path) -> list[_Entry]:
    if not path.exists():
        return []
    try:
        return _ENTRIES.decode(path.read_bytes())
    except msgspec.DecodeError as wrong:
        raise WrongShape(why=Words.quote(f"{path.name}: {wrong}")) from None


def _save(path: Path, entries: list[_Entry]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(entries), indent=1))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
