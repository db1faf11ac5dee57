"""A simulated engine: the Byzantine agreement of Tendermint (arXiv:1807.04938, algorithm 1), as bare as it can be.

It stands in for CometBFT in simulations only, and calls a member's application as CometBFT does. Who sent a vote is taken on
trust, as signatures between engines would make sure of it. What an engine must not forget is kept in `EngineDisk`, and is
written before it is acted upon.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Protocol

from zhulian.assure.simulation.messages import Block, Decision, Kind, Message, Proposal, Status, Vote

__all__ = ["HEARTBEAT_MS", "Consensus", "EngineDisk", "Host"]

_PROPOSE_MS, _VOTE_MS, _MORE_MS = 400, 200, 150
"""How long a member waits for a proposal, for votes, and how much longer in each further round."""
_PAUSE_MS, _LOOK_MS, _STATUS_MS = 20, 60, 500
HEARTBEAT_MS = 4_000
"""Where nothing waits, a block is made so often all the same."""
_HAND_OVER_MAX = 5
_ROUNDS_AHEAD_MAX = 60
_VOTES_MAX = 3
"""How many votes of one member in one round are kept."""


@dataclass
class EngineDisk:
    """What an engine keeps whatever happens: decided blocks, who votes at each height, what it has signed and is locked on."""

    voters: dict[int, dict[bytes, int]]
    decisions: list[Decision] = field(default_factory=list)
    base: int = 0
    """The height before the first decision: where the engine began at a snapshot, it lacks what came before."""
    signed: dict[tuple[int, int, Kind], Vote] = field(default_factory=dict)
    proposed: dict[tuple[int, int], Proposal] = field(default_factory=dict)
    lock: tuple[int, int, Block] | None = None
    """Height, round and block of the newest lock."""
    valid: tuple[int, int, Block] | None = None
    proof: tuple[Vote, ...] = ()
    """The prevotes for `valid`: what others need to see before they give up a lock. An engine has them in its log after a stop."""

    @property
    def height(self) -> int:
        """The height that was decided last."""
        return self.base + len(self.decisions)

    def decision(self, height: int) -> Decision:
        """What was decided at a height, which this engine has."""
        return self.decisions[height - self.base - 1]

    def after(self, height: int, most: int | None = None) -> list[Decision]:
        """What was decided after a height, at most so many; nothing where this engine lacks the first of them."""
        start = height - self.base
        return [] if start < 0 else self.decisions[start : None if most is None else start + most]


class Host(Protocol):
    """The member that an engine runs at: its application, its lines and its clock."""

    name: str
    voter: bytes

    def prepare(self, height: int, time_ms: int, last: Sequence[Vote]) -> list[bytes]: ...

    def process(self, block: Block) -> bool: ...

    def extend(self, block: Block) -> bytes: ...

    def check_extension(self, vote: Vote) -> bool: ...

    def decided(self, decision: Decision) -> bytes:
        """Execute and commit; the application's hash."""

    def app_hash(self) -> bytes: ...

    def wants_block(self) -> bool: ...

    def clock_ms(self) -> int: ...

    def send(self, message: Message, to: str | None = None) -> None:
        """To one member, or to all others."""

    def after(self, delay_ms: int, call: Callable[[], None]) -> None:
        """Call something later, unless the member has stopped meanwhile."""


