"""That a case is gathered is said to all members: by whom, about what, under which document, until when."""

import msgspec
import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.scenario.opening.ground import make_ground
from tests.world import DAY, make_genesis, make_world
from zhulian.ledger.genesis import Mandate
from zhulian.modules.mandate.handlers import DAYS_MAX
from zhulian.modules.mandate.messages import Inspect
from zhulian.modules.mandate.state import INSPECTIONS

PAPER = "ab" * 32
BOTH = ["org3.admin", "org3.clerk"]


def test_inspect__refuses_in_this_order() -> None:
    world = make_ground()
    late, soon = world.time + (DAYS_MAX + 1) * DAY, world.time + DAY
    walk(
        world,
        ("mandate/2", Inspect(document=PAPER, scope="org2", until=late), "org3.admin"),
        ("mandate/2", Inspect(document=PAPER, scope="org2", until=late), ["org1.admin", *BOTH]),
        ("mandate/7", Inspect(document=PAPER, scope="org2", until=late), BOTH),
        ("mandate/7", Inspect(document=PAPER, scope="org2", until=world.time - 1), BOTH),
    )
    done = applied(world, Inspect(document=PAPER, scope="org2", until=soon), BOTH)
    assert events(done) == ["mandate.inspected"]
    kept = world.find(INSPECTIONS, done.transaction)
    assert (kept.document, kept.officers, kept.scope, kept.until) == (PAPER, tuple(BOTH), "org2", soon)


def test_inspect__needs_the_power_to_open() -> None:
    genesis = make_genesis(2)
    modules = {**genesis.modules, "mandate": 1}
    for regulator in (None, Mandate(document="", organisation="org1", powers=["freeze"])):
        world = make_world(genesis=msgspec.structs.replace(genesis, modules=modules, regulator=regulator))
        message = Inspect(document=PAPER, scope="org2", until=world.time + DAY)
        refused(world, "mandate/6", message, ["org1.admin", "org1.clerk"])


@pytest.mark.parametrize("scope", ["org2", "~" + "ab" * 16, "@loans", "loans/loan/A-1", "loans/loan", "loans.coin"])
def test_inspect__takes_every_kind_of_scope(scope: str) -> None:
    world = make_ground()
    applied(world, Inspect(document=PAPER, scope=scope, until=world.time + DAY), BOTH)


@pytest.mark.parametrize("scope", ["", "Org2", "@", "loans.", "a.b.c", "loans/loan/a b", "../x"])
def test_inspect__takes_no_other(scope: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "mandate.inspect", "document": PAPER, "scope": scope, "until": 1}, Inspect)
