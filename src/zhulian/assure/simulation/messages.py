"""What the members' simulated engines send each other and keep."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "AskChunk",
    "AskSnapshots",
    "Block",
    "Chunk",
    "Decision",
    "Gossip",
    "Message",
    "Proposal",
    "Snapshot",
    "Status",
    "Vote",
]

Kind = Literal["prevote", "precommit"]


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote for the block with this id, or for none; a precommit for a block carries an extension and the voter's clock."""

    kind: Kind
    height: int
    round: int
    block: bytes | None
    voter: bytes
    time_ms: int = 0
    extension: bytes = b""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the engine: what the proposer chose, on the precommits for the block before, whose median is its time."""

    height: int
    txs: tuple[bytes, ...]
    time_ms: int
    app_hash: bytes
    proposer: str
    last: tuple[Vote, ...] = field(repr=False)
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(repr((self.height, self.time_ms, self.app_hash, self.proposer)).encode())
        for raw in self.txs:
            digest.update(len(raw).to_bytes(4, "big") + raw)
        for vote in self.last:
            digest.update(vote.voter + vote.time_ms.to_bytes(8, "big"))
        object.__setattr__(self, "id", digest.digest())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposer's block for a round; `valid_round` where it had its prevotes before, else -1."""

    proposer: str
    height: int
    round: int
    block: Block
    valid_round: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A decided block with the precommits that decided it."""

    block: Block
    precommits: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Where a member stands: the height that it decides next, and the round."""

    height: int
    round: int


@dataclass(frozen=True, slots=True)
class Gossip:
    """A transaction that waits at another member."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class AskSnapshots:
    """Who begins asks for what there is to begin with."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that a member has, by the engine's height."""

    height: int
    chunks: int
    digest: bytes
    manifest: bytes


@dataclass(frozen=True, slots=True)
class AskChunk:
    """Who begins asks for a part of a snapshot."""

    height: int
    index: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a snapshot."""

    height: int
    index: int
    data: bytes


Message = Vote | Proposal | Decision | Status | Gossip | AskSnapshots | Snapshot | AskChunk | Chunk
