"""A seeded simulation for each module: chance acts, an auditor looks at the whole state after every block.

The seed stands in the name of the test; two members that run the same blocks must agree on every header.
"""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.world import CREATED, DAY, YEAR, TestWorld, key_of, make_world
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.collections import Map, decode_key
from zhulian.ledger.genesis import Workdays
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Applied, Message
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES
from zhulian.modules.govern.messages import Propose, Seat, SetLimits, SetSealers, SetVersion, SetWorkdays, TakeDown, Vote
from zhulian.modules.govern.state import PROPOSALS, SEALERS
from zhulian.modules.identity.messages import (
    AddKey,
    CloseHandle,
    Enrol,
    OpenHandle,
    ReleaseOrganisation,
    RestoreOrganisation,
    Revoke,
    SetDuties,
    SuspendOrganisation,
    Vouched,
)
from zhulian.modules.identity.state import ADMINS, HANDLES, KEYS, MEMBERS, ORGANISATIONS, SIGNERS

SEEDS = range(5)
BLOCKS = 40
ORGS = ("org1", "org2", "org3")
Auditor = Callable[[TestWorld], None]


def everything(world: TestWorld, collection: Map[Any]) -> dict[tuple[str, ...], Any]:
    """All values of a collection by the parts of their keys."""
    prefix = f'["{collection.name}"'.encode()
    found = {decode_key(key)[1:]: value for key, value in world.state.values.items() if key.startswith(prefix)}
    return {key: collection.decode(value) for key, value in found.items()}


def simulate(seed: int, act: Callable[[random.Random, TestWorld], tuple[Message, list[str]]], audit: Auditor) -> TestWorld:
    """Two members run the same blocks of chance transactions."""
    chance = random.Random(seed)
    first, second = make_world(3, "intl"), make_world(3, "intl")
    outcomes: dict[str, int] = {}
    for _ in range(BLOCKS):
        raws = []
        for _ in range(chance.randint(0, 8)):
            message, signers = act(chance, first)
            raws.append(first.sign([message], signers))
        time_ms = first.time * 1000 + chance.randrange(1000)
        applied = first.block(raws, time_ms=time_ms)
        assert header_digest(first.world.hasher, second.block(raws, time_ms=time_ms).header) == first.parent.digest
        assert second.state.values == first.state.values
        for result in applied.results:
            outcome = "applied" if isinstance(result, Applied) else result.code
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        audit(first)
        first.time = second.time = first.time + chance.choice([0, 0, 60, DAY])
    assert outcomes["applied"] > 10, outcomes
    assert len(outcomes) > 3, outcomes
    return first


def someone(chance: random.Random, *serials: str) -> str:
    return f"{chance.choice(ORGS)}.{chance.choice(serials)}"


def act_on_identity(chance: random.Random, world: TestWorld) -> tuple[Message, list[str]]:
    admin = someone(chance, "admin", "second", "second", "clerk")
    target = f"{admin.partition('.')[0]}.{chance.choice(['admin', 'second', 'clerk', 'a', 'b', 'c'])}"
    handle = f"~{chance.randrange(6):032x}"
    match chance.randrange(7):
        case 0 | 1:
            key = key_of("intl", target)
            return Enrol(
                chain=world.chain(target),
                duties=chance.choice([[], ["admin"], ["admin", "voter"]]),
                kind="officer",
                possession=world.possession(target, key),
                signer=target,
            ), [admin]
        case 2:
            name = f"spare {chance.randrange(20)}"
            key = key_of("intl", name)
            vouched = Vouched(
                certificate="cc" * 32, not_after=CREATED + YEAR, not_before=CREATED, public_key=key.public_key.hex()
            )
            return AddKey(possession=world.possession(target, key), signer=target, vouched=vouched), [admin]
        case 3:
            found = world.find(SIGNERS, target)
            named = chance.choice([None, *found.keys]) if found else None
            return Revoke(key=named, reason="superseded", signer=target), [chance.choice([admin, target])]
        case 4:
            return SetDuties(duties=chance.choice([[], ["admin"], ["voter"]]), signer=target), [admin]
        case 5:
            return OpenHandle(handle=handle, instance="court"), [someone(chance, "counter", "counter", "clerk")]
        case _:
            return CloseHandle(handle=handle), [someone(chance, "counter")]


def audit_identity(world: TestWorld) -> None:
    """Every organisation can still be acted for; signers and keys name each other; nothing that ended begins again."""
    signers = everything(world, SIGNERS)
    keys = everything(world, KEYS)
    for (organisation,) in everything(world, ORGANISATIONS):
        admins = sorted(
            name
            for (name,), each in signers.items()
            if name.startswith(organisation + ".") and "admin" in each.duties and each.keys and each.revoked is None
        )
        assert list(world.find(ADMINS, organisation).signers) == admins != []
    for (name,), each in signers.items():
        registered = [key for (key,), value in keys.items() if value.signer == name and value.revoked is None]
        assert sorted(each.keys) == sorted(registered)
    for handle in everything(world, HANDLES).values():
        assert (handle.agent is None) != (handle.key is None)


