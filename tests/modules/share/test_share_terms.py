"""What definitions say of the content of their fields, once a record holds its commitment: who may register, open, erase it."""

from typing import Any

import pytest

from tests.modules.lent import Stage
from tests.modules.refusals import applied, refused
from tests.modules.share.scene import C1, RECORD, WRITER, blob, declare, guard, private, register, sharing_genesis
from tests.world import TestWorld, make_world
from zhulian.errors import Refusal
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.share.messages import Erase, Grant, Open, Reading, Restrict, Rewrap
from zhulian.modules.share.state import CONTENTS, OPENINGS, READERS, TERMS

HOLDER = Caller("ward", "allow", ("org5",))


@pytest.fixture
def stage() -> Stage:
    """A chain whose regulator is org3."""
    made = Stage()
    made.world = make_world(genesis=sharing_genesis())
    return made


def world(stage: Stage) -> TestWorld:
    return stage.world


def code(stage: Stage, verb: str, caller: Caller, **arguments: Any) -> str:
    return stage.refusal(verb, caller, arguments)


def test_terms__let_the_depositor_register_for_the_owner_as_the_definition_says(stage: Stage) -> None:
    declare(stage, keep_s=3600, emergency=True)
    refused(world(stage), "share/13", register(guard=None, readers=[private("org2", 11)]), "org1.clerk")
    refused(world(stage), "share/4", register(readers=[Reading(reader="org2")]), "org1.clerk")
    applied(world(stage), register(readers=[]), "org1.clerk")
    found = stage.world.find(CONTENTS, C1, "org5")
    assert (found.via, found.scope, found.emergency) == ("org1", RECORD.text, True)
    assert found.keep_until == stage.world.find(TERMS, C1).keep_until
    assert stage.world.find(CONTENTS, C1, "org1") is None


def test_terms__ask_for_the_threshold_that_the_definition_names(stage: Stage) -> None:
    declare(stage, threshold=3)
    refused(world(stage), "share/7", register(readers=[]), "org1.clerk")
    applied(world(stage), register(readers=[], guard=guard("org2", "org3", "org5", threshold=3)), "org1.clerk")


def test_terms__of_another_are_none_of_a_strangers_business(stage: Stage) -> None:
    declare(stage)
    applied(world(stage), register(readers=[]), "org2.clerk")  # content of its own that happens to be called alike
    assert stage.world.find(CONTENTS, C1, "org2") is not None
    assert stage.world.find(CONTENTS, C1, "org5") is None


def test_declare__holds_one_commitment_to_one_field(stage: Stage) -> None:
    declare(stage)
    declare(stage)
    with pytest.raises(Refusal) as no:
        declare(stage, record=RecordName("ward", "visit", ("V2",)))
    assert no.value.code == "share/38"


def test_opening__is_logged_before_content_is_in_any_vault(stage: Stage) -> None:
    declare(stage)
    arguments = {"file": C1, "of": RECORD, "owner": "org5", "reader": "org4", "purpose": "care"}
    org4 = Caller("ward", "read", ("org4",))
    assert code(stage, "open", org4, **arguments) == "share/14"
    stage.do("grant", HOLDER, {"of": RECORD, "owner": "org5", "to": "org4"})
    (event,) = stage.do("open", org4, arguments)
    assert (event.owner, event.reader) == ("org5", "org4")
    assert stage.world.find(OPENINGS, "ab" * 32).key is None


def test_owner__reads_its_own_without_a_grant(stage: Stage) -> None:
    declare(stage)
    assert code(stage, "open", HOLDER, file=C1, of=RECORD, owner="org5", reader="org5", purpose="own") == "done"


