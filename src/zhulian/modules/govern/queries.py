"""What others read of the govern module: the rules of a block, its sealers, and how a vote stands."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from zhulian.errors import check
from zhulian.ledger.agreements import Agreement, Recover
from zhulian.ledger.genesis import GovernanceRules
from zhulian.ledger.module import Context, Rules
from zhulian.ledger.overlay import StateView
from zhulian.ledger.types import Sealer
from zhulian.modules.govern.events import Recovered
from zhulian.modules.govern.seating import retire_left
from zhulian.modules.govern.state import (
    PROPOSALS,
    RECOVERIES,
    RETIRED_KEYS,
    RULES,
    SEALERS,
    VALIDATORS,
    Proposal,
    Recovery,
    Sealers,
    Switch,
    Validators,
)

__all__ = ["Decisions", "ProposalView", "Tally", "count_votes", "find_proposal", "version_at"]

_KEPT = 16
"""Heights whose rules are remembered: that of the next block, and those that readers ask for beside it."""


class Tally(msgspec.Struct, frozen=True):
    """How a vote stands among the organisations that are active now."""

    yes: int
    no: int
    active: int
    needed: int

    @property
    def outcome(self) -> str:
        """`passed` with enough yes, `rejected` where too many said no, else `open`."""
        if self.yes >= self.needed:
            return "passed"
        if self.active - self.no < self.needed:
            return "rejected"
        return "open"


class ProposalView(msgspec.Struct, frozen=True):
    """A proposal with how its vote stands; `status` is also `expired`."""

    proposal: Proposal
    status: str
    tally: Tally


class Decisions:
    """Fills the kernel's `Governing` and a need of the identity module."""

    def rules(self, state: StateView, height: int) -> Rules:
        """The limits and module versions that rule the block at `height`; shared by all who ask, and never changed."""
        stored = state.get(RULES.key())
        check(stored is not None, "genesis has set the rules")
        return _rules_by(stored or b"", height)

    def sealers(self, state: StateView) -> list[Sealer]:
        """The set that seals the next block, sorted by name."""
        return list(SEALERS.get(state).sealers)

    def switches(self, state: StateView, height: int) -> list[tuple[int, str, int]]:
        """What is decided for heights above `height`: (from which height, module, version), the next first."""
        book = RULES.get(state).versions
        found = [(each.from_height, module, each.version) for module, switches in book.items() for each in switches]
        return sorted(each for each in found if each[0] > height)

    def is_seal_key(self, state: StateView, public_key: bytes) -> bool:
        """Whether a sealer seals or votes by the key, or ever did; the identity module asks, before it registers one."""
        key = public_key.hex()
        if any(each.public_key == key for each in SEALERS.get(state).sealers):
            return True
        return key in VALIDATORS.get(state).keys.values() or RETIRED_KEYS.has(state, key)

    def is_sealer(self, state: StateView, organisation: str) -> bool:
        """Whether the organisation is in the present set; the identity module asks, before it lets one go."""
        return any(each.sealer == organisation for each in SEALERS.get(state).sealers)

    def recover(self, context: Context, agreement: Agreement, digest: str) -> None:
        """Replace sealers and validators by those that go on, and record by which agreement; the keys of the others are retired."""
        act = agreement.act
        check(isinstance(act, Recover), "it is an agreement to go on")
        if isinstance(act, Recover):
            members = tuple(each.sealer for each in agreement.assents)
            record = Recovery(agreement=digest, made=agreement.made, members=members, reason=agreement.reason)
            retire_left(context, [*(each.public_key for each in act.sealers), *act.validators.values()])
            SEALERS.set(context.state, Sealers(sealers=tuple(act.sealers)))
            VALIDATORS.set(context.state, Validators(keys=dict(act.validators)))
            RECOVERIES.set(context.state, f"{context.block.height}", value=record)
            context.emit(Recovered(agreement=digest, members=members))

    def validators(self, state: StateView) -> dict[bytes, int]:
        """By which keys the sealers' engines vote (Ed25519), with what power; empty where one node makes the blocks alone."""
        keys = VALIDATORS.get(state).keys
        return {bytes.fromhex(keys[each.sealer]): each.power for each in SEALERS.get(state).sealers if each.sealer in keys}


@lru_cache(_KEPT)
def _rules_by(stored: bytes, height: int) -> Rules:
    """The rules of a height by the book as state has it, asked with every transaction of one alone."""
    book = RULES.decode(stored)
    versions = {module: version_at(switches, height) for module, switches in book.versions.items()}
    return Rules(limits=book.limits, versions=versions)


def version_at(switches: Sequence[Switch], height: int) -> int:
    """The version that a module runs at `height`; 0 before its first."""
    return max(
        (each for each in switches if each.from_height <= height), key=lambda each: each.from_height, default=_NEVER
    ).version


_NEVER = Switch(from_height=0, version=0)


def count_votes(proposal: Proposal, active: Sequence[str], rules: GovernanceRules) -> Tally:
    """Count the votes of the organisations in `active`; the votes of others have lapsed."""
    votes = [proposal.votes[each] for each in active if each in proposal.votes]
    needed = -(-len(active) * rules.numerator // rules.denominator)
    return Tally(yes=votes.count("yes"), no=votes.count("no"), active=len(active), needed=needed)


def find_proposal(
    state: StateView, identifier: str, active: Sequence[str], rules: GovernanceRules, time: int
) -> ProposalView | None:
    """A proposal and how its vote stands at block time `time` (Unix seconds)."""
    proposal = PROPOSALS.find(state, identifier)
    if proposal is None:
        return None
    status = "expired" if proposal.status == "open" and time >= proposal.closes else proposal.status
    return ProposalView(proposal=proposal, status=status, tally=count_votes(proposal, active, rules))