def act_on_govern(chance: random.Random, world: TestWorld) -> tuple[Message, list[str]]:
    known = [name for (name,) in everything(world, PROPOSALS)]
    signer = someone(chance, "admin", "second", "admin", "clerk")
    if known and chance.random() < 0.7:
        return Vote(proposal=chance.choice(known[-4:]), vote=chance.choice(["yes", "yes", "no"])), [signer]
    organisation = chance.choice(ORGS)
    seat = Seat(power=chance.randint(1, 9), public_key=key_of("intl", "org1.seal").public_key.hex(), sealer="org1")
    actions: list[Message] = [
        SuspendOrganisation(organisation=organisation, reason="breach"),
        RestoreOrganisation(organisation=organisation),
        RestoreOrganisation(organisation=organisation),
        SetLimits(limits=msgspec.structs.replace(Limits(), block_transactions_max=chance.choice([0, 100, 5000]))),
        SetWorkdays(workdays=Workdays(holidays=[f"2027-0{chance.randint(1, 9)}-30"], worked=[])),
        SetVersion(
            from_height=world.height + chance.choice([0, 10_000, 20_000]), module="evidence", version=chance.randint(1, 9)
        ),
        TakeDown(basis="bb" * 32, reason="order", transaction=f"{chance.randrange(5):064x}"),
        SetSealers(alive=[world.alive("org1.seal")], sealers=[seat]),
    ]
    if chance.random() < 0.02:
        actions = [ReleaseOrganisation(organisation=organisation)]
    chosen = chance.sample(actions, chance.choice([1, 1, 2]) if len(actions) > 1 else 1)
    return Propose(actions=[msgspec.to_builtins(each) for each in chosen]), [signer]


def audit_govern(world: TestWorld) -> None:
    """Whatever passed had its votes; the chain keeps sealers, voters and workable limits."""
    assert world.find_item(SEALERS).sealers
    active = world.find_item(MEMBERS).active
    statuses = everything(world, ORGANISATIONS)
    assert sorted(active) == sorted(name for (name,), each in statuses.items() if each.status == "active") != []
    for proposal in everything(world, PROPOSALS).values():
        yes = list(proposal.votes.values()).count("yes")
        assert yes >= 1 or proposal.status != "passed"
        assert (proposal.decided is None) == (proposal.status == "open")
        if proposal.status == "rejected":
            assert "no" in proposal.votes.values()
    limits = world.world.governing.rules(world.state, world.height + 1).limits
    assert limits.block_transactions_max > 0


def act_on_evidence(chance: random.Random, world: TestWorld) -> tuple[Message, list[str]]:
    content = f"{chance.randrange(30):064x}"
    organisation = chance.choice(ORGS)
    signers = [f"{organisation}.{chance.choice(['admin', 'clerk'])}"]
    match chance.randrange(5):
        case 0 | 1:
            return Deposit(digest=content), signers
        case 2:
            return DepositBatch(count=chance.randint(1, 9), root=content), signers
        case 3:
            return Witness(deposit=content, kind="examined", party=chance.choice(ORGS)), signers
        case _:
            return Withdraw(deposit=content, party=organisation, reason="order"), signers


def audit_evidence(seen: dict[tuple[str, ...], Any]) -> Auditor:
    """Nothing that was deposited is ever missing or other than it was, except that a withdrawal is added once."""

    def audit(world: TestWorld) -> None:
        now = everything(world, DEPOSITS)
        for key, before in seen.items():
            assert msgspec.structs.replace(now[key], withdrawn=before.withdrawn) == before
            assert before.withdrawn is None or now[key].withdrawn == before.withdrawn
        for deposit, party, organisation, _ in everything(world, WITNESSES):
            assert organisation != party
            assert (deposit, party) in now
        seen.update(now)

    return audit


@pytest.mark.parametrize("seed", SEEDS)
def test_identity__simulated(seed: int) -> None:
    simulate(seed, act_on_identity, audit_identity)


@pytest.mark.parametrize("seed", SEEDS)
def test_govern__simulated(seed: int) -> None:
    simulate(seed, act_on_govern, audit_govern)


@pytest.mark.parametrize("seed", SEEDS)
def test_evidence__simulated(seed: int) -> None:
    world = simulate(seed, act_on_evidence, audit_evidence({}))
    assert len(everything(world, DEPOSITS)) > 10
