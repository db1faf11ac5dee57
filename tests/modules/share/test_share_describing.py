"""Descriptors: what says in words what other content is, and goes when that goes."""

import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.share.scene import C1, C2, PERSON, blob, private, register, scene
from tests.world import DAY, TestWorld
from zhulian.modules.share.messages import Erase, Register, Restrict, Rewrap, Withdraw
from zhulian.modules.share.state import CONTENTS, DESCRIPTORS, READERS

D1, D2, PLAIN = "d1" * 32, "d2" * 32, "aa" * 32


@pytest.fixture
def world() -> TestWorld:
    return scene()


def describe(content: str = D1, number: int = 50, **more: object) -> Register:
    """A descriptor of C1 that org1 and org2 may read."""
    readers = [private("org1", 10 * number), private("org2", 10 * number + 1)]
    return register(content, number, **{"describes": C1, "guard": None, "readers": readers, **more})


def test_register__walks_the_refusals_of_descriptors(world: TestWorld) -> None:
    applied(world, [register(), describe()], "org1.clerk")
    applied(world, register(C2, 2), "org1.clerk")
    applied(world, Restrict(content=C2), "org1.clerk")
    applied(world, [register(blob(77), 3), Erase(basis="request", content=blob(77))], "org1.clerk")
    walk(
        world,
        ("share/13", register(D2, 60, describes=PLAIN), "org1.clerk"),
        ("share/13", describe(D2, 60, describes=D2), "org1.clerk"),
        ("share/13", describe(D2, 60, describes=PLAIN, proposed=True), "org1.clerk"),
        ("share/42", describe(D2, 60), "org1.clerk"),
        ("share/12", describe(D2, 60, describes=blob(77)), "org1.clerk"),
        ("share/39", describe(D2, 60, describes=C2), "org1.clerk"),
    )


def test_register__notes_what_describes_a_deposit_that_is_in_no_vault(world: TestWorld) -> None:
    result = applied(world, describe(describes=PLAIN), "org1.clerk")
    assert [each.describes for each in result.events] == [PLAIN]
    assert world.find(DESCRIPTORS, PLAIN, "org1").content == D1
    other = describe(D2, 60, describes=PLAIN, party=PERSON, readers=[private("org3", 600)])
    applied(world, other, "org2.counter")  # of the same commitment, each owner has its own
    assert (world.find(DESCRIPTORS, PLAIN, PERSON).content, world.find(DESCRIPTORS, PLAIN, "org1").content) == (D2, D1)


def test_erase__takes_the_descriptor_along_and_makes_room_for_another(world: TestWorld) -> None:
    applied(world, [register(), describe()], "org1.clerk")
    result = applied(world, Erase(basis="order", content=C1), "org1.clerk")
    assert [(each.content, each.blob) for each in result.events] == [(C1, blob(1)), (D1, blob(50))]
    assert world.find(CONTENTS, D1, "org1").erased == world.find(CONTENTS, C1, "org1").erased
    applied(world, describe(D2, 60, describes=PLAIN), "org1.clerk")
    applied(world, Erase(basis="request", content=D2), "org1.clerk")
    applied(world, describe(blob(9), 70, describes=PLAIN), "org1.clerk")
    assert world.find(DESCRIPTORS, PLAIN, "org1").content == blob(9)


def test_erase__waits_for_what_the_descriptor_has_to_be_kept(world: TestWorld) -> None:
    applied(world, [register(), describe(keep_until=world.time + DAY)], "org1.clerk")
    refused(world, "share/29", Erase(basis="request", content=C1), "org1.clerk")
    world.time += 2 * DAY
    assert events(applied(world, Erase(basis="request", content=C1), "org1.clerk")) == ["share.erased", "share.erased"]


def test_restrict__and_withdraw__reach_the_descriptor(world: TestWorld) -> None:
    applied(world, [register(), describe()], "org1.clerk")
    applied(world, Withdraw(scope=C1, to="org2"), "org1.clerk")
    assert world.find(READERS, D1, "org1", "org2").ended is not None
    assert world.find(READERS, D1, "org1", "org1").ended is None
    applied(world, Rewrap(content=D1, readers=[private("org3", 99)]), "org1.clerk")
    assert events(applied(world, Restrict(content=C1), "org1.clerk")) == ["share.restricted", "share.restricted"]
    refused(world, "share/39", Rewrap(content=D1, readers=[private("org5", 98)]), "org1.clerk")
