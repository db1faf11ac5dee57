"""What handlers verify themselves is charged before it is done: for a signature takes as long as hundreds of other steps."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied
from tests.world import CREATED, DAY, YEAR, TestWorld, ca_of, key_of, make_world
from zhulian.ledger.errors import StepsExceeded
from zhulian.ledger.genesis import Title
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.ledger.types import Message
from zhulian.modules.govern.messages import Propose, Seat, SetSealers
from zhulian.modules.identity.messages import AdmitOrganisation, Enrol, FirstAdmin, OpenHandle, OwnKey, Vouched

HANDLE = "~" + "1" * 32
STEPS = 200
"""For one signature or certificate."""


@pytest.fixture
def world() -> TestWorld:
    return make_world(1)


def own(possession: str) -> OpenHandle:
    key = OwnKey(not_after=CREATED + YEAR, possession=possession, public_key=key_of("gm", HANDLE).public_key.hex())
    return OpenHandle(handle=HANDLE, instance="clinic", own=key)


def enrolment(world: TestWorld, possession: str, chain: bool) -> Enrol:
    word = Vouched(
        certificate="cc" * 32,
        not_after=CREATED + YEAR,
        not_before=CREATED - DAY,
        public_key=key_of("gm", "org1.new").public_key.hex(),
    )
    by: dict[str, Any] = {"chain": world.chain("org1.new")} if chain else {"vouched": word}
    return Enrol(duties=[], kind="officer", possession=possession, signer="org1.new", **by)


def admission(world: TestWorld, possession: str) -> AdmitOrganisation:
    admin = FirstAdmin(chain=world.chain("org9.admin"), possession=possession, signer="org9.admin")
    certificates = [ca_of("gm", "org9").certificate.der.hex()]
    return AdmitOrganisation(admin=admin, certificates=certificates, organisation="org9", title=Title(en="Nine", zh="九"))


def sealers(world: TestWorld, possession: str) -> SetSealers:
    seat = Seat(power=1, possession=possession, public_key=key_of("gm", "org1.seal2").public_key.hex(), sealer="org1")
    return SetSealers(alive=[world.alive("org1.seal", "org1.seal2")], sealers=[seat])


def proved(world: TestWorld, name: str, key_name: str | None = None) -> str:
    return world.possession(name, key_of("gm", key_name or name))


def test_handlers__charge_each_signature_and_certificate(world: TestWorld) -> None:
    for message, signer, count in (
        (own(proved(world, HANDLE)), "org1.counter", 1),
        (enrolment(world, proved(world, "org1.new"), chain=True), "org1.admin", 3),
        (_proposed(admission(world, proved(world, "org9.admin"))), "org1.admin", 4),
        (_proposed(sealers(world, proved(world, "org1", "org1.seal2"))), ["org1.admin", "org9.admin"], 5),  # seals twice
    ):
        cost = applied(world, message, signer).cost.steps
        assert count * STEPS < cost < (count + 1) * STEPS, message


def _proposed(action: Message) -> Propose:
    return Propose(actions=[msgspec.to_builtins(action)])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_handlers__verify_nothing_that_is_not_paid_for(world: TestWorld, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """With steps for fewer verifications than there are to do, the one too many is never begun."""
    done: list[bytes] = []
    verify = world.suite.verify

    def counted(public_key: bytes, message: bytes, signature: bytes) -> None:
        done.append(message)
        verify(public_key, message, signature)

    monkeypatch.setattr(type(world.suite), "verify", staticmethod(counted))
    message = {1: own("00" * 64), 2: enrolment(world, "00" * 64, chain=True), 3: admission(world, "00" * 64)}[count]
    handlers = {kind: handler for each in world.world.modules for kind, handler in each.handlers.items()}
    handlers |= {kind: handler for each in world.world.modules for kind, handler in getattr(each, "governed", {}).items()}
    with pytest.raises(StepsExceeded):
        handlers[type(message)](_context(world, STEPS * count - 1), message)
    assert len(done) <= count - 1


def _context(world: TestWorld, steps: int) -> Context:
    rules = world.world.governing.rules(world.state, 1)
    block = Block(height=1, time_ms=world.time * 1000, rules=rules, genesis=world.world.genesis, hasher=world.world.hasher)
    acting = tuple(
        world.world.authority.judge(world.state, each, world.fingerprint(each), world.time)
        for each in ("org1.admin", "org1.counter")
    )
    return Context(block, "00" * 32, acting, TransactionOverlay(BlockOverlay(world.state), steps))
