"""Content that is registered with a proposal: its proposer's until the action is done, then of the owner whom the definition names."""

import pytest

from tests.modules.lent import Stage
from tests.modules.refusals import applied, refused
from tests.modules.share.scene import C1, C2, PERSON, blob, declare, guard, private, register, sharing_genesis
from tests.world import TestWorld, make_world
from zhulian.errors import Refusal
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.identity.messages import OpenHandle
from zhulian.modules.share.events import Registered, TakenOver
from zhulian.modules.share.messages import Erase, Grant, Open, Reading, Register, Restrict, Rewrap, Serve
from zhulian.modules.share.state import BLOBS, CONTENTS, PROPOSED, READERS, SHARES, TERMS

BOTH = Caller("ward", "agree", ("org1", "org5"))
"""Who signs the action in the end; org1 has proposed it."""


@pytest.fixture
def stage() -> Stage:
    """A chain on which org1 is the vault's, org2, org3 and org5 keep shares; a person is in custody of org2."""
    made = Stage()
    made.world = make_world(genesis=sharing_genesis())
    applied(made.world, OpenHandle(handle=PERSON, instance="ward"), "org2.counter")
    return made


def proposed(**more: object) -> Register:
    """What goes with the proposal: guarded content of org1 without readers."""
    return register(**{"readers": [], "proposed": True, **more})  # type: ignore[arg-type]


def private_one(*readers: str) -> Register:
    """The same for private content, with these readers."""
    return proposed(guard=None, readers=[private(each, 11 + at) for at, each in enumerate(sorted(readers))])


def owners(world: TestWorld, name: str = C1) -> list[str]:
    """Whose the content is."""
    return [each for each in ("org1", "org2", "org5", PERSON) if world.find(CONTENTS, name, each) is not None]


def code_of(stage: Stage, **more: object) -> str:
    """The refusal of the action whose record holds the content."""
    with pytest.raises(Refusal) as no:
        declare(stage, caller=BOTH, **more)  # type: ignore[arg-type]
    return str(no.value.code)


def test_guarded__goes_over_whole_and_its_owner_rules_over_it(stage: Stage) -> None:
    world = stage.world
    (said,) = applied(world, proposed(), "org1.clerk").events
    assert isinstance(said, Registered)
    assert (said.owner, said.proposed) == ("org1", True)
    assert owners(world) == ["org1"]
    refused(world, "share/11", Erase(basis="request", content=C1), "org5.clerk")

    (event,) = declare(stage, caller=BOTH, steps=100, keep_s=3600, emergency=True)
    assert event == TakenOver(content=C1, owner="org5", via="org1")
    assert owners(world) == ["org5"]
    found, terms = world.find(CONTENTS, C1, "org5"), world.find(TERMS, C1)
    assert (found.scope, found.keep_until, found.emergency, found.via) == (terms.scope, terms.keep_until, True, "org1")
    assert (found.blob, found.threshold, found.signers) == (blob(1), 2, ("org1.clerk",))
    assert world.find(PROPOSED, C1) is None
    for keeper in found.keepers:
        assert world.find(SHARES, C1, "org1", keeper) is None
        share = world.find(SHARES, C1, "org5", keeper)
        assert world.find(BLOBS, share.envelope).owner == "org5"
    assert world.find(BLOBS, blob(1)).owner == "org5"

    refused(world, "share/11", Grant(scope=C1, to="org2"), "org1.clerk")
    applied(world, Grant(scope=C1, to="org2"), "org5.clerk")
    opening = applied(world, Open(content=C1, owner="org5", purpose="care"), "org2.clerk").transaction
    applied(world, Serve(envelope=blob(500), opening=opening), "org3.keeper")
    refused(world, "share/29", Erase(basis="request", content=C1), "org5.clerk")
    world.time += 4000
    applied(world, Restrict(content=C1), "org5.clerk")
    refused(world, "share/11", Erase(basis="request", content=C1), "org1.clerk")
    applied(world, Erase(basis="request", content=C1), "org5.clerk")
    refused(world, "share/1", register(readers=[]), "org1.clerk")


def test_private__goes_over_with_the_readers_who_were_named(stage: Stage) -> None:
    world = stage.world
    applied(world, private_one("org1", "org2", "org5"), "org1.clerk")
    applied(world, Rewrap(content=C1, readers=[private("org2", 40), private("org3", 41)]), "org1.clerk")
    declare(stage, caller=BOTH, steps=120, threshold=0)
    assert owners(world) == ["org5"]
    assert world.find(READERS, C1, "org5", "org5").envelope == blob(13)
    assert world.find(READERS, C1, "org5", "org2").envelope == blob(40)  # the one that it was handed last
    assert world.find(BLOBS, blob(40)).owner == "org5"
    assert world.find(READERS, C1, "org5", "org3") is None  # named later, by who was its owner then
    assert world.find(READERS, C1, "org1", "org1") is None
    refused(world, "share/11", Rewrap(content=C1, readers=[private("org3", 50)]), "org1.clerk")
    applied(world, Rewrap(content=C1, readers=[private("org3", 50)]), "org5.clerk")


def test_what_the_proposer_granted_meanwhile__ends_with_the_action(stage: Stage) -> None:
    world = stage.world
    applied(world, proposed(), "org1.clerk")
    applied(world, Grant(scope=C1, to="org2"), "org1.clerk")
    opening = applied(world, Open(content=C1, owner="org1", purpose="a look"), "org2.clerk").transaction
    declare(stage, caller=BOTH, steps=100)
    refused(world, "share/27", Serve(envelope=blob(500), opening=opening), "org3.keeper")
    refused(world, "share/14", Open(content=C1, owner="org5", purpose="a look"), "org2.clerk")
    refused(world, "share/11", Open(content=C1, owner="org1", purpose="a look"), "org2.clerk")


