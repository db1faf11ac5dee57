"""The ledger with its three modules against a plain-dict model: equal outcomes, and a refusal that changes nothing."""

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.modules.model import AGENTS, APPLIED, HANDLES, ORGS, Model
from tests.world import DAY, make_world
from zhulian.ledger.collections import decode_key
from zhulian.ledger.types import Message, Refused
from zhulian.modules.evidence.messages import Deposit, Withdraw, Witness
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES
from zhulian.modules.govern.messages import Propose, Vote
from zhulian.modules.govern.state import PROPOSALS
from zhulian.modules.identity.messages import OpenHandle, RestoreOrganisation, Revoke, SuspendOrganisation
from zhulian.modules.identity.state import MEMBERS

CONTENTS = st.sampled_from([f"{number:064x}" for number in range(2)])
STAFF = ["admin", "admin", "clerk", "counter", "second"]
SIGNER = st.builds("{}.{}".format, st.sampled_from(ORGS), st.sampled_from(STAFF))
ONE = SIGNER.map(lambda each: [each])
SIGNERS = ONE | ONE | ONE | st.lists(SIGNER, min_size=2, max_size=2, unique=True)
ADMINS = st.lists(
    st.builds("{}.{}".format, st.sampled_from(ORGS), st.sampled_from(["admin", "second"])), min_size=1, max_size=2, unique=True
)
PARTIES = st.sampled_from((*ORGS, *HANDLES))
ACTIONS = st.tuples(st.sampled_from(["suspend", "restore"]), st.sampled_from(ORGS))


class LedgerAgainstModel(RuleBasedStateMachine):
    """Transactions wait until a block is made, so that several meet in one block."""

    @initialize()
    def begin(self) -> None:
        self.world = make_world(3, "intl")
        for handle, agent in AGENTS.items():
            self.world.run(OpenHandle(handle=handle, instance="court"), f"{agent}.counter")
        self.model = Model()
        self.waiting: list[tuple[bytes, str]] = []
        self.ids: list[str] = []

    def send(self, message: Message, signers: list[str], outcome: str) -> None:
        self.waiting.append((self.world.sign([message], signers), outcome))

    @rule(signers=SIGNERS, content=CONTENTS, named=st.none() | st.none() | PARTIES, public=st.booleans())
    def deposit(self, signers: list[str], content: str, named: str | None, public: bool) -> None:
        shown: dict[str, Any] = {"digest": content} if public else {"commitment": content}
        self.send(Deposit(party=named, **shown), signers, self.model.deposit(signers, content, named))

    def some_deposit(self, data: st.DataObject) -> tuple[str, str]:
        """Mostly one that stands."""
        return data.draw(st.sampled_from([*self.model.deposits, ("00" * 32, "org1")]))

    @rule(signers=SIGNERS, data=st.data(), by_itself=st.booleans())
    def withdraw(self, signers: list[str], data: st.DataObject, by_itself: bool) -> None:
        content, named = self.some_deposit(data)
        if by_itself:
            signers = [f"{AGENTS.get(named, named)}.counter"]
        message = Withdraw(deposit=content, party=named, reason="mistaken")
        self.send(message, signers, self.model.withdraw(signers, content, named))

    @rule(signers=SIGNERS, data=st.data(), kind=st.sampled_from(["examined", "recomputed"]))
    def witness(self, signers: list[str], data: st.DataObject, kind: Any) -> None:
        content, named = self.some_deposit(data)
        message = Witness(deposit=content, kind=kind, party=named)
        self.send(message, signers, self.model.witness(signers, content, named, kind))

    @rule(signer=SIGNER, ended=SIGNER)
    def revoke(self, signer: str, ended: str) -> None:
        self.send(Revoke(reason="lost", signer=ended), [signer], self.model.revoke(signer, ended))

    @rule(signers=ADMINS | ADMINS | ONE, action=ACTIONS)
    def propose(self, signers: list[str], action: tuple[str, str]) -> None:
        verb, organisation = action
        chosen = SuspendOrganisation(organisation=organisation, reason="breach") if verb == "suspend" else None
        message = chosen or RestoreOrganisation(organisation=organisation)
        raw = self.world.sign([Propose(actions=[msgspec.to_builtins(message)])], signers)
        identifier = self.world.transaction_id(raw)
        self.waiting.append((raw, self.model.propose(signers, identifier, action, self.world.time + 7 * DAY)))
        self.ids.append(identifier)

    @rule(signers=ADMINS | ADMINS | ONE, yes=st.booleans() | st.just(True), data=st.data())
    def vote(self, signers: list[str], yes: bool, data: st.DataObject) -> None:
        identifier = data.draw(st.sampled_from([*self.ids[-3:], "00" * 32]))
        message = Vote(proposal=identifier, vote="yes" if yes else "no")
        self.send(message, signers, self.model.vote(signers, identifier, yes, self.world.time))

    @rule(days=st.sampled_from([0, 0, 0, 3, 8]))
    def make_block(self, days: int) -> None:
        applied = self.world.block([raw for raw, _ in self.waiting])
        for result, (_, outcome) in zip(applied.results, self.waiting, strict=True):
            assert (result.code if isinstance(result, Refused) else APPLIED) == outcome
        if all(isinstance(result, Refused) for result in applied.results):
            assert all(decode_key(key)[0] == "ledger/ids" for key in applied.changes)
        self.waiting.clear()
        self.world.time += days * DAY

    @invariant()
    def the_state_is_what_the_model_says(self) -> None:
        if getattr(self, "waiting", [None]):
            return
        kept = {decode_key(key): value for key, value in self.world.state.values.items()}
        deposits = {key[1:]: DEPOSITS.decode(value) for key, value in kept.items() if key[0] == DEPOSITS.name}
        shown = {key: {"signers": list(each.signers), "withdrawn": each.withdrawn is not None} for key, each in deposits.items()}
        assert shown == self.model.deposits
        assert sorted(key[1:] for key in kept if key[0] == WITNESSES.name) == sorted(self.model.witnesses)
        assert list(self.world.find_item(MEMBERS).active) == self.model.active()
        proposals = {key[1]: PROPOSALS.decode(value).status for key, value in kept.items() if key[0] == PROPOSALS.name}
        assert proposals == {name: each["status"] for name, each in self.model.proposals.items()}


TestLedgerAgainstModel = LedgerAgainstModel.TestCase
TestLedgerAgainstModel.settings = settings(max_examples=60, stateful_step_count=40)
