"""How far a keeper has followed the chain, and which openings it still owes a share."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from zhulian.files import write_atomically

__all__ = ["Book"]


class _Page(msgspec.Struct):
    height: int | None = None
    owed: list[str] = []


class Book:
    """A small file, written whole; what it says is done is never asked again, what it owes survives a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._page = msgspec.json.decode(path.read_bytes(), type=_Page)
        except (OSError, msgspec.DecodeError):
            self._page = _Page()

    @property
    def height(self) -> int | None:
        """The newest height whose openings are noted; None before the first."""
        return self._page.height

    @property
    def owed(self) -> tuple[str, ...]:
        """Openings that wait for the share."""
        return tuple(self._page.owed)

    def note(self, height: int, openings: Sequence[str]) -> None:
        """A block was read, with these openings in it."""
        self._page.height = height
        self._page.owed += [each for each in openings if each not in self._page.owed]
        self._save()

    def settle(self, opening: str) -> None:
        """An opening was served, or never will be."""
        self._page.owed.remove(opening)
        self._save()

    def _save(self) -> None:
        write_atomically(self._path, msgspec.json.encode(self._page), mode=0o600)
