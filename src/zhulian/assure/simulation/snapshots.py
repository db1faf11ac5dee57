"""Snapshots in a simulation: what a member keeps for those who are new, and how a new one's engine asks for them.

As with CometBFT, the engine carries snapshots and knows by its light client which app hash and which voters belong to their
height; it does not look into them. The light client is played, and never lies: it reads what was decided.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from zhulian.assure.simulation.consensus import EngineDisk
from zhulian.assure.simulation.messages import AskChunk, AskSnapshots, Chunk, Message, Snapshot
from zhulian.consensus.application import Application
from zhulian.consensus.comet.engine import Committed
from zhulian.consensus.comet.state_sync import BELOW_NEWEST, Taken
from zhulian.ledger.snapshots import FORMAT, chunk_digest, encode_manifest, manifest_of, slices

__all__ = ["Host", "Shelf", "SnapshotSync"]

_EVERY = 6
"""After how many ledger heights a member takes a snapshot."""
_KEPT = 2
_AGAIN_MS = 700
"""After how long a new member asks again for what has not come."""
_IN_VAIN_MAX = 8
"""After how many questions without an answer a new member begins with another snapshot."""
_CHUNK_ACCEPT, _CHUNK_RETRY, _CHUNK_REJECT_SNAPSHOT = 1, 3, 5
_ACCEPT = 1


class Shelf:
    """The snapshots of one member (`state_sync.Snapshots`), which survive its stops once they are complete."""

    def __init__(self) -> None:
        self._chunks: dict[int, list[bytes]] = {}
        self._taken: dict[int, Taken] = {}
        self._under_way: tuple[int, int] | None = None

    def taken(self) -> Sequence[Taken]:
        """Those that are complete and sealed, newest first."""
        return [self._taken[height] for height in sorted(self._taken, reverse=True)]

    def chunk(self, engine_height: int, index: int) -> bytes:
        """A chunk; empty where there is none."""
        chunks = self._chunks.get(engine_height, []) if engine_height in self._taken else []
        return chunks[index] if index < len(chunks) else b""

    def committed(self, application: Application, committed: Committed) -> None:
        """Cut a snapshot where one is due, and finish it as soon as its header is sealed."""
        applied = committed.applied
        if applied is not None and applied.header.height % _EVERY == 0:
            self._under_way = applied.header.height, committed.engine_height
            self._chunks[committed.engine_height] = list(slices(application.chain_store.store))
        if self._under_way is None:
            return
        height, engine_height = self._under_way
        world = application.world
        digests = [chunk_digest(world.hasher, each) for each in self._chunks[engine_height]]
        manifest = manifest_of(world.chain, application.chain_store, height, engine_height, digests)
        if manifest is not None:
            self._taken[engine_height] = Taken(engine_height, len(digests), encode_manifest(manifest))
            self._under_way = None
            for old in sorted(self._taken)[:-_KEPT]:
                del self._taken[old], self._chunks[old]

    def lose(self) -> None:
        """Forget what is not complete."""
        self._under_way = None
        self._chunks = {height: chunks for height, chunks in self._chunks.items() if height in self._taken}


class Host(Protocol):
    """The member that begins at a snapshot."""

    engine_disk: EngineDisk

    def ask(self, method: str, **fields: Any) -> Any:
        """Ask the application, as the engine does."""

    def send(self, message: Message, to: str | None = None) -> None:
        """To one member, or to all others."""

    def after(self, delay_ms: int, call: Callable[[], None]) -> None:
        """Call something later, unless the member has stopped meanwhile."""

    def others(self) -> Iterable[EngineDisk]:
        """What the engines of the other members have decided."""

    def begun(self) -> None:
        """The snapshot stands; the engine can take part from the block after it."""


class SnapshotSync:
    """One engine's state sync, from asking for snapshots to a state that the engine can go on from."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._offers: dict[Snapshot, list[str]] = {}
        """Who has which."""
        self._bad: set[Snapshot] = set()
        self._bad_senders: set[str] = set()
        self._chosen: Snapshot | None = None
        self._next = 0
        self._done = False
        self._asked = self._in_vain = 0

    def start(self) -> None:
        """Ask, and ask again until there is a state."""
        if self._done:
            return
        if self._chosen is not None and self._in_vain == _IN_VAIN_MAX:  # nobody has it any more
            del self._offers[self._chosen]
            self._chosen = None
        self._in_vain += 1
        if self._chosen is None:
            self._host.send(AskSnapshots())
        elif self._next == self._chosen.chunks:
            self._begin(self._chosen.height)
        else:
            self._ask_chunk()
        self._host.after(_AGAIN_MS, self.start)

    def hear(self, message: Message, sender: str) -> None:
        """Take one message of another member."""
        if isinstance(message, Snapshot) and message not in self._bad and sender not in self._bad_senders:
            senders = self._offers.setdefault(message, [])
            if sender not in senders:
                senders.append(sender)
            if self._chosen is None:
                self._choose()
        elif isinstance(message, Chunk):
            self._take(message, sender)

    def _choose(self) -> None:
        """Offer the newest snapshots to the application, one after the other, until it takes one."""
        for snapshot in sorted(self._offers, key=lambda each: (each.height, each.digest, each.manifest), reverse=True):
            source = self._source(snapshot.height)
            if source is None:
                continue
            app_hash = source.decision(snapshot.height + 1).block.app_hash
            shape = {"height": snapshot.height, "format": FORMAT, "chunks": snapshot.chunks, "hash": snapshot.digest}
            found = self._host.ask("offer_snapshot", snapshot={**shape, "metadata": snapshot.manifest}, app_hash=app_hash)
            if found.result == _ACCEPT:
                self._chosen, self._next, self._in_vain = snapshot, 0, 0
                self._ask_chunk()
                return
            self._drop(snapshot)

    def _source(self, height: int) -> EngineDisk | None:
        """What the light client is shown: it needs the two blocks after the snapshot."""
        return next(
            (each for each in self._host.others() if each.base < height <= each.height - BELOW_NEWEST),
            None,
        )

    def _drop(self, snapshot: Snapshot) -> None:
        """Nothing of it holds, so that nobody who has it is asked again."""
        self._bad.add(snapshot)
        self._bad_senders.update(self._offers.pop(snapshot))
        self._chosen = None

    def _ask_chunk(self) -> None:
        if self._chosen is None:
            return
        senders = self._offers[self._chosen]
        self._asked += 1  # of each in turn
        self._host.send(AskChunk(self._chosen.height, self._next), senders[self._asked % len(senders)])

    def _take(self, chunk: Chunk, sender: str) -> None:
        snapshot = self._chosen
        if self._done or snapshot is None or (chunk.height, chunk.index) != (snapshot.height, self._next):
            return
        found = self._host.ask("apply_snapshot_chunk", index=chunk.index, chunk=chunk.data, sender=sender)
        self._in_vain = 0
        if found.result == _CHUNK_ACCEPT:
            self._next += 1
            if self._next == snapshot.chunks:
                self._begin(snapshot.height)
            else:
                self._ask_chunk()
            return
        self._bad_senders.update(found.reject_senders)
        self._offers[snapshot] = [each for each in self._offers[snapshot] if each not in self._bad_senders]
        if found.result == _CHUNK_RETRY and self._offers[snapshot]:
            self._ask_chunk()
        else:  # the application is offered another one, and clears what is there
            self._drop(snapshot)
            self._choose()

    def _begin(self, height: int) -> None:
        """Write what the light client has shown, and go on from there."""
        source = self._source(height)
        if source is None:  # who had the two blocks has lost them with its power; somebody will have them
            return
        disk = self._host.engine_disk
        disk.base = height - 1
        disk.decisions[:] = [source.decision(height)]
        for each in range(height, height + BELOW_NEWEST + 1):
            disk.voters[each] = dict(source.voters[each])
        self._done = True
        self._host.begun()
