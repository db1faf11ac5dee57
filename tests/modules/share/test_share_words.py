"""What definitions order and ask of the share module."""

from typing import Any

import pytest

from tests.modules.lent import Stage
from tests.modules.refusals import applied
from tests.modules.share.scene import C1, C2, private, register, sharing_genesis
from tests.world import make_world
from zhulian.errors import Refusal
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.share.messages import Rewrap
from zhulian.modules.share.state import CONTENTS, GRANTS, OPENINGS

RECORD = RecordName("ward", "visit", ("V1",))
ORG1, ORG2 = Caller("ward", "act", ("org1",)), Caller("ward", "act", ("org2",))


@pytest.fixture
def stage() -> Stage:
    """Guarded content of org1 for the record, and private content."""
    made = Stage()
    made.world = make_world(genesis=sharing_genesis())
    applied(made.world, register(scope=RECORD.text, readers=[]), "org1.clerk")
    applied(made.world, register(C2, 2, guard=None, readers=[private("org1", 11)]), "org1.clerk")
    return made


def grant(stage: Stage, **more: Any) -> list[Any]:
    return stage.do("grant", ORG1, {"of": RECORD, "owner": "org1", "to": "org2", **more})


def may(stage: Stage, purpose: str = "care") -> Any:
    return stage.ask("consented", ORG2, "org1", RECORD, "org2", purpose)


def opened(stage: Stage, caller: Caller = ORG2, file: str = C1, purpose: str = "care") -> list[Any]:
    arguments = {"file": file, "of": RECORD, "owner": "org1", "reader": "org2", "purpose": purpose}
    return stage.do("open", caller, arguments)


def code(call: Any, *arguments: Any, **more: Any) -> str:
    """The number of the refusal."""
    with pytest.raises(Refusal) as no:
        call(*arguments, **more)
    return no.value.code


def test_grant__lets_open_for_its_purpose_until_it_is_used_up_or_withdrawn(stage: Stage) -> None:
    assert not may(stage)
    assert code(opened, stage) == "share/14"
    grant(stage, purpose="care", uses=2)
    assert may(stage)
    assert not may(stage, "gossip")
    assert code(opened, stage, purpose="gossip") == "share/18"
    (event,) = opened(stage)
    assert (event.reader, event.owner, event.content) == ("org2", "org1", C1)
    assert stage.ask("opened", ORG2, "org1", RECORD, "org2") == 1
    assert stage.world.find(OPENINGS, "ab" * 32).purpose == "care"
    stage.do("withdraw", ORG1, {"of": RECORD, "owner": "org1", "to": "org2"})
    assert not may(stage)
    assert code(stage.do, "withdraw", ORG1, {"of": RECORD, "owner": "org1", "to": "org2"}) == "share/33"


def test_grant__ends_by_itself(stage: Stage) -> None:
    grant(stage, until=stage.world.time + 10)
    assert may(stage)
    stage.world.time += 20
    assert not may(stage)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("grant", {"of": RECORD, "owner": "org1", "to": "org3"}),
        ("withdraw", {"of": RECORD, "owner": "org1", "to": "org3"}),
        ("open", {"file": C1, "of": RECORD, "owner": "org1", "reader": "org1", "purpose": "x"}),
        ("rewrap", {"file": C1, "owner": "org1", "to": "org3"}),
        ("erase", {"file": C1, "owner": "org1"}),
    ],
)
def test_verbs__act_for_those_who_sign_alone(stage: Stage, verb: str, arguments: dict[str, Any]) -> None:
    assert code(stage.do, verb, ORG2, arguments) == "share/35"


def test_grant__is_for_another_party_that_is_there(stage: Stage) -> None:
    assert code(grant, stage, to="org1") == "share/34"
    assert code(grant, stage, to="nobody") == "share/3"
    assert stage.world.find(GRANTS, "org1", RECORD.text, "org2") is None


def test_rewrap__holds_that_the_key_was_handed_over(stage: Stage) -> None:
    arguments = {"file": C2, "owner": "org1", "to": "org3"}
    assert code(stage.do, "rewrap", ORG1, arguments) == "share/37"
    applied(stage.world, Rewrap(content=C2, readers=[private("org3", 12)]), "org1.clerk")
    stage.do("rewrap", ORG1, arguments)
    assert code(opened, stage, file=C2) == "share/13"


def test_erase__is_for_good_and_not_before_keep(stage: Stage) -> None:
    applied(stage.world, register("c3" * 32, 3, keep_until=stage.world.time + 100), "org1.clerk")
    assert code(stage.do, "erase", ORG1, {"file": "c3" * 32, "owner": "org1"}) == "share/29"
    stage.do("erase", ORG1, {"file": C1, "owner": "org1"})
    assert stage.world.find(CONTENTS, C1, "org1").erased.reason == "request"
    assert code(stage.do, "erase", ORG1, {"file": C1, "owner": "org1"}) == "share/30"
    assert code(stage.do, "erase", ORG1, {"file": "ff" * 32, "owner": "org1"}) == "share/11"
