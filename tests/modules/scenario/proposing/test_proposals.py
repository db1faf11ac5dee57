"""Proposals: every refusal in its order, and random approvals against a count of who has signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import DAY, TestWorld, make_genesis, make_world
from zhulian.errors import Refusal
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.definition.shapes import Signatory
from zhulian.language.lending import RecordName
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Acting, Block, Context, Event
from zhulian.ledger.overlay import BlockOverlay, StateView, TransactionOverlay
from zhulian.ledger.types import Message
from zhulian.modules import every_word
from zhulian.modules.identity.messages import OpenHandle, Revoke
from zhulian.modules.identity.parties import HandleParties
from zhulian.modules.scenario.limits import PROPOSAL_S_MAX, PROPOSALS_MAX
from zhulian.modules.scenario.messages import Approve, Propose, Withdraw
from zhulian.modules.scenario.proposing.handlers import ProposalHandlers
from zhulian.modules.scenario.state import PROPOSALS, QUEUES, Instance, Proposal
from zhulian.modules.scenario.who.custody import agent_of
from zhulian.modules.scenario.who.judge import judge_who
from zhulian.modules.scenario.who.officers import officers_of, remember_officers

PERSON, OTHER = "~" + "7" * 32, "~" + "8" * 32
ONE, NEXT = "11" * 32, "22" * 32
DEFINITION = """
scenario: loans
version: 1
title: {zh: 贷款, en: Loans}
roles:
  bank: {title: {zh: 银行, en: Bank}, admitted_by: operator, seats: {admin: {zh: 经办, en: Admin}, voter: {zh: 复核, en: Voter}}}
  firm: {title: {zh: 企业, en: Firm}, admitted_by: operator}
  user: {title: {zh: 用户, en: User}, admitted_by: operator, persons: true}
records:
  loan:
    title: {zh: 贷款, en: Loan}
    key: number
    fields: {number: {type: int, title: {zh: 编号, en: Number}}, holder: {type: person, title: {zh: 持有人, en: Holder}, optional: true}}
actions:
  prepare:
    title: {zh: 准备, en: Prepare}
    by: bank
    on: loan
  grant:
    title: {zh: 放款, en: Grant}
    by: {lender: bank, borrower: firm}
    seats: {lender: {admin: 1, voter: 1}}
    apart: {lender: prepare}
    on: loan
  count:
    title: {zh: 清点, en: Count}
    by: {role: bank, officers: 3}
    on: loan
  agree:
    title: {zh: 同意, en: Agree}
    by: {person: user, bank_: bank}
    on: loan
