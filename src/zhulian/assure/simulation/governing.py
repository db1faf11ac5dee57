"""What members decide together while a simulation runs: the application, limits, an upgrade, a member that joins, one that leaves."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from zhulian.assure.drawn.comparing import APP
from zhulian.assure.simulation.founding import chain_of, engine_name, key_of, possession, seal_name, the_suite
from zhulian.assure.simulation.replica import Replica
from zhulian.assure.simulation.workload import Campaign
from zhulian.crypto import fingerprint
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.genesis import Genesis, Title
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Context, Handler, Module
from zhulian.ledger.transition import World
from zhulian.ledger.types import Message, Seal
from zhulian.modules import assemble
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose, SealedHeader, Seat, SetLimits, SetSealers, SetVersion, Vote
from zhulian.modules.identity.messages import AdmitOrganisation, FirstAdmin
from zhulian.modules.scenario.messages import Admit, Open, Publish

__all__ = ["change_limits", "change_sealers", "decide", "join", "next_release", "open_app", "upgrade"]

_TRIES = 6
Chain = Callable[[], Replica]
"""A member that is up and knows the newest decided block, as far as there is one."""
Transaction = Callable[[], str]
"""The id of what was sent last."""


def open_app(genesis: Genesis, text: str, members: dict[str, set[str]], opened: Callable[[bool], None]) -> Campaign:
    """Publish a definition, open an instance and admit who is to have roles; `opened` hears whether it was possible."""
    tree = read_definition(text).to_json().decode()
    definition = genesis.hasher().digest("definition", tree.encode()).hex()
    known = yield Publish(definition=definition, text=tree), "org1.clerk"
    if known is None:
        known = yield Open(definition=definition, instance=APP), "org1.clerk"
    if known is not None:
        opened(False)
        return
    for role in sorted(members):
        for party in sorted(members[role]):
            yield Admit(instance=APP, party=party, role=role), "org1.clerk"
    opened(True)


def decide(actions: Callable[[], Sequence[Message]], proposal_id: Transaction, voters: Sequence[str]) -> Campaign:
    """Propose until the proposal is taken, and vote; what needs recent seals is made anew for each try."""
    for _ in range(_TRIES):
        built = [msgspec.to_builtins(each) for each in actions()]
        known = yield Propose(actions=built), "org1.admin"
        if known is not None:
            continue
        proposal = proposal_id()
        decided = True
        for each in voters:
            known = yield Vote(proposal=proposal, vote="yes"), f"{each}.admin"
            decided = decided and known is None
        if decided:
            return


def change_limits(most: int) -> Sequence[Message]:
    """Fewer transactions in a block."""
    return [SetLimits(limits=Limits(block_transactions_max=most))]


def upgrade(chain: Chain) -> Sequence[Message]:
    """The evidence module of the next release, some blocks from now."""
    return [SetVersion(from_height=chain().application.head.height + 12, module="evidence", version=2)]


def join(genesis: Genesis, organisation: str) -> Sequence[Message]:
    """A new organisation."""
    name = f"{organisation}.admin"
    proof = possession(genesis, name, key_of(name))
    admin = FirstAdmin(possession=proof, signer=name, chain=list(chain_of(name)))
    return [
        AdmitOrganisation(
            admin=admin,
            certificates=[chain_of(name)[1]],
            organisation=organisation,
            title=Title(en=organisation, zh=organisation),
        )
    ]


def change_sealers(genesis: Genesis, chain: Chain, wanted: Sequence[str], now_ms: int) -> Sequence[Message]:
    """The set of those who seal and vote from then on, with proof that they are there."""
    application = chain().application
    there = {each.sealer for each in application.sealers()}
    head = next((height for height in range(application.head.height, 0, -1) if application.seals(height)), 0)
    if not head:
        return [SetSealers(alive=[SealedHeader(header="00" * 32, seals=[])], sealers=[])]  # refused, and tried again
    digest = application.digest_at(head)
    seals = {each.sealer: each for each in application.seals(head)}
    for name in wanted:
        if name not in seals:
            seals[name] = _seal(genesis, name, digest, now_ms)
    seats = [_seat(genesis, each, new=each not in there) for each in sorted(wanted)]
    return [SetSealers(alive=[SealedHeader(header=digest.hex(), seals=[seals[each] for each in sorted(seals)])], sealers=seats)]


def _seal(genesis: Genesis, name: str, digest: bytes, now_ms: int) -> Seal:
    key = key_of(seal_name(name))
    signature = the_suite().sign(key, seal_preimage(genesis.hasher(), digest, now_ms)).hex()
    return Seal(key=fingerprint(the_suite(), key.public_key), sealer=name, signature=signature, time_ms=now_ms)


def _seat(genesis: Genesis, name: str, *, new: bool) -> Seat:
    seal, engine = key_of(seal_name(name)), key_of(engine_name(name))
    seat = Seat(power=1, public_key=seal.public_key.hex(), sealer=name, validator=engine.public_key.hex())
    if not new:
        return seat
    return replace(seat, possession=possession(genesis, name, seal), validator_possession=possession(genesis, name, engine))


class _NextEvidence:
    """The evidence module with a version 2, in which a deposit costs one step more; so the results' roots show who runs which."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.name = module.name
        self.versions = (1, 2)
        self.events = module.events
        self.handlers: dict[type[Message], Handler] = {**module.handlers, Deposit: self._deposit}

    def found(self, *given: Any) -> None:
        self._module.found(*given)

    def _deposit(self, context: Context, message: Deposit) -> None:
        self._module.handlers[Deposit](context, message)
        if context.block.rules.versions["evidence"] >= 2:
            context.state.charge(1)


def next_release(genesis: Genesis) -> World:
    """The program of the next release."""
    world = assemble(genesis)
    newer = {each.name: _NextEvidence(each) for each in world.modules if each.name == "evidence"}
    modules: tuple[Any, ...] = tuple(newer.get(each.name, each) for each in world.modules)
    return replace(world, modules=modules, handlers={**world.handlers, **newer["evidence"].handlers})