def test_owner__who_proposes_keeps_it_under_the_terms(stage: Stage) -> None:
    world = stage.world
    applied(world, private_one("org1", "org2"), "org1.clerk")
    (event,) = declare(stage, caller=BOTH, steps=60, owner="org1", threshold=0, keep_s=60)
    assert event == TakenOver(content=C1, owner="org1")
    found = world.find(CONTENTS, C1, "org1")
    assert (found.scope, found.keep_until) == (world.find(TERMS, C1).scope, world.find(TERMS, C1).keep_until)
    assert world.find(READERS, C1, "org1", "org2").envelope == blob(12)


def test_person__gets_what_its_agent_proposed(stage: Stage) -> None:
    applied(stage.world, proposed(party="org2", guard=guard("org3", "org5")), "org2.counter")
    declare(stage, caller=Caller("ward", "agree", ("org2", PERSON)), steps=80, owner=PERSON)
    assert stage.world.find(CONTENTS, C1, PERSON).via == "org2"


def test_proposal__whose_action_is_done_at_once_is_registered_for_its_owner(stage: Stage) -> None:
    declare(stage, caller=BOTH)
    (said,) = applied(stage.world, proposed(), "org1.clerk").events
    assert isinstance(said, Registered)
    assert (said.owner, said.proposed, said.via) == ("org5", False, "org1")
    assert stage.world.find(PROPOSED, C1) is None


def test_proposer__erases_what_came_to_nothing_or_registers_anew(stage: Stage) -> None:
    world = stage.world
    applied(world, proposed(), "org1.clerk")
    applied(world, Erase(basis="request", content=C1), "org1.clerk")
    assert declare(stage, caller=BOTH, steps=25) == []
    assert owners(world) == ["org1"]
    applied(world, register(C1, 2, readers=[]), "org1.clerk")  # once it is done it goes to the owner, as after any action
    assert owners(world) == ["org1", "org5"]


@pytest.mark.parametrize("signs", ["org2.clerk", "org5.clerk"])
def test_content__of_one_who_does_not_sign_or_of_the_owner_itself_stays(stage: Stage, signs: str) -> None:
    world = stage.world
    party = signs.partition(".")[0]
    applied(world, register(readers=[]), signs)  # not with a proposal
    assert declare(stage, caller=BOTH) == []
    assert owners(world) == [party]
    applied(world, register(C2, 2, readers=[], proposed=True), signs)
    caller = BOTH if signs == "org2.clerk" else Caller("ward", "agree", ("org1", "org4"))
    assert declare(stage, C2, caller=caller, steps=25) == []
    assert owners(world, C2) == [party]


def test_commitment__that_a_proposal_shows_is_not_taken_for_another_record(stage: Stage) -> None:
    world = stage.world
    applied(world, proposed(scope="ward/visit/V1"), "org1.clerk")
    taker = Caller("other", "write", ("org2",))
    with pytest.raises(Refusal) as no:
        declare(stage, caller=taker, record=RecordName("other", "visit", ("V1",)), owner="org2", threshold=2)
    assert (no.value.code, "ward/visit/V1" in no.value.say("en")) == ("share/38", True)
    assert world.find(TERMS, C1) is None
    assert declare(stage, caller=BOTH, steps=100) == [TakenOver(content=C1, owner="org5", via="org1")]

    applied(world, proposed(content=C2, number=2, scope="ward/visit/V2"), "org1.clerk")
    applied(world, Erase(basis="request", content=C2), "org1.clerk")  # nothing came of it
    assert declare(stage, C2, caller=taker, record=RecordName("other", "visit", ("V2",)), owner="org2", steps=25) == []


def test_owner__who_has_registered_it_keeps_what_it_has(stage: Stage) -> None:
    world = stage.world
    applied(world, register(C1, 2, readers=[]), "org5.clerk")
    applied(world, proposed(), "org1.clerk")
    assert declare(stage, caller=BOTH, steps=25) == []
    assert world.find(CONTENTS, C1, "org5").blob == blob(2)


def test_proposed__walks_its_refusals(stage: Stage) -> None:
    world = stage.world
    refused(world, "share/4", proposed(readers=[Reading(reader="org2")]), "org1.clerk")
    applied(world, proposed(), "org1.clerk")
    refused(world, "share/1", proposed(), "org1.clerk")
    refused(world, "share/38", register(C1, 2, readers=[], proposed=True), "org5.clerk")
    assert code_of(stage, threshold=0) == "share/13"
    assert code_of(stage, threshold=3) == "share/7"
    assert owners(world) == ["org1"]
    assert world.find(TERMS, C1) is None


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_take_over__costs_at_most_20_steps_for_each_reader_or_keeper(stage: Stage, count: int) -> None:
    """Of 64 readers or 32 keepers at most that is a fifteenth of what a transaction may take."""
    readers = ["org1", "org2", "org3", "org5"][:count]
    applied(stage.world, private_one(*readers), "org1.clerk")
    declare(stage, caller=BOTH, steps=60 + count * 20, threshold=0)
    keepers = ["org2", "org3", "org5"][: max(2, count - 1)]
    applied(stage.world, proposed(content=C2, blob=blob(2), guard=guard(*keepers)), "org1.clerk")
    declare(stage, C2, RecordName("ward", "visit", ("V2",)), caller=BOTH, steps=60 + len(keepers) * 20)