"""
ROLES = {"bank": ("org1",), "firm": ("org2",), "user": (PERSON,)}


@cache
def compiled() -> Compiled:
    return compile_definition(check_definition(read_definition(DEFINITION), every_word()))


class Court:
    """Roles as they are here, and the rest as the chain knows it."""

    def __init__(self, context: Context, records: Sequence[RecordName]) -> None:
        self._context, self._records = context, records

    def agent(self, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
        return agent_of(HandleParties(), self._context, party, signers, others)

    def equals(self, signatory: Signatory, place: int) -> object:
        return None

    def has_role(self, role: str, party: str) -> bool:
        return party in ROLES.get(role, ())

    def own_keys(self, role: str) -> bool:
        return False

    def officers(self, action: str) -> Sequence[str]:
        return [name for each in self._records for name in officers_of(self._context.state, each, action)]


@dataclass
class Desk:
    """A chain with the handlers of proposals, an instance, and an engine that only judges who acts."""

    world: TestWorld
    parties: HandleParties = field(default_factory=HandleParties)
    definition: str = ONE
    did: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    made: int = 0

    def instance(self, state: StateView, name: str) -> Instance:
        return Instance(definition=self.definition, height=1, operator="org1", scenario="loans", settings={}, uses={}, version=1)

    def compiled(self, state: StateView, definition: str) -> Compiled:
        return compiled()

    def act(
        self,
        context: Context,
        shelf: Any,
        instance: str,
        action: str,
        on: Sequence[tuple[str, ...]],
        by: Mapping[str, str],
        given: Mapping[str, Any],
        signers: Sequence[Acting],
    ) -> None:
        shape = compiled().actions[action].shape
        records = [RecordName(instance, "loan", each) for each in on]
        judge_who(Court(context, records), action, shape.by, by, signers, one_party=shape.one_party)
        self.did.append((action, tuple(sorted(each.signer for each in signers))))

    def do(self, message: Message, *signers: str) -> list[Event]:
        """The events of a message that is taken."""
        self.made += 1
        world = self.world
        overlay = BlockOverlay(world.state)
        state = TransactionOverlay(overlay, Limits().transaction_steps_max)
        rules = world.world.governing.rules(world.state, world.height + 1)
        block = Block(
            height=world.height + 1,
            time_ms=world.time * 1000,
            rules=rules,
            genesis=world.world.genesis,
            hasher=world.world.hasher,
        )
        authority = world.world.authority
        acting = tuple(authority.judge(world.state, each, world.fingerprint(each), world.time) for each in sorted(signers))
        context = Context(block, f"{self.made:064x}", acting, state)
        handlers = ProposalHandlers(self, authority, self.act)  # type: ignore[arg-type]
        match message:
            case Propose():
                handlers.handle_propose(context, message)
            case Approve():
                handlers.handle_approve(context, message)
            case Withdraw():
                handlers.handle_withdraw(context, message)
        state.merge()
        world.state.apply(dict(overlay.changes()))
        return context.events

    def refused(self, message: Message, *signers: str) -> str:
        """The number by which a message is refused, or `done`."""
        before = dict(self.world.state.values)
        try:
            self.do(message, *signers)
        except Refusal as refusal:
            assert self.world.state.values == before
            return refusal.code
        return "done"

    def remember(self, action: str, *signers: str) -> None:
        overlay = BlockOverlay(self.world.state)
        remember_officers(overlay, RecordName("hz", "loan", ("1",)), action, signers)
        self.world.state.apply(dict(overlay.changes()))

    def propose(self, action: str = "grant", by: Mapping[str, str] | None = None, expires: int = DAY, **more: Any) -> Propose:
        chosen = {"lender": "org1", "borrower": "org2"} if by is None else dict(by)
        return Propose(action=action, by=chosen, expires=self.world.time + expires, instance="hz", on=(("1",),), **more)

    def pending(self, number: int) -> Proposal | None:
        return PROPOSALS.find(self.world.state, "hz", f"{number:064x}")

    @property
    def id(self) -> str:
        """The id of what was proposed last."""
        return f"{self.made:064x}"


@pytest.fixture
def desk() -> Desk:
    return Desk(make_world(3, "intl"))


def approve(identifier: str) -> Approve:
    return Approve(instance="hz", proposal=identifier)


def withdraw(identifier: str) -> Withdraw:
    return Withdraw(instance="hz", proposal=identifier)


def names(events: list[Event]) -> list[str]:
    return [str(each.__struct_config__.tag).partition(".")[2] for each in events]


def test_proposal__is_done_at_its_last_signature_and_gone(desk: Desk) -> None:
    assert names(desk.do(desk.propose(), "org1.admin")) == ["proposed", "approved"]
    made = desk.id
    assert names(desk.do(approve(made), "org2.clerk")) == ["approved"]
    assert desk.did == []
    assert names(desk.do(approve(made), "org1.second")) == ["approved"]
    assert desk.did == [("grant", ("org1.admin", "org1.second", "org2.clerk"))]
    assert desk.refused(approve(made), "org1.clerk") == "scenario/73"
    assert QUEUES.find(desk.world.state, "hz", "org1") is None


def test_proposal__that_all_sign_at_once_is_done_at_once(desk: Desk) -> None:
    desk.do(desk.propose(), "org1.admin", "org1.second", "org2.admin")
    assert len(desk.did) == 1
    assert desk.pending(1) is None


def test_propose__refuses_in_this_order(desk: Desk) -> None:
    assert desk.refused(desk.propose("nothing"), "org3.admin") == "scenario/2"
    assert desk.refused(desk.propose(by={"lender": "org1"}, expires=0), "org3.admin") == "scenario/50"
    assert desk.refused(desk.propose(by={"lender": "org1", "borrower": "org2", "x": "org3"}), "org3.admin") == "scenario/51"
    assert desk.refused(desk.propose(by={"lender": "org1", "borrower": "org1"}), "org3.admin") == "scenario/52"
    assert desk.refused(desk.propose(expires=0), "org3.admin") == "scenario/77"
    assert desk.refused(desk.propose(expires=0), "org1.admin", "org3.admin") == "scenario/77"
    for expires in (0, -1, PROPOSAL_S_MAX + 1):
        assert desk.refused(desk.propose(expires=expires), "org1.admin") == "scenario/75"
    for _ in range(PROPOSALS_MAX):
        desk.do(desk.propose(), "org1.admin")
    desk.remember("prepare", "org1.admin")
    assert desk.refused(desk.propose(), "org1.admin") == "scenario/78"
    desk.do(withdraw(desk.id[:-2] + "10"), "org1.clerk")
    assert desk.refused(desk.propose(), "org1.admin") == "scenario/58"
    assert desk.refused(desk.propose(), "org1.second") == "done"


def test_queue__is_the_proposers_own_and_expired_ones_do_not_count(desk: Desk) -> None:
    """Nobody fills another's queue by naming it, and what has expired makes room and goes."""
    for _ in range(PROPOSALS_MAX):
        desk.do(desk.propose(expires=60), "org1.admin")
    assert desk.refused(desk.propose(), "org1.admin") == "scenario/78"
    assert desk.refused(desk.propose(), "org2.admin") == "done"
    desk.world.time += 60
    assert desk.refused(desk.propose(), "org1.admin") == "done"
    assert len(QUEUES.get(desk.world.state, "hz", "org1")) == 1
    assert sum(key.startswith(b'["scenario/proposals"') for key in desk.world.state.values) == 2


