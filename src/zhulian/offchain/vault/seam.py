"""The seams of the vault: where bytes lie, and what others may read of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from zhulian.offchain.vault.errors import NotADigest

__all__ = ["PIECE_BYTES", "Backend", "VaultReader", "checked_digest"]

PIECE_BYTES: Final = 1024 * 1024
"""How much is read at a time."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class VaultReader(Protocol):
    """Reading objects by digest, for whoever follows the chain and needs what it names."""

    def size(self, digest: str) -> int:
        """The object's size in bytes.

        Raises:
            NotHere: there is none. NotADigest, StoreFails.
        """

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The object's bytes from `start`, all that follow or `length` of them, in pieces.

        Raises:
            NotHere: there is none. NotADigest, StoreFails.
        """


class Backend(Protocol):
    """A store of whole, immutable objects by name (64 hex digits, checked by the vault). Blocking; used from threads."""

    def put(self, digest: str, source: Path) -> None:
        """Take over the file `source`, which is gone afterwards. An object that is there stays as it is.

        Raises:
            StoreFails.
        """

    def find_size(self, digest: str) -> int | None:
        """The object's size; None if there is none.

        Raises:
            StoreFails.
        """

    def read(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `start` of an object that is there and has as many.

        Raises:
            StoreFails.
        """

    def delete(self, digest: str) -> None:
        """Remove an object, or do nothing where there is none.

        Raises:
            StoreFails.
        """

    def names(self) -> Iterator[str]:
        """All objects, in order.

        Raises:
            StoreFails.
        """


def checked_digest(given: str) -> str:
    """A name that is a digest and nothing else, so that it can never be a path.

    Raises:
        NotADigest.
    """
    if _DIGEST.fullmatch(given) is None:
        raise NotADigest()
    return given
