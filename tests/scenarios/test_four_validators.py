"""Every story of every pack once more on four validators, which propose in turn, judge each other's blocks and come to the same header.

The four are applications of their own behind the seam that both engines drive, each with its own store; the clock is the story's, since a
story waits for days. What the engine adds (votes, rounds, the network) is played elsewhere, with the engine itself.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.scenarios.test_packs import PACKS, checked, path_of, told, tree_of
from zhulian.assure.stories import stage as stages
from zhulian.assure.stories.chain import Chain, Sent
from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import play
from zhulian.consensus.application import Application
from zhulian.errors import Refusal
from zhulian.ledger.store import MemoryStore
from zhulian.ledger.transition import AppliedBlock, Proposal, World

pytestmark = pytest.mark.long

VALIDATORS = 4
STORIES = [(pack, story.name) for pack in PACKS for story in tree_of(pack).stories]


@dataclass
class FourChain(Chain):
    """`application` is the one that the story looks at; each block is proposed by the next of the four."""

    others: list[Application] = field(default_factory=list)
    turn: int = 0
    blocks: int = 0

    @classmethod
    def found(cls, world: World, state: dict[bytes, bytes], time: int) -> "FourChain":
        several = [Application(world, MemoryStore(), dict(state)) for _ in range(VALIDATORS)]
        return cls(several[0], time, others=several[1:])

    def _sign(self, messages: Any, signers: Any) -> bytes:
        self.raw = super()._sign(messages, signers)
        return self.raw

    def _block(self, transaction: str) -> Sent:
        for each in self.others:  # gossip: what one has let in, all let in
            screened = each.screen([self.raw], self.time)[0]
            assert not isinstance(screened, Refusal), screened
            assert each.admit([screened], [self.world.hasher.suite.verify_many(screened.jobs)]) == [None]
        return super()._block(transaction)

    def _propose(self) -> tuple[Proposal | None, list[tuple[str, Refusal]]]:
        """What the next in turn proposes; where it drops what was let in, so do the others."""
        members = [self.application, *self.others]
        self.turn = (self.turn + 1) % VALIDATORS
        proposal, lost = members[self.turn].propose(self.time * 1000)
        if proposal is None:
            assert all(each.propose(self.time * 1000)[0] is None for each in members)
        return proposal, lost

    def _carry_out(self, proposal: Proposal) -> AppliedBlock:
        """All judge, carry out and commit the block; the headers must be the same."""
        members = [self.application, *self.others]
        done = []
        for each in members:
            if each is not members[self.turn]:
                each.judge(proposal)
            done.append(each.finalize(proposal))
            each.commit()
        assert len({each.head.digest for each in members}) == 1
        self.blocks += 1
        return done[0]


@pytest.mark.parametrize(("pack", "name"), STORIES, ids=[f"{pack}-{name}" for pack, name in STORIES])
def test_story__comes_out_on_four_validators(pack: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[FourChain] = []

    def founded(world: World, state: dict[bytes, bytes], time: int) -> FourChain:
        found.append(FourChain.found(world, state, time))
        return found[-1]

    monkeypatch.setattr(stages, "Chain", type("Founding", (), {"found": staticmethod(founded)}))
    story = next(each for each in tree_of(pack).stories if each.name == name)
    played = play(checked(pack), story, Packs(path_of(pack)), folder=path_of(pack).parent)
    assert played.passed, told(played)
    assert found[0].blocks > len(story.steps) // 2