def test_approve__refuses_in_this_order(desk: Desk) -> None:
    desk.do(desk.propose(), "org1.admin")
    made = desk.id
    desk.remember("prepare", "org1.second")
    assert desk.refused(approve("ab" * 32), "org3.admin") == "scenario/73"
    desk.definition = NEXT
    now, desk.world.time = desk.world.time, desk.world.time + DAY
    assert desk.refused(approve(made), "org3.admin") == "scenario/77"
    assert desk.refused(approve(made), "org1.admin") == "scenario/74"
    desk.world.time = now
    assert desk.refused(approve(made), "org1.admin") == "scenario/79"
    desk.definition = ONE
    assert desk.refused(approve(made), "org1.admin") == "scenario/76"
    assert desk.refused(approve(made), "org1.second") == "scenario/58"
    assert desk.refused(approve(made), "org1.clerk") == "done"


def test_expiry__is_to_the_second(desk: Desk) -> None:
    desk.do(desk.propose(expires=10), "org1.admin", "org1.second")
    made = desk.id
    desk.world.time += 10
    assert desk.refused(approve(made), "org2.clerk") == "scenario/74"
    desk.world.time -= 1
    assert desk.refused(approve(made), "org2.clerk") == "done"


def test_last_signature__is_refused_where_the_action_is(desk: Desk) -> None:
    """The other signatures stay, so that nothing is lost where the cause goes away."""
    desk.do(desk.propose(by={"lender": "org3", "borrower": "org2"}), "org3.admin", "org3.second")
    made = desk.id
    assert desk.refused(approve(made), "org2.clerk") == "scenario/55"
    found = desk.pending(1)
    assert found is not None
    assert [each.signer for each in found.approvals] == ["org3.admin", "org3.second"]


def test_revoked_signer__counts_no_longer(desk: Desk) -> None:
    desk.do(desk.propose(), "org1.second")
    made = desk.id
    desk.world.run(Revoke(reason="departed", signer="org1.second"), "org1.admin")
    desk.do(approve(made), "org2.clerk")
    assert names(desk.do(approve(made), "org1.admin")) == ["approved"]
    assert desk.did == []
    found = desk.pending(1)
    assert found is not None
    assert [each.signer for each in found.approvals] == ["org2.clerk", "org1.admin"]


def test_signer_kept_apart_later__counts_no_longer(desk: Desk) -> None:
    desk.do(desk.propose(), "org1.second")
    made = desk.id
    desk.remember("prepare", "org1.second")
    assert names(desk.do(approve(made), "org1.admin", "org2.clerk")) == ["withdrawn", "approved", "approved"]
    assert desk.did == []


def test_threshold__counts_officers_once_each(desk: Desk) -> None:
    desk.do(desk.propose("count", {"actor": "org1"}), "org1.admin")
    made = desk.id
    assert desk.refused(approve(made), "org1.admin") == "scenario/76"
    desk.do(approve(made), "org1.counter")  # a service
    desk.do(approve(made), "org1.second")
    assert desk.did == []
    desk.do(approve(made), "org1.clerk")
    assert desk.did == [("count", ("org1.admin", "org1.clerk", "org1.counter", "org1.second"))]