def test_restrict__keeps_content_from_everybody_but_the_regulator(stage: Stage) -> None:
    declare(stage, keep_s=3600)
    applied(world(stage), register(readers=[]), "org1.clerk")
    stage.do("grant", HOLDER, {"of": RECORD, "owner": "org5", "to": "org2"})
    arguments = {"file": C1, "owner": "org5"}
    assert code(stage, "restrict", WRITER, **arguments) == "share/35"
    assert code(stage, "erase", HOLDER, **arguments) == "share/29"
    stage.do("restrict", HOLDER, arguments)
    assert code(stage, "restrict", HOLDER, **arguments) == "share/39"
    opening = {"of": RECORD, "reader": "org2", "purpose": "care", **arguments}
    assert code(stage, "open", Caller("ward", "read", ("org2",)), **opening) == "share/39"
    applied(world(stage), Grant(scope=C1, to="org2"), "org5.clerk")
    refused(world(stage), "share/39", Open(content=C1, owner="org5", purpose="care"), "org2.clerk")
    by_mandate = Open(basis=blob(77), content=C1, owner="org5", purpose="order")
    applied(world(stage), by_mandate, ["org3.clerk", "org3.second"])
    assert stage.world.find(READERS, C1, "org5", "org3").height > stage.world.find(TERMS, C1).restricted.height
    stage.world.time += 4000
    applied(world(stage), Erase(basis="retention_over", content=C1), "org5.clerk")
    assert code(stage, "restrict", HOLDER, **arguments) == "share/30"


def test_restrict__of_content_that_no_definition_names(stage: Stage) -> None:
    asked = Restrict(content=C1, text=blob(78))
    refused(world(stage), "share/11", asked, "org1.clerk")
    applied(world(stage), register(readers=[]), "org1.clerk")
    applied(world(stage), Grant(scope=C1, to="org2"), "org1.clerk")
    refused(world(stage), "share/11", asked, "org2.clerk")
    done = applied(world(stage), asked, "org1.clerk")
    assert [each.__struct_config__.tag for each in done.events] == ["share.restricted"]
    assert stage.world.find(CONTENTS, C1, "org1").restricted.text == blob(78)
    refused(world(stage), "share/39", asked, "org1.clerk")
    refused(world(stage), "share/39", Open(content=C1, owner="org1", purpose="care"), "org2.clerk")
    applied(world(stage), Erase(basis="retention_over", content=C1), "org1.clerk")
    refused(world(stage), "share/30", asked, "org1.clerk")


def test_restrict__before_content_came_to_a_vault_holds_for_it_too(stage: Stage) -> None:
    declare(stage)
    applied(world(stage), Restrict(content=C1), "org5.clerk")
    applied(world(stage), register(readers=[]), "org1.clerk")
    assert stage.world.find(CONTENTS, C1, "org5").restricted is not None


def test_restrict__hands_no_key_of_private_content_on(stage: Stage) -> None:
    declare(stage, owner="org1", threshold=0)
    applied(world(stage), register(guard=None, readers=[private("org1", 11)]), "org1.clerk")
    stage.do("restrict", WRITER, {"file": C1, "owner": "org1"})
    refused(world(stage), "share/39", Rewrap(content=C1, readers=[private("org2", 12)]), "org1.clerk")


def test_regulator_no__holds_against_the_mandate(stage: Stage) -> None:
    declare(stage, regulator=False)
    applied(world(stage), register(readers=[]), "org1.clerk")
    by_mandate = Open(basis=blob(77), content=C1, owner="org5", purpose="order")
    refused(world(stage), "share/40", by_mandate, ["org3.clerk", "org3.second"])


def test_erase__before_content_came_to_a_vault_keeps_it_out(stage: Stage) -> None:
    declare(stage)
    stage.do("erase", HOLDER, {"file": C1, "owner": "org5"})
    refused(world(stage), "share/12", register(readers=[]), "org1.clerk")
    assert code(stage, "open", HOLDER, file=C1, of=RECORD, owner="org5", reader="org5", purpose="own") == "share/12"


def test_review__is_due_only_after_an_emergency(stage: Stage) -> None:
    declare(stage, emergency=True)
    arguments = {"owner": "org5", "reader": "org2", "justified": True}
    assert stage.ask("review_due", HOLDER, "org5", "org2") is False
    assert code(stage, "review", WRITER, **arguments) == "share/35"
    assert code(stage, "review", HOLDER, **arguments) == "share/41"
