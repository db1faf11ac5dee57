"""A stand-in for CometBFT that drives real nodes through ABCI's calls in one process, step by step, as a test says.

It keeps what the engine keeps: decided blocks, and how far each node's engine has saved them. `crash` loses a node's memory;
`start` opens it again from its store and replays what the application lacks, as the engine's handshake does.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.world import TestWorld, key_of, make_genesis, make_world
from zhulian.consensus.application import Application, Screened
from zhulian.consensus.comet import engine as comet_engine
from zhulian.consensus.comet.engine import CometEngine, Committed
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.consensus.comet.wire import message
from zhulian.consensus.order import OrderChecked
from zhulian.consensus.seal_log import SealLog
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Refusal
from zhulian.ledger.genesis import CODEC, Genesis, Retention
from zhulian.ledger.receipts import Trusted, trust
from zhulian.ledger.store import MemoryStore, Store
from zhulian.ledger.transition import World
from zhulian.ledger.types import Message, Sealer
from zhulian.modules import assemble, found_state
from zhulian.node.comet.members import GovernedMembers
from zhulian.node.versions import require_supported

__all__ = ["Node", "StandIn", "network_genesis", "open_network"]

_COMMIT, _ABSENT = 2, 1


def network_genesis(nodes: int = 4, *, retention: int = 1000, **settings: Any) -> Genesis:
    """A genesis in which every organisation seals, and its engine votes; so many heights stay provable."""
    genesis = make_genesis(nodes, **settings)
    sealers = [
        Sealer(power=1, public_key=key_of(genesis.suite, f"{each.organisation}.seal").public_key.hex(), sealer=each.organisation)
        for each in genesis.organisations
    ]
    validators = {each.sealer: key_of("intl", f"{each.sealer}.engine").public_key.hex() for each in sealers}
    return msgspec.structs.replace(genesis, sealers=sealers, validators=validators, retention=Retention(heights=retention))


@dataclass
class Block:
    """A decided block of the engine."""

    height: int
    txs: list[bytes]
    time_ms: int
    hash: bytes


@dataclass
class Node:
    """One node: its store survives a crash, everything else does not."""

    name: str
    folder: Path
    genesis: Genesis
    clock: list[int]
    store: Store = field(default_factory=MemoryStore)
    up: bool = False
    verified: int = 0
    doubts: list[tuple[str, int, str]] = field(default_factory=list)
    commits: list[Committed] = field(default_factory=list)
    application: Application = None  # type: ignore[assignment]
    engine: CometEngine = None  # type: ignore[assignment]
    book: SealBook = None  # type: ignore[assignment]
    log: SealLog = None  # type: ignore[assignment]
    program: Callable[[Genesis], World] = assemble
    """What is installed on this node: how it puts the application together."""
    seal_name: str = ""
    engine_name: str = ""

    def __post_init__(self) -> None:
        self.seal_name = self.seal_name or f"{self.name}.seal"
        self.engine_name = self.engine_name or f"{self.name}.engine"

    @property
    def voter(self) -> bytes:
        """The key by which this node's engine votes."""
        return key_of("intl", self.engine_name).public_key

    def open(self) -> None:
        """Open the node on its store."""
        assembled = self.program(self.genesis)
        self.application = Application(assembled, self.store, found_state(assembled))
        require_supported(self.application)
        self.log = SealLog(self.folder / f"{self.name}.seal.log")
        signer = SoftwareSigner(self.genesis.crypto(), key_of(self.genesis.suite, self.seal_name))
        checked: Any = OrderChecked(self.application)
        self.book = SealBook(self.application, signer, self.log, lambda: self.clock[0], lambda *said: self.doubts.append(said))
        self.book.recover()
        members = GovernedMembers(self.application)
        self.engine = CometEngine(checked, self.book, self._verify, self.commits.append, members=members)
        self.up = True

    def close(self) -> None:
        """Lose everything that is not in the store or the seal log."""
        self.log.close()
        self.up = False

    def submit(self, raws: Sequence[bytes]) -> list[Refusal | None]:
        """Screen, verify and admit at this node's own door."""
        found = self.application.screen(raws, self.clock[0] // 1000)
        good = [each for each in found if isinstance(each, Screened)]
        suite = self.genesis.crypto()
        self.verified += sum(len(each.jobs) for each in good)
        answers = self.application.admit(good, [suite.verify_many(each.jobs) for each in good])
        self.engine.remember([each.transaction for each, no in zip(good, answers, strict=True) if no is None])
        admitted = iter(answers)
        return [next(admitted) if isinstance(each, Screened) else each for each in found]

    def ask(self, method: str, **fields: Any) -> Any:
        """One ABCI call; the response's own message."""
        name = "Request" + "".join(part.capitalize() for part in method.split("_"))
        found = self.engine.answer(method, message(name)(**fields))
        if asyncio.iscoroutine(found):
            found = asyncio.run(found)
        return getattr(found, method)

    async def _verify(self, jobs: Sequence[Any]) -> bytes:
        self.verified += len(jobs)
        return bytes(int(each) for each in self.genesis.crypto().verify_many(jobs))


@dataclass
class StandIn:
    """Decides blocks among the nodes that are up, if their engines have more than two thirds of the votes at that height.

    `voters` are the engines' keys with their power by engine height; an update of block G votes from G+2 on.
    """

    nodes: list[Node]
    world: TestWorld
    genesis: Genesis
    clock: list[int]
    blocks: list[Block] = field(default_factory=list)
    extensions: dict[str, bytes] = field(default_factory=dict)
    turn: int = 0
    voters: dict[int, dict[bytes, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        powers = {each.sealer: each.power for each in self.genesis.sealers}
        first = {bytes.fromhex(key): powers[name] for name, key in self.genesis.validators.items()}
        self.voters = {1: first, 2: first}

    @property
    def height(self) -> int:
        """The height of the engine's next block."""
        return len(self.blocks) + 1

    def voting(self, height: int | None = None) -> list[Node]:
        """The nodes that are up and whose engines vote at a height, the next one if none is given."""
        votes = self.voters[height or self.height]
        return [each for each in self.up if each.voter in votes]

    @property
    def up(self) -> list[Node]:
        """The nodes that are up."""
        return [each for each in self.nodes if each.up]

    @property
    def trusted(self) -> Trusted:
        """What an outsider holds."""
        return trust(CODEC.encode(self.genesis))

    def sign(self, messages: Sequence[Message] | Message, signer: str = "org1.clerk", **more: Any) -> bytes:
        """A signed envelope, valid now."""
        self.world.time = self.clock[0] // 1000
        return self.world.sign([messages] if isinstance(messages, Message) else messages, [signer], **more)

    def round(self, *, spread: bool = True) -> Block:
        """Decide one block: proposal, judgement, votes with extensions, execution and commit on every node that is up."""
        self.clock[0] += 1000
        up, voting, votes_of = self.up, self.voting(), self.voters[self.height]
        assert 3 * sum(votes_of[each.voter] for each in voting) > 2 * sum(votes_of.values()), "no quorum is up"
        if spread:  # the mempool's gossip
            self.spread()
        proposer = voting[self.turn % len(voting)]
        self.turn += 1
        height = self.height
        votes = [
            {
                "vote_extension": self.extensions.get(each.name, b""),
                "block_id_flag": _COMMIT if each.name in self.extensions else _ABSENT,
            }
            for each in self.nodes
        ]
        stamp = _stamp(self.clock[0])
        made = proposer.ask(
            "prepare_proposal", max_tx_bytes=4 << 20, local_last_commit={"votes": votes}, height=height, time=stamp
        )
        block = Block(height, list(made.txs), self.clock[0], hashlib.sha256(repr((height, made.txs, stamp)).encode()).digest())
        for node in up:
            assert node.ask("process_proposal", txs=block.txs, hash=block.hash, height=height, time=stamp).status == 1
        self.extensions = {each.name: each.ask("extend_vote", hash=block.hash, height=height).vote_extension for each in voting}
        for node in up:
            for name, extension in self.extensions.items():
                if name != node.name:
                    found = node.ask("verify_vote_extension", height=height, vote_extension=extension)
                    assert found.status == 1
        self.blocks.append(block)
        self.voters.setdefault(height + 2, self.voters[height + 1])
        digests = {self.finalize(node, block) for node in up}
        assert len(digests) == 1, "the nodes disagree"
        for node in up:
            node.ask("commit")
        return block

    def spread(self) -> None:
        """Bring what waits at any node to all of them."""
        for node in self.up:
            waiting = [each.raw for each in node.application.pool.waiting()]
            for other in self.up:
                fresh = [raw for raw in waiting if not other.engine.waits(raw)]
                if other is not node and fresh:
                    other.submit(fresh)

    def finalize(self, node: Node, block: Block) -> bytes:
        """Let a node execute a decided block; the app hash."""
        found = node.ask("finalize_block", txs=block.txs, hash=block.hash, height=block.height, time=_stamp(block.time_ms))
        assert len(found.tx_results) == len(block.txs)
        votes = dict(self.voters[block.height + 1])
        for each in found.validator_updates:
            votes[each.pub_key.ed25519] = each.power
        votes = {key: power for key, power in votes.items() if power}
        if found.validator_updates:
            assert self.voters[block.height + 2] in (votes, self.voters[block.height + 1]), "the nodes disagree about who votes"
            self.voters[block.height + 2] = votes
        assert self.voters[block.height + 2] == votes, "a node does not know of a change of those who vote"
        return bytes(found.app_hash)

    def until_sealed(self, most: int = 6) -> None:
        """Decide blocks until every header has its seals on all nodes that are up."""
        for _ in range(most):
            if all(not each.book.unsealed and not each.application.pool.ready for each in self.up):
                return
            self.round()
        assert all(not each.book.unsealed for each in self.up)

    def join(self, name: str) -> Node:
        """A new node with an empty store, which replays what there is."""
        node = Node(name, self.nodes[0].folder, self.genesis, self.clock)
        self.nodes.append(node)
        self.start(node)
        return node

    def crash(self, node: Node) -> None:
        """Kill a node."""
        node.close()
        self.extensions.pop(node.name, None)

    def start(self, node: Node) -> None:
        """Open a node again; the engine replays every block that its application lacks."""
        node.open()
        info = node.ask("info")
        for block in self.blocks[info.last_block_height :]:
            self.finalize(node, block)
            node.ask("commit")


def open_network(folder: Path, nodes: int = 4, monkeypatch: Any = None, **settings: Any) -> StandIn:
    """A network of `org1` to `orgN`, all up. Real time does not pass between two rounds, so nothing is ever stale."""
    if monkeypatch is not None:
        monkeypatch.setattr(comet_engine, "_STALE_S", 3600.0)
    genesis = network_genesis(nodes, **settings)
    clock = [(genesis.created + 1) * 1000]
    made = [Node(each.organisation, folder, genesis, clock) for each in genesis.organisations]
    for each in made:
        each.open()
    return StandIn(made, make_world(genesis=genesis), genesis, clock)


def _stamp(time_ms: int) -> dict[str, int]:
    return {"seconds": time_ms // 1000, "nanos": time_ms % 1000 * 1_000_000}