class Consensus:
    """One engine, from its start to its end; a member that starts again makes a new one on the same disk."""

    def __init__(self, host: Host, disk: EngineDisk, name_of: Callable[[bytes], str]) -> None:
        self._host = host
        self._disk = disk
        self._name_of = name_of
        self.height = 1
        self.round = -1
        self._hash_moved = True
        self._late: dict[bytes, Vote] = {}
        self._fresh(1)

    def start(self) -> None:
        """Begin with the next height after what is decided."""
        self._fresh(self._disk.height + 1)
        for vote in self._disk.proof:
            if vote.height == self.height:
                self._take_vote(vote)
        for (height, round_, _), vote in sorted(self._disk.signed.items(), key=lambda each: each[0]):
            if height == self.height:
                self._take_vote(vote)
                self.round = max(self.round, round_)
        self._wait()
        self._tell()

    def _fresh(self, height: int) -> None:
        self.height = height
        self.round = -1
        self._step = "wait"
        self._waited_ms = 0
        self._proposals: dict[int, Proposal] = {}
        self._votes: dict[tuple[int, Kind], dict[tuple[bytes, bytes | None], Vote]] = {}
        self._judged: dict[bytes, bool] = {}
        self._timed: set[tuple[int, str]] = set()

    # What comes in.

    def hear(self, message: Message, sender: str) -> None:
        """Take one message of another member."""
        if isinstance(message, Status):
            self._hear_status(message, sender)
        elif isinstance(message, Decision):
            self._hear_decision(message)
        elif isinstance(message, Proposal) and message.height == self.height:
            if 0 <= message.round <= self.round + _ROUNDS_AHEAD_MAX and message.proposer == self._proposer(message.round):
                self._proposals.setdefault(message.round, message)
                self._awake()
                self._advance()
        elif isinstance(message, Vote):
            self._hear_vote(message)

    def _hear_vote(self, vote: Vote) -> None:
        if vote.height == self.height - 1 and vote.kind == "precommit" and vote.block is not None:
            self._late.setdefault(vote.voter, vote)
        if vote.height != self.height or not 0 <= vote.round <= self.round + _ROUNDS_AHEAD_MAX:
            return
        if vote.kind == "precommit" and vote.block is not None and not self._host.check_extension(vote):
            return
        self._take_vote(vote)
        self._awake()
        self._advance()

    def _take_vote(self, vote: Vote) -> None:
        """Keep a vote; of who votes for two blocks in one round both, since others may have made a quorum with either."""
        if vote.voter not in self._powers():
            return
        votes = self._votes.setdefault((vote.round, vote.kind), {})
        if (vote.voter, vote.block) not in votes and sum(voter == vote.voter for voter, _ in votes) < _VOTES_MAX:
            votes[vote.voter, vote.block] = vote

    def _hear_status(self, status: Status, sender: str) -> None:
        """Give a member that lags what was decided, and one at the same height what it may have missed of it."""
        if status.height < self.height:
            for decision in self._disk.after(status.height - 1, _HAND_OVER_MAX):
                self._host.send(decision, sender)
        elif status.height == self.height:
            for round_ in dict.fromkeys([max(0, status.round), max(0, self.round)]):
                if round_ in self._proposals:
                    self._host.send(self._proposals[round_], sender)
            shown = {each.valid_round for each in self._proposals.values()}  # what a lock is given up for
            for (round_, _), votes in self._votes.items():
                if round_ >= status.round - 1 or round_ in shown:
                    for vote in votes.values():
                        self._host.send(vote, sender)

    def _hear_decision(self, decision: Decision) -> None:
        if decision.block.height == self.height and self._is_decided(decision):
            self._decide(decision)

    def _is_decided(self, decision: Decision) -> bool:
        block = decision.block
        votes = {
            each.voter: each
            for each in decision.precommits
            if (each.kind, each.height, each.block) == ("precommit", block.height, block.id)
        }
        return len({each.round for each in votes.values()}) == 1 and self._has_quorum(votes)

    # Heights and rounds.

    def _wait(self) -> None:
        """Begin the height once there is something to decide, somebody else begins, or the heartbeat is due."""
        if self._step != "wait":
            return
        self._waited_ms += _LOOK_MS
        if self._hash_moved or self._waited_ms >= HEARTBEAT_MS or self._host.wants_block() or self.round >= 0:
            self._enter(max(0, self.round))
        else:
            self._host.after(_LOOK_MS, self._wait)

    def _awake(self) -> None:
        if self._step == "wait":
            self._enter(max(0, self.round))

    def _tell(self) -> None:
        """Say again and again where this member stands."""
        self._host.send(Status(self.height, self.round))
        self._host.after(_STATUS_MS, self._tell)

    def _enter(self, round_: int) -> None:
        self.round = round_
        self._step = "propose"
        height = self.height
        if self._proposer(round_) == self._host.name:
            self._propose(round_)
        else:
            self._host.after(_PROPOSE_MS + _MORE_MS * round_, lambda: self._late_proposal(height, round_))
        self._advance()

    def _propose(self, round_: int) -> None:
        proposal = self._disk.proposed.get((self.height, round_))
        if proposal is None:
            valid = self._disk.valid
            if valid is not None and valid[0] == self.height:
                proposal = Proposal(self._host.name, self.height, round_, valid[2], valid[1])
            else:
                proposal = Proposal(self._host.name, self.height, round_, self._new_block(), -1)
            self._disk.proposed[self.height, round_] = proposal
        self._proposals[round_] = proposal
        self._host.send(proposal)

    def _new_block(self) -> Block:
        last: tuple[Vote, ...] = ()
        time_ms = 0
        if self.height > 1:
            decision = self._disk.decision(self.height - 1)
            last = decision.precommits
            time_ms = self._time(decision, last)
        seen = {**{each.voter: each for each in last}, **{voter: each for voter, each in self._late.items() if each.block}}
        txs = self._host.prepare(self.height, time_ms or self._host.clock_ms(), list(seen.values()))
        return Block(self.height, tuple(txs), time_ms or self._host.clock_ms(), self._host.app_hash(), self._host.name, last)

    def _time(self, before: Decision, last: Iterable[Vote]) -> int:
        return max(median_low([each.time_ms for each in last]), before.block.time_ms + 1)

    def _late_proposal(self, height: int, round_: int) -> None:
        if (self.height, self.round, self._step) == (height, round_, "propose"):
            self._prevote(None)
            self._advance()

    def _late_prevotes(self, height: int, round_: int) -> None:
        if (self.height, self.round, self._step) == (height, round_, "prevote"):
            self._precommit(None)
            self._advance()

    def _late_precommits(self, height: int, round_: int) -> None:
        if (self.height, self.round) == (height, round_):
            self._enter(round_ + 1)

    # The rules, as often as one of them holds.

    def _advance(self) -> None:
        height = self.height
        while self.height == height and self._step != "wait" and self._rule():
            pass

    def _rule(self) -> bool:
        return self._rule_decide() or self._rule_skip() or self._rule_prevote() or self._rule_precommit()

    def _rule_decide(self) -> bool:
        for round_, proposal in self._proposals.items():
            votes = self._for(round_, "precommit", proposal.block.id)
            if self._has_quorum(votes):
                self._decide(Decision(proposal.block, tuple(votes[each] for each in sorted(votes))))
                return True
        if self._once("precommits", self._has_quorum(self._voters(self.round, "precommit"))):
            height, round_ = self.height, self.round
            self._host.after(_VOTE_MS + _MORE_MS * round_, lambda: self._late_precommits(height, round_))
        return False

    def _rule_skip(self) -> bool:
        """More than a third is in a later round."""
        powers = self._powers()
        for round_ in sorted({round_ for round_, _ in self._votes if round_ > self.round}, reverse=True):
            voters = {*self._voters(round_, "prevote"), *self._voters(round_, "precommit")}
            if 3 * sum(powers[each] for each in voters) > sum(powers.values()):
                self._enter(round_)
                return True
        return False

    def _rule_prevote(self) -> bool:
        proposal = self._proposals.get(self.round)
        if self._step != "propose" or proposal is None:
            return False
        lock = self._disk.lock if self._disk.lock is not None and self._disk.lock[0] == self.height else None
        free = lock is None or lock[2].id == proposal.block.id
        if proposal.valid_round >= 0:
            if proposal.valid_round >= self.round or not self._has_quorum(
                self._for(proposal.valid_round, "prevote", proposal.block.id)
            ):
                return False
            free = free or (lock is not None and lock[1] <= proposal.valid_round)
        self._prevote(proposal.block.id if free and self._is_good(proposal.block) else None)
        return True

    def _rule_precommit(self) -> bool:
        if self._step == "propose":
            return False
        proposal = self._proposals.get(self.round)
        if (
            proposal is not None
            and self._has_quorum(self._for(self.round, "prevote", proposal.block.id))
            and self._is_good(proposal.block)
            and (self.round, "locked") not in self._timed
        ):
            self._timed.add((self.round, "locked"))
            self._disk.valid = self.height, self.round, proposal.block
            self._disk.proof = tuple(self._for(self.round, "prevote", proposal.block.id).values())
            if self._step == "prevote":
                self._disk.lock = self.height, self.round, proposal.block
                self._precommit(proposal.block)
            return True
        if self._step != "prevote":
            return False
        if self._has_quorum(self._for(self.round, "prevote", None)):
            self._precommit(None)
            return True
        if self._once("prevotes", self._has_quorum(self._voters(self.round, "prevote"))):
            height, round_ = self.height, self.round
            self._host.after(_VOTE_MS + _MORE_MS * round_, lambda: self._late_prevotes(height, round_))
        return False

    def _once(self, what: str, holds: bool) -> bool:
        if not holds or (self.round, what) in self._timed:
            return False
        self._timed.add((self.round, what))
        return True

    # Votes.

    def _prevote(self, block: bytes | None) -> None:
        self._step = "prevote"
        self._vote("prevote", block)

    def _precommit(self, block: Block | None) -> None:
        self._step = "precommit"
        extension = b""
        if block is not None and (self.height, self.round, "precommit") not in self._disk.signed and self._votes_here():
            extension = self._host.extend(block)
        self._vote("precommit", None if block is None else block.id, extension)

    def _votes_here(self) -> bool:
        return self._host.voter in self._powers()

    def _vote(self, kind: Kind, block: bytes | None, extension: bytes = b"") -> None:
        """Vote; what was voted before a crash is voted again, and nothing else."""
        if not self._votes_here():
            return
        key = (self.height, self.round, kind)
        vote = self._disk.signed.get(key)
        if vote is None:
            time_ms = self._host.clock_ms() if kind == "precommit" else 0
            vote = Vote(kind, self.height, self.round, block, self._host.voter, time_ms, extension)
            self._disk.signed[key] = vote
        self._take_vote(vote)
        self._host.send(vote)

    def _is_good(self, block: Block) -> bool:
        """Whether the block follows the last one, has the time of its votes, and pleases the application; asked once."""
        if block.id not in self._judged:
            self._judged[block.id] = self._follows(block) and self._host.process(block)
        return self._judged[block.id]

    def _follows(self, block: Block) -> bool:
        if block.height != self.height or block.app_hash != self._host.app_hash():
            return False
        if self.height == 1:
            return True
        before = self._disk.decision(self.height - 1)
        known = Decision(before.block, block.last)
        return self._is_decided_at(known, self.height - 1) and block.time_ms == self._time(before, block.last)

    def _is_decided_at(self, decision: Decision, height: int) -> bool:
        powers = self._disk.voters[height]
        voters = {each.voter for each in decision.precommits if each.block == decision.block.id and each.kind == "precommit"}
        return 3 * sum(powers.get(each, 0) for each in voters) > 2 * sum(powers.values())

    def _decide(self, decision: Decision) -> None:
        self._late = {
            vote.voter: vote
            for (_, kind), votes in self._votes.items()
            if kind == "precommit"
            for vote in votes.values()
            if vote.block == decision.block.id
        }
        self._disk.decisions.append(decision)
        self._fresh(self.height + 1)
        before = self._host.app_hash()
        self._hash_moved = self._host.decided(decision) != before
        self._host.after(_PAUSE_MS, self._wait)

    # Who votes.

    def _powers(self) -> dict[bytes, int]:
        return self._disk.voters[self.height]

    def _proposer(self, round_: int) -> str:
        order = sorted(self._powers())
        return self._name_of(order[(self.height + round_) % len(order)])

    def _for(self, round_: int, kind: Kind, block: bytes | None) -> dict[bytes, Vote]:
        return {vote.voter: vote for vote in self._votes.get((round_, kind), {}).values() if vote.block == block}

    def _voters(self, round_: int, kind: Kind) -> dict[bytes, None]:
        """Whoever has voted, each once."""
        return dict.fromkeys(voter for voter, _ in self._votes.get((round_, kind), {}))

    def _has_quorum(self, votes: Iterable[bytes]) -> bool:
        powers = self._powers()
        return 3 * sum(powers.get(each, 0) for each in votes) > 2 * sum(powers.values())
