"""Looks for seals that this node lacks: most come with the blocks; what stays without a quorum is asked of other members."""

import asyncio
import os
import subprocess
from collections.abc import Callable

import msgspec

from zhulian.consensus.comet.extension import Sealed
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.home import Home
from zhulian.node.children import spawn

__all__ = ["SealSeeker"]

_HEIGHTS_MAX = 32
_FOUND = msgspec.json.Decoder(list[Sealed])


class SealSeeker:
    """Asks, once in a while and in a process of its own, for heights that have been without a quorum for two looks.

    `gained` is told when some came: their values were checked like any other seal's.
    """

    def __init__(self, home: Home, book: SealBook, gained: Callable[[], None]) -> None:
        self._home = home
        self._book = book
        self._gained = gained
        self._before: frozenset[int] = frozenset()
        self._is_asking = False

    def look(self) -> None:
        """Ask, if there is something to ask for."""
        now = frozenset(self._book.unsealed)
        missing = sorted(now & self._before)[:_HEIGHTS_MAX]
        self._before = now
        if not missing or self._is_asking or not self._home.config().engine.gateways:
            return
        self._home.fetched_seals.unlink(missing_ok=True)
        arguments = ["-m", "zhulian.node.comet.seal_fetch", str(self._home.root), *map(str, missing)]
        process = spawn(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._is_asking = True
        number = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(number, self._ended, process, number)

    def _ended(self, process: "subprocess.Popen[bytes]", number: int) -> None:
        asyncio.get_running_loop().remove_reader(number)
        os.close(number)
        process.wait()
        self._is_asking = False
        try:
            found = _FOUND.decode(self._home.fetched_seals.read_bytes())
        except (OSError, msgspec.DecodeError):  # nobody answered, or not as a member does
            return
        for each in found:
            self._book.take_published(each)
        if found:
            self._gained()
