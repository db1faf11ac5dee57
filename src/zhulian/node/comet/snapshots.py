"""The snapshots that a node keeps for those that are new: begun after some heights, cut by another process, kept on disk."""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from zhulian.consensus.application import Application
from zhulian.consensus.comet.engine import Committed
from zhulian.consensus.comet.state_sync import Taken
from zhulian.files import write_atomically
from zhulian.ledger.snapshots import Manifest, encode_manifest, manifest_of
from zhulian.node.children import spawn
from zhulian.node.comet.snapshotting import CHECKPOINT, DIGESTS, chunk_name

__all__ = ["SnapshotKeeper"]

_MANIFEST = "manifest.json"
_PART = ".part"
_KEPT = 2
_MANIFEST_DECODER = msgspec.json.Decoder(Manifest)
_DIGESTS = msgspec.json.Decoder(list[str])


class SnapshotKeeper:
    """Takes and keeps the newest snapshots in one folder, each in a folder named after its engine height.

    Args:
        application: The ledger.
        folder: Where they lie.
        checkpoint: Makes a consistent view of the store in a folder that is not there yet.
        every: After how many ledger heights one is taken; 0: never.
        told: Told of each that is ready: ledger height, chunks.
    """

    def __init__(
        self,
        application: Application,
        folder: Path,
        checkpoint: Callable[[Path], None],
        every: int,
        told: Callable[[int, int], None],
    ) -> None:
        self._application = application
        self._folder = folder
        self._checkpoint = checkpoint
        self._every = every
        self._told = told
        self._under_way: tuple[int, int] | None = None
        self._cut: list[bytes] | None = None
        self._taken = self._read()

    def taken(self) -> Sequence[Taken]:
        """Those that are complete and sealed, newest first."""
        return self._taken

    def chunk(self, engine_height: int, index: int) -> bytes:
        """A chunk; empty where there is none."""
        try:
            return (self._folder / str(engine_height) / chunk_name(index)).read_bytes()
        except OSError:
            return b""

    def committed(self, committed: Committed) -> None:
        """Begin a snapshot where one is due, and finish the one under way once it is cut and its header sealed."""
        due = committed.applied is not None and self._every and committed.applied.header.height % self._every == 0
        if due and self._under_way is None and committed.applied is not None:
            self._begin(committed.applied.header.height, committed.engine_height)
        elif self._cut is not None:
            self._finish(self._cut)

    def _begin(self, height: int, engine_height: int) -> None:
        if (self._folder / str(engine_height)).exists():  # from before the chain stepped back
            return
        part = self._folder / f"{engine_height}{_PART}"
        part.mkdir(parents=True, mode=0o700)
        self._checkpoint(part / CHECKPOINT)
        world = self._application.world
        arguments = [str(part), world.genesis.suite, world.genesis.digest().hex()]
        with (part / "stderr").open("wb") as stderr:
            process = spawn(["-m", "zhulian.node.comet.snapshotting", *arguments], stdout=stderr, stderr=stderr)
        self._under_way = height, engine_height
        number = os.pidfd_open(process.pid)
        asyncio.get_running_loop().add_reader(number, self._ended, process, number)

    def _ended(self, process: "subprocess.Popen[bytes]", number: int) -> None:
        asyncio.get_running_loop().remove_reader(number)
        os.close(number)
        if process.wait() or self._under_way is None:  # the disk is full, say; the next one may do
            self._give_up()
            return
        part = self._folder / f"{self._under_way[1]}{_PART}"
        self._cut = [bytes.fromhex(each) for each in _DIGESTS.decode((part / DIGESTS).read_bytes())]
        self._finish(self._cut)

    def _give_up(self) -> None:
        if self._under_way is not None:
            shutil.rmtree(self._folder / f"{self._under_way[1]}{_PART}", ignore_errors=True)
        self._under_way = self._cut = None

    def _finish(self, digests: list[bytes]) -> None:
        if self._under_way is None:
            return
        height, engine_height = self._under_way
        chain = self._application.chain_store
        manifest = manifest_of(
            self._application.world.chain, chain, height, engine_height, digests, self._application.world.recoveries
        )
        if manifest is None:
            if self._application.head.height >= height + self._every:  # it will never be sealed here; the next one may
                self._give_up()
            return
        part = self._folder / f"{engine_height}{_PART}"
        write_atomically(part / _MANIFEST, encode_manifest(manifest), mode=0o600)
        part.rename(self._folder / str(engine_height))
        self._under_way = self._cut = None
        self._taken = self._read()
        self._told(height, len(digests))

    def _read(self) -> list[Taken]:
        """What lies in the folder, of which only the newest stay."""
        found: list[Taken] = []
        for each in self._folder.glob("*"):
            if each.suffix == _PART and (self._under_way is None or each.stem != str(self._under_way[1])):
                shutil.rmtree(each, ignore_errors=True)
            elif each.name.isdigit() and (each / _MANIFEST).is_file():
                data = (each / _MANIFEST).read_bytes()
                with contextlib.suppress(msgspec.DecodeError):  # a damaged one is not offered; the doctor names it
                    found.append(Taken(int(each.name), len(_MANIFEST_DECODER.decode(data).chunks), data))
        found.sort(reverse=True)
        for old in found[_KEPT:]:
            shutil.rmtree(self._folder / str(old.engine_height), ignore_errors=True)
        return found[:_KEPT]
