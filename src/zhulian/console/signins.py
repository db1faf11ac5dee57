"""The log of sign-ins: who, when, from where, by which way, and what became of it. Each line's digest covers the line before.

It lies in the home, readable by the node's user alone, one JSON object a line; when it has grown, a new file goes on with the chain.
"""

import hashlib
import itertools
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["Entry", "SignIns"]

_BYTES_MAX: Final = 8 * 1024 * 1024
_SHOWN: Final = 500
_START: Final = "0" * 64


class Entry(msgspec.Struct, frozen=True):
    """One line. `what` is one of in, refused, out, everywhere, idle, long, renewed; `at_ms` Unix milliseconds."""

    at_ms: int
    what: str
    way: str
    person: str
    address: str
    agent: str = ""
    code: str = ""
    session: str = ""
    previous: str = _START

    @property
    def digest(self) -> str:
        """SHA-256 of the line."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


class SignIns:
    """The log in a folder. `clock` gives Unix seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / "sign-ins.jsonl"
        self._clock = clock
        self._newest: deque[Entry] = deque(self._read(), maxlen=_SHOWN)

    def note(
        self, what: str, way: str, person: str, address: str, *, agent: str = "", code: str = "", session: str = ""
    ) -> Entry:
        """Write a line."""
        previous = self._newest[-1].digest if self._newest else _START
        entry = Entry(int(self._clock() * 1000), what, way, person[:80], address[:64], agent[:200], code, session, previous)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > _BYTES_MAX:
            self._path.replace(self._path.with_name(f"sign-ins.{entry.at_ms}.jsonl"))
        self._path.touch(mode=0o600)
        with self._path.open("ab") as log:
            log.write(msgspec.json.encode(entry) + b"\n")
        self._newest.append(entry)
        return entry

    def newest(self, person: str = "") -> list[Entry]:
        """The newest lines, newest first; only those of `person` where one is named."""
        return [each for each in reversed(self._newest) if not person or each.person == person]

    def broken(self) -> int:
        """At which of the lines that are kept the chain breaks, counted from 1; 0 where it holds."""
        lines = list(self._read())
        for number, (one, next_) in enumerate(itertools.pairwise(lines), 2):
            if next_.previous != one.digest:
                return number
        return 0

    def _read(self) -> list[Entry]:
        if not self._path.exists():
            return []
        decoder = msgspec.json.Decoder(Entry)
        found = []
        for line in self._path.read_bytes().splitlines():
            try:
                found.append(decoder.decode(line))
            except msgspec.DecodeError:
                break  # a line cut short by a crash; the chain shows it
        return found