# Taking back.


def test_withdraw__takes_back_the_whole_the_own_signature_or_what_is_over(desk: Desk) -> None:
    desk.do(desk.propose(), "org1.admin")
    made = desk.id
    assert desk.refused(withdraw("ab" * 32), "org1.admin") == "scenario/73"
    assert desk.refused(withdraw(made), "org3.admin") == "scenario/77"
    assert desk.refused(withdraw(made), "org2.admin") == "scenario/77"
    desk.do(approve(made), "org2.admin")
    assert [(each.signer, each.whole) for each in desk.do(withdraw(made), "org2.admin")] == [("org2.admin", False)]  # type: ignore[attr-defined]
    assert desk.refused(approve(made), "org2.admin") == "done"
    assert [(each.signer, each.whole) for each in desk.do(withdraw(made), "org1.clerk")] == [("org1.clerk", True)]  # type: ignore[attr-defined]
    assert desk.refused(approve(made), "org1.second") == "scenario/73"


@pytest.mark.parametrize("over", ["expired", "upgraded"])
def test_what_is_over__is_removed_by_anyone(desk: Desk, over: str) -> None:
    desk.do(desk.propose(), "org1.admin")
    if over == "expired":
        desk.world.time += DAY
    else:
        desk.definition = NEXT
    desk.do(withdraw(desk.id), "org3.clerk")
    assert desk.pending(1) is None
    assert QUEUES.find(desk.world.state, "hz", "org1") is None


# People.


@pytest.fixture
def people(desk: Desk) -> Desk:
    for handle, agent in ((PERSON, "org3"), (OTHER, "org1")):
        desk.world.run(OpenHandle(handle=handle, instance="hz"), f"{agent}.counter")
    return desk


def test_agent__signs_a_proposal_for_whom_it_carries(people: Desk) -> None:
    people.do(people.propose("agree", {"person": PERSON, "bank_": "org1"}), "org3.counter")
    made = people.id
    found = people.pending(people.made)
    assert found is not None
    assert (found.proposer, found.counted, found.approvals[0].party) == (PERSON, "org3", PERSON)
    assert people.refused(approve(made), "org3.counter") == "scenario/76"
    people.do(approve(made), "org1.clerk")
    assert people.did == [("agree", ("org1.clerk", "org3.counter"))]


def test_agent__does_not_sign_where_it_is_on_the_other_side(people: Desk) -> None:
    """Its own organisation signs for itself alone, so that the person's signature stays due."""
    people.do(people.propose("agree", {"person": OTHER, "bank_": "org1"}), "org1.counter")
    found = people.pending(people.made)
    assert found is not None
    assert [each.party for each in found.approvals] == ["org1"]
    assert people.refused(people.propose("agree", {"person": OTHER, "bank_": "org2"}), "org1.clerk") == "scenario/77"
    assert people.refused(people.propose("agree", {"person": OTHER, "bank_": "org2"}), "org1.counter") == "done"


# Any order of approvals.

STAFF = ("org1.admin", "org1.second", "org1.clerk", "org1.counter", "org2.clerk", "org3.admin")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(("grant", "count")), st.lists(st.sampled_from(STAFF), min_size=1, max_size=8))
def test_approvals__do_it_once_and_only_when_enough_have_signed(action: str, order: list[str]) -> None:
    desk = Desk(make_world(3, "intl", genesis=make_genesis(3, "intl")))
    by = {"lender": "org1", "borrower": "org2"} if action == "grant" else {"actor": "org1"}
    signed: dict[str, None] = {}
    made = ""
    for signer in order:
        told = desk.refused(approve(made) if made else desk.propose(action, by), signer)
        if signer.partition(".")[0] not in by.values():
            assert told == ("scenario/73" if desk.did else "scenario/77")
            continue
        if told == "done":
            made = made or desk.id
            signed[signer] = None
        else:
            assert told == ("scenario/76" if not desk.did else "scenario/73")
        people = [each for each in signed if each in ("org1.admin", "org1.second", "org1.clerk")]
        due = (
            "org1.admin" in signed and "org1.second" in signed and "org2.clerk" in signed
            if action == "grant"
            else len(people) == 3
        )
        assert bool(desk.did) == due
    assert len(desk.did) <= 1
