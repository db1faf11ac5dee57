"""One member of a simulated network: the real application, seal book and engine adapter on a simulated disk, engine and line."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from zhulian.assure.simulation.consensus import Consensus, EngineDisk
from zhulian.assure.simulation.disk import Disk, PowerCut
from zhulian.assure.simulation.founding import engine_name, key_of, seal_name, the_suite
from zhulian.assure.simulation.messages import (
    AskChunk,
    AskSnapshots,
    Block,
    Chunk,
    Decision,
    Gossip,
    Message,
    Snapshot,
    Vote,
)
from zhulian.assure.simulation.network import Lines, Timeline
from zhulian.assure.simulation.snapshots import Shelf, SnapshotSync
from zhulian.consensus.application import Application, Screened
from zhulian.consensus.comet.engine import ACCEPT, CometEngine, Committed
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.consensus.comet.state_sync import LedgerNotEmpty, StateSync
from zhulian.consensus.comet.wire import message
from zhulian.consensus.order import OrderChecked
from zhulian.consensus.seal_log import SealLog
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Refusal
from zhulian.ledger.errors import UnsupportedVersion
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.transactions import Transaction
from zhulian.ledger.transition import AppliedBlock, World
from zhulian.modules import found_state
from zhulian.modules.govern.queries import Decisions
from zhulian.node.comet.members import GovernedMembers
from zhulian.node.versions import require_supported

__all__ = ["Program", "Replica", "Watcher"]

_COMMIT_FLAG = 2
_BLOCK_BYTES = 4 << 20

Program = Callable[[Genesis], World]
"""What is installed at a member: how it puts the application together."""


class Watcher(Protocol):
    """Who sees what members do."""

    def executed(self, replica: "Replica", applied: AppliedBlock) -> None:
        """A member has executed a decided block, and written nothing of it yet."""

    def committed(self, replica: "Replica", committed: Committed) -> None:
        """A member has made a block durable, or a quorum of seals."""

    def offered(self, replica: "Replica", extension: bytes) -> None:
        """A member has let seals out."""

    def synced(self, replica: "Replica") -> None:
        """A member stands at another's snapshot."""

    def stopped(self, replica: "Replica", why: str) -> None:
        """A member has stopped."""


