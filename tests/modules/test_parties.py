"""For whom a transaction acts, and the bounds that no short story reaches."""

import pytest

from tests.modules.refusals import applied, inner_code
from tests.world import TestWorld, ca_of, make_world
from zhulian.ledger.genesis import Title
from zhulian.ledger.limits import HARD
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules import OtherKeys
from zhulian.modules.identity.errors import AgentIsCounterparty
from zhulian.modules.identity.messages import AdmitOrganisation, FirstAdmin, OpenHandle
from zhulian.modules.identity.module import IdentityModule
from zhulian.modules.identity.state import MEMBERS, Members

HANDLE = "~" + "1" * 32


def context(world: TestWorld, *signers: str) -> Context:
    rules = world.world.governing.rules(world.state, world.height + 1)
    block = Block(
        height=world.height + 1, time_ms=world.time * 1000, rules=rules, genesis=world.world.genesis, hasher=world.world.hasher
    )
    acting = tuple(world.world.authority.judge(world.state, each, world.fingerprint(each), world.time) for each in signers)
    return Context(block, "00" * 32, acting, TransactionOverlay(BlockOverlay(world.state), 1000))


def test_acting_for__an_agent_never_counts_against_itself() -> None:
    world = make_world(2)
    applied(world, OpenHandle(handle=HANDLE, instance="court"), "org1.counter")
    parties = IdentityModule(OtherKeys(())).parties
    assert parties.acting_for(context(world, "org1.counter"), HANDLE, ("org2",)) == (HANDLE, "org1")
    with pytest.raises(AgentIsCounterparty):
        parties.acting_for(context(world, "org1.counter"), HANDLE, ("org2", "org1"))


def test_acting_for__an_organisation_signs_for_itself() -> None:
    world = make_world(2)
    parties = IdentityModule(OtherKeys(())).parties
    assert parties.acting_for(context(world, "org1.clerk"), None, ("org1",)) == ("org1", None)
    assert parties.acting_for(context(world, "org1.clerk", "org2.clerk"), "org2") == ("org2", None)


def test_admit_organisation__stops_at_the_most() -> None:
    world = make_world(1)
    crowd = Members(active=tuple(f"org{number:03d}" for number in range(HARD.organisations_max)))
    overlay = BlockOverlay(world.state)
    MEMBERS.set(overlay, crowd)
    world.state.apply(overlay.writes)
    message = AdmitOrganisation(
        admin=FirstAdmin(possession="00" * 64, signer="org9.admin"),
        certificates=[ca_of("gm", "org9").certificate.der.hex()],
        organisation="org9",
        title=Title(en="Newcomer", zh="新机构"),
    )
    assert inner_code(world, message) == "identity/35"