class Replica:
    """A member by its organisation's name. `peers` are all members, itself included."""

    def __init__(
        self,
        name: str,
        genesis: Genesis,
        program: Program,
        timeline: Timeline,
        lines: Lines,
        peers: dict[str, "Replica"],
        watcher: Watcher,
        chance: random.Random,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.name = name
        self.voter = key_of(engine_name(name)).public_key
        self.genesis = genesis
        self.program = program
        self.disk = Disk(chance)
        first = {bytes.fromhex(key): 1 for key in genesis.validators.values()}
        self.engine_disk = EngineDisk({1: first, 2: first})
        self.skew_ms = chance.randint(-150, 150)
        self.starts = 0
        self.opened = False
        """Whether it has ever come so far as to open its ledger."""
        self.up = False
        self.doubts: list[tuple[str, int, str]] = []
        self.shelf = Shelf()
        self.rejected: list[str] = []
        """The numbers of the refusals by which its application has turned snapshots and parts of them away."""
        self.syncs = False
        """Whether it begins at another member's snapshot, where there is one."""
        self._timeline = timeline
        self._lines = lines
        self._peers = peers
        self._watcher = watcher
        self._loop = loop

    # Life.

    def start(self) -> None:
        """Open the application on what the disk has, let the engine replay what it lacks, and join in."""
        self.starts += 1
        self.up = True
        self.guard(self._open)

    def stop(self, why: str, *, power: bool = True) -> None:
        """Lose memory, and with the power what was not on the disk."""
        if not self.up:
            return
        self.up = False
        self.disk.lose(power=power)
        self.shelf.lose()
        self._timeline.note(self.name, "stops", why)
        self._watcher.stopped(self, why)

    def guard(self, call: Callable[[], None]) -> None:
        """Do something, unless the power goes meanwhile or this member finds itself too old to go on."""
        try:
            call()
        except PowerCut:
            self.stop("power")
        except UnsupportedVersion:
            self.stop("too old", power=False)
        except LedgerNotEmpty:  # stopped after the snapshot, before its engine began: its people do what the refusal says
            self.stop("begins anew", power=False)
            self.disk.wipe_store()

    def _open(self) -> None:
        world = self.program(self.genesis)
        self.application = Application(world, self.disk.store, found_state(world))
        self.opened = True
        require_supported(self.application)
        signer = SoftwareSigner(the_suite(), key_of(seal_name(self.name)))
        log = SealLog(Path(self.name), self.disk.log)
        self.book = SealBook(self.application, signer, log, self.clock_ms, lambda *said: self.doubts.append(said))
        state_sync = StateSync(
            self.application,
            self.book,
            self.shelf,
            lambda: Decisions().validators(self.application.chain_store),
            self._shown,
            lambda who, wrong: self.rejected.append(wrong.code),
        )
        ordered: Any = OrderChecked(self.application)
        self.engine = CometEngine(
            ordered,
            self.book,
            self._verify,
            self._committed,
            state_sync=state_sync,
            members=GovernedMembers(self.application),
            elapsed=lambda: self._timeline.elapsed_ms / 1000,
        )
        self.consensus: Consensus | None = None
        self._sync: SnapshotSync | None = None
        if self.syncs and not self.engine_disk.height and self._is_anything_offered():
            self._sync = SnapshotSync(self)
            self._sync.start()
        else:
            self._shake_hands()
            self._take_part()

    def _take_part(self) -> None:
        self._sync = None
        self.consensus = Consensus(self, self.engine_disk, self._name_of)
        self.consensus.start()

    @property
    def accepting(self) -> bool:
        """Whether it takes what clients bring."""
        return self.up and self.consensus is not None

    @property
    def unsealed(self) -> list[int]:
        """Heights that lack a quorum of seals here."""
        return self.book.unsealed

    def _committed(self, committed: Committed) -> None:
        self._watcher.committed(self, committed)
        self.shelf.committed(self.application, committed)

    # Beginning at a snapshot (`snapshots.Host`).

    def _is_anything_offered(self) -> bool:
        """Whether two members have a snapshot; a single one might be lying."""
        return sum(bool(each.shelf.taken()) for each in self._peers.values() if each is not self) > 1

    def others(self) -> list[EngineDisk]:
        """What the engines of the other members have decided."""
        return [each.engine_disk for each in self._peers.values() if each is not self]

    def _shown(self, height: int) -> dict[bytes, int] | None:
        """The validators that the engine's light client was shown for a height."""
        return next((dict(each.voters[height]) for each in self.others() if height in each.voters), None)

    def begun(self) -> None:
        """The engine goes on from the snapshot."""
        self._watcher.synced(self)
        self._take_part()

    def _hear_of_snapshots(self, message: Message, sender: str) -> None:
        if isinstance(message, AskSnapshots):
            for each in self.ask("list_snapshots").snapshots:
                self.send(Snapshot(each.height, each.chunks, bytes(each.hash), bytes(each.metadata)), sender)
        elif isinstance(message, AskChunk):
            data = bytes(self.ask("load_snapshot_chunk", height=message.height, format=1, chunk=message.index).chunk)
            if data:  # an empty one is none to the engine, and is not carried
                self.send(Chunk(message.height, message.index, data), sender)
        elif self._sync is not None:
            self._sync.hear(message, sender)

    def _name_of(self, voter: bytes) -> str:
        return next((each.name for each in self._peers.values() if each.voter == voter), "?")

    def _shake_hands(self) -> None:
        """As an engine does: go back to where it stands, or replay what the application lacks."""
        at = int(self.ask("info").last_block_height)
        have = self.engine_disk.height
        if at > have:
            self.engine.step_back(have)
        else:
            self.book.recover()
        for decision in self.engine_disk.after(at):
            self._execute(decision.block)

    # What clients ask.

    def submit(self, raws: Sequence[bytes], *, spread: bool = True) -> list[Refusal | None]:
        """Screen, verify and admit."""
        found = self.application.screen(raws, self.clock_ms() // 1000)
        good = [each for each in found if isinstance(each, Screened)]
        answers = self.application.admit(good, [the_suite().verify_many(each.jobs) for each in good])
        self._admitted([each.transaction for each, no in zip(good, answers, strict=True) if no is None], spread)
        admitted = iter(answers)
        return [next(admitted) if isinstance(each, Screened) else each for each in found]

    def _admitted(self, fresh: Sequence[Transaction], spread: bool) -> None:
        """What was admitted just now goes to all members."""
        self.engine.remember(fresh)
        if spread:
            for each in fresh:
                self.send(Gossip(each.raw))

    # What the engine asks (`consensus.Host`).

    def prepare(self, height: int, time_ms: int, last: Sequence[Vote]) -> list[bytes]:
        """The content of a new block."""
        votes = [{"vote_extension": each.extension, "block_id_flag": _COMMIT_FLAG} for each in last]
        made = self.ask(
            "prepare_proposal",
            max_tx_bytes=_BLOCK_BYTES,
            local_last_commit={"votes": votes},
            height=height,
            time=_stamp(time_ms),
        )
        return list(made.txs)

    def process(self, block: Block) -> bool:
        """Whether the application takes a proposal."""
        found = self.ask("process_proposal", txs=block.txs, hash=block.id, height=block.height, time=_stamp(block.time_ms))
        return bool(found.status == ACCEPT)

    def extend(self, block: Block) -> bytes:
        """What rides in a precommit."""
        found = bytes(self.ask("extend_vote", hash=block.id, height=block.height).vote_extension)
        self._watcher.offered(self, found)
        return found

    def check_extension(self, vote: Vote) -> bool:
        """Whether the application lets a vote count for what rides in it."""
        found = self.ask("verify_vote_extension", height=vote.height, vote_extension=vote.extension)
        return bool(found.status == ACCEPT)

    def decided(self, decision: Decision) -> bytes:
        """Execute and commit a block."""
        return self._execute(decision.block)

    def _execute(self, block: Block) -> bytes:
        found = self.ask("finalize_block", txs=block.txs, hash=block.id, height=block.height, time=_stamp(block.time_ms))
        voters = dict(self.engine_disk.voters[block.height + 1])
        voters.update((bytes(each.pub_key.ed25519), int(each.power)) for each in found.validator_updates)
        self.engine_disk.voters[block.height + 2] = {key: power for key, power in voters.items() if power}
        if bytes(found.app_hash) != self.app_hash():
            self._watcher.executed(self, self.application.finalized())
        self.ask("commit")
        self._timeline.note(self.name, block.height, found.app_hash)
        return bytes(found.app_hash)

    def app_hash(self) -> bytes:
        """The newest header's digest."""
        return self.application.info().app_hash

    def wants_block(self) -> bool:
        """Whether something waits, or falls due by itself."""
        return bool(self.application.pool.ready) or self.application.is_due(self.clock_ms())

    def clock_ms(self) -> int:
        """This member's clock, which is a little off."""
        return self._timeline.now_ms + self.skew_ms

    def send(self, message: Message, to: str | None = None) -> None:
        """To one member, or to all others."""
        for each in list(self._peers.values()) if to is None else [self._peers[to]]:
            if each is not self:
                self._carry(message, each)

    def _carry(self, message: Message, to: "Replica") -> None:
        self._lines.send(self.name, to.name, lambda: to.hear(message, self.name))

    def hear(self, message: Message, sender: str) -> None:
        """A message comes in."""
        if not self.up:
            return
        if isinstance(message, AskSnapshots | Snapshot | AskChunk | Chunk):
            self.guard(lambda: self._hear_of_snapshots(message, sender))
        elif self.consensus is None:
            return
        elif isinstance(message, Gossip):
            if not self.engine.waits(message.raw):
                self.guard(lambda: self._admit(message.raw))
        else:
            consensus = self.consensus
            self.guard(lambda: consensus.hear(message, sender))

    def _admit(self, raw: bytes) -> None:
        self.submit([raw], spread=False)

    def after(self, delay_ms: int, call: Callable[[], None]) -> None:
        """Call something later, unless this member has stopped since."""
        life = self.starts

        def later() -> None:
            if self.up and self.starts == life:
                self.guard(call)

        self._timeline.after(delay_ms, later)

    # The application, by its real door.

    def ask(self, method: str, **fields: Any) -> Any:
        """One request and its answer."""
        name = "Request" + "".join(part.capitalize() for part in method.split("_"))
        found = self.engine.answer(method, message(name)(**fields))
        if isinstance(found, Coroutine):
            found = self._loop.run_until_complete(found)
        return getattr(found, method)

    async def _verify(self, jobs: Sequence[Any]) -> bytes:
        return bytes(map(int, the_suite().verify_many(jobs)))

    def waiting(self) -> Iterable[str]:
        """The transactions that wait here."""
        return [each.transaction for each in self.application.pool.waiting()]


def _stamp(time_ms: int) -> dict[str, int]:
    return {"seconds": time_ms // 1000, "nanos": time_ms % 1000 * 1_000_000}
