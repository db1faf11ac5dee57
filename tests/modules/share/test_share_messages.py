"""One test for each message of the share module; each walks the refusals in their order."""

import msgspec
import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.modules.share.scene import C1, C2, PERSON, blob, guard, private, register, scene
from tests.world import DAY, TestWorld
from zhulian.ledger.genesis import Title
from zhulian.modules.share.messages import (
    BreakGlass,
    Decline,
    Erase,
    Grant,
    Guard,
    KeeperShare,
    Offer,
    Open,
    Reading,
    Request,
    Review,
    Rewrap,
    Serve,
    Withdraw,
)
from zhulian.modules.share.state import BLOBS, CATALOGUE, CONTENTS, GRANTS, OPENINGS, READERS, REQUESTS, REVIEWS, SHARES

TITLE = Title(en="Births", zh="出生登记")
NOBODY = "~" + "9" * 32


@pytest.fixture
def world() -> TestWorld:
    return scene()


def test_register__walks_its_refusals(world: TestWorld) -> None:
    applied(world, register(C2, 7), "org1.clerk")
    three = ("org2", "org3", "org5")
    first = guard(*three, first=3000).shares
    walk(
        world,
        ("identity/32", register(party="org2"), "org1.clerk"),
        ("share/1", register(C2), "org1.clerk"),
        ("share/3", register(vault="nowhere"), "org1.clerk"),
        ("share/4", register(readers=[private("org2", 20)]), "org1.clerk"),
        ("share/4", register(guard=None, readers=[Reading(reader="org2")]), "org1.clerk"),
        ("share/4", register(readers=[Reading(reader="org3"), Reading(reader="org2")]), "org1.clerk"),
        ("share/3", register(readers=[Reading(reader="nowhere")]), "org1.clerk"),
        ("share/3", register(readers=[Reading(reader=NOBODY)]), "org1.clerk"),
        ("share/5", register(readers=[Reading(reader="org4")]), "org1.clerk"),
        ("share/6", register(guard=None, readers=[private("org2", 20, key="ee" * 32)]), "org1.clerk"),
        ("share/7", register(guard=guard("org2", "org3", threshold=3)), "org1.clerk"),
        ("share/8", register(guard=Guard(shares=[first[0], _named(first[1], "org3.clerk")], threshold=2)), "org1.clerk"),
        ("share/9", register(guard=guard("org3", "org2")), "org1.clerk"),
        ("share/9", register(guard=guard("org2", "org2")), "org1.clerk"),
        ("share/10", register(guard=guard("org1", "org2")), "org1.clerk"),
        ("share/6", register(guard=Guard(shares=[first[0], _keyed(first[1], "ee" * 32)], threshold=2)), "org1.clerk"),
        ("share/2", register(blob=blob(7)), "org1.clerk"),
        ("share/2", register(guard=None, readers=[private("org2", 20), private("org3", 20)]), "org1.clerk"),
    )


def _named(share: KeeperShare, keeper: str) -> KeeperShare:
    return msgspec.structs.replace(share, keeper=keeper)


def _keyed(share: KeeperShare, key: str) -> KeeperShare:
    return msgspec.structs.replace(share, key=key)


def test_register__names_every_object_and_its_readers(world: TestWorld) -> None:
    result = applied(world, register(guard=None, readers=[private("org1", 11), private("org3", 12)]), "org1.clerk")
    assert events(result) == ["share.registered"]
    found = world.find(CONTENTS, C1, "org1")
    assert (found.blob, found.vault, found.keepers, found.threshold, found.signers) == (blob(1), "org1", (), 0, ("org1.clerk",))
    assert world.find(READERS, C1, "org1", "org3").envelope == blob(12)
    assert [world.find(BLOBS, blob(number)).kind for number in (1, 11, 12)] == ["content", "key", "key"]
    applied(world, register(C2, 2), "org1.clerk")
    assert world.find(SHARES, C2, "org1", "org5.keeper").index == 3
    assert world.find(BLOBS, blob(1100)).reader == "org2"
    assert world.find(GRANTS, "org1", C2, "org2").purposes == ()
    applied(world, register(C1, 3, party=PERSON), "org2.counter")
    assert world.find(CONTENTS, C1, PERSON).via == "org2"


def test_rewrap__walks_its_refusals_and_hands_over(world: TestWorld) -> None:
    applied(world, [register(guard=None, readers=[private("org2", 11)]), register(C2, 2)], "org1.clerk")
    walk(
        world,
        ("share/11", Rewrap(content=blob(5), readers=[private("org3", 20)]), "org1.clerk"),
        ("share/11", Rewrap(content=C1, readers=[private("org3", 20)]), "org2.clerk"),
        ("share/13", Rewrap(content=C2, readers=[private("org3", 20)]), "org1.clerk"),
        ("share/4", Rewrap(content=C1, readers=[Reading(reader="org3")]), "org1.clerk"),
        ("share/5", Rewrap(content=C1, readers=[private("org4", 20)]), "org1.clerk"),
        ("share/2", Rewrap(content=C1, readers=[private("org3", 11)]), "org1.clerk"),
    )
    result = applied(world, Rewrap(content=C1, readers=[private("org3", 20)]), "org1.admin")
    assert events(result) == ["share.rewrapped"]
    assert world.find(READERS, C1, "org1", "org3").envelope == blob(20)


def test_grant__walks_its_refusals_and_replaces(world: TestWorld) -> None:
    applied(world, [register(), register(C2, 2, guard=None, readers=[private("org2", 11)])], "org1.clerk")
    walk(
        world,
        ("share/34", Grant(scope=C1, to="org1"), "org1.clerk"),
        ("share/3", Grant(scope=C1, to="nowhere"), "org1.clerk"),
        ("share/13", Grant(scope=C2, to="org3"), "org1.clerk"),
        ("share/11", Grant(scope=blob(5), to="org3"), "org1.clerk"),
        ("share/11", Grant(scope=C1, to="org3"), "org2.clerk"),
    )
    applied(world, Grant(scope=C1, to="org3", purposes=["audit"], uses=1), "org1.clerk")
    applied(world, Grant(scope=C1, to="org3", fields=["name"]), "org1.clerk")
    found = world.find(GRANTS, "org1", C1, "org3")
    assert (found.purposes, found.fields, found.uses, found.used) == ((), ("name",), None, 0)
    applied(world, Erase(basis="order", content=C1), "org1.clerk")
    refused(world, "share/12", Grant(scope=C1, to="org5"), "org1.clerk")


def opening_of(world: TestWorld, message: Open | BreakGlass, signers: str | list[str]) -> str:
    """The number of an opening that is carried out."""
    result = applied(world, message, signers)
    assert events(result)[0] == "share.opened"
    return str(result.transaction)


def test_open__walks_its_refusals(world: TestWorld) -> None:
    applied(world, [register(), register(C2, 2, guard=None, readers=[private("org2", 11)])], "org1.clerk")
    applied(world, Grant(scope=C1, to="org4"), "org1.clerk")
    applied(world, Grant(scope=C1, to="org5", purposes=["audit"], fields=["name"], uses=1, until=world.time + DAY), "org1.clerk")

    def asked(purpose: str = "audit", content: str = C1, **more: object) -> Open:
        return Open(content=content, owner="org1", purpose=purpose, **more)  # type: ignore[arg-type]

    walk(
        world,
        ("identity/33", Open(content=C1, owner="org2", party=PERSON, purpose="x"), "org2.counter"),
        ("share/11", asked(content=blob(5)), "org5.clerk"),
        ("share/13", asked(content=C2), "org2.clerk"),
        ("share/21", asked(basis="dd" * 32), "org3.clerk"),
        ("share/14", asked(), "org3.clerk"),
        ("share/14", asked(basis="dd" * 32), "org1.clerk"),
        ("share/18", asked("gossip"), "org5.clerk"),
        ("share/19", asked(fields=["name", "age"]), "org5.clerk"),
        ("share/5", asked(), "org4.clerk"),
        (
            "share/20",
            [Open(content=C1, owner="org1", purpose="once"), Open(content=C1, owner="org1", purpose="again")],
            "org2.clerk",
        ),
    )


def test_open__counts_uses_and_ends(world: TestWorld) -> None:
    applied(world, register(), "org1.clerk")
    applied(world, Grant(scope=C1, to="org5", purposes=["audit"], uses=1), "org1.clerk")
    ask = Open(content=C1, owner="org1", purpose="audit")
    found = world.find(OPENINGS, opening_of(world, ask, "org5.clerk"))
    assert (found.reader, found.owner, found.kind, found.signers, found.served) == (
        "org5",
        "org1",
        "granted",
        ("org5.clerk",),
        (),
    )
    assert world.find(READERS, C1, "org1", "org5").ended is None
    refused(world, "share/17", ask, "org5.clerk")
    applied(world, Grant(scope=C1, to="org5", until=world.time + 100), "org1.clerk")
    world.time += 200
    refused(world, "share/16", ask, "org5.clerk")
    applied(world, Withdraw(scope=C1, to="org5"), "org1.clerk")
    refused(world, "share/15", ask, "org5.clerk")
    applied(world, Erase(basis="request", content=C1), "org1.clerk")
    refused(world, "share/12", ask, "org2.clerk")


def test_open__by_a_grant_for_the_record_or_the_entry(world: TestWorld) -> None:
    applied(world, register(scope="hospital/visit/7", readers=[]), "org1.clerk")
    refused(world, "share/14", Open(content=C1, owner="org1", purpose="care"), "org2.clerk")
    applied(world, Grant(scope="hospital/visit/7", to="org2"), "org1.clerk")
    opening_of(world, Open(content=C1, owner="org1", purpose="care"), "org2.clerk")
    assert world.find(GRANTS, "org1", "hospital/visit/7", "org2").used == 1


def test_open__by_the_regulator_with_two_officers(world: TestWorld) -> None:
    applied(world, register(), "org1.clerk")
    ask = Open(basis="dd" * 32, content=C1, owner="org1", purpose="case 7")
    name = opening_of(world, ask, ["org3.admin", "org3.clerk"])
    found = world.find(OPENINGS, name)
    assert (found.kind, found.basis, found.reader) == ("mandate", "dd" * 32, "org3")


def test_open__of_a_person_through_its_agent(world: TestWorld) -> None:
    """Its agent reads for it, by the agent's key, and every act says so; not where the agent is the owner."""
    applied(world, register(readers=[Reading(reader=PERSON)]), "org1.clerk")
    found = world.find(
        OPENINGS, opening_of(world, Open(content=C1, owner="org1", party=PERSON, purpose="own file"), "org2.counter")
    )
    assert (found.reader, found.via) == (PERSON, "org2")


def test_break_glass__walks_its_refusals_and_forces_a_review(world: TestWorld) -> None:
    applied(world, [register(), register(C2, 2, emergency=True)], "org1.clerk")

    def broken(content: str = C2) -> BreakGlass:
        return BreakGlass(content=content, owner="org1", reason="danger_to_life")

    walk(
        world,
        ("share/23", broken(), "org5.clerk"),
        ("share/11", broken(blob(5)), "org5.second"),
        ("share/22", broken(C1), "org5.second"),
        ("share/5", broken(), "org4.second"),
    )
    result = applied(world, broken(), "org5.second")
    assert events(result) == ["share.opened", "share.emergency_opened"]
    assert world.find(OPENINGS, result.transaction).kind == "emergency"
    refused(world, "share/24", broken(), "org5.second")
    walk(
        world,
        ("share/25", Review(opening=blob(5), verdict="justified"), "org1.clerk"),
        ("share/36", Review(opening=result.transaction, verdict="justified"), "org5.clerk"),
    )
    assert events(applied(world, Review(opening=result.transaction, verdict="unjustified"), "org1.clerk")) == ["share.reviewed"]
    assert world.find(REVIEWS, "org1", "org5") is None
    refused(world, "share/26", Review(opening=result.transaction, verdict="justified"), "org1.clerk")
    applied(world, broken(), "org5.second")


def test_review__of_an_ordinary_opening_is_refused(world: TestWorld) -> None:
    applied(world, register(), "org1.clerk")
    name = opening_of(world, Open(content=C1, owner="org1", purpose="x"), "org2.clerk")
    refused(world, "share/26", Review(opening=name, verdict="justified"), "org1.clerk")


def test_serve__walks_its_refusals_and_is_logged(world: TestWorld) -> None:
    applied(world, register(), "org1.clerk")
    name = opening_of(world, Open(content=C1, owner="org1", purpose="x"), "org2.clerk")
    applied(world, Serve(envelope=blob(60), opening=name), "org2.keeper")
    walk(
        world,
        ("share/25", Serve(envelope=blob(61), opening=blob(5)), "org3.keeper"),
        ("share/27", Serve(envelope=blob(61), opening=name), "org3.clerk"),
        ("share/27", Serve(envelope=blob(61), opening=name), "org4.keeper"),
        ("share/28", Serve(envelope=blob(61), opening=name), "org2.keeper"),
        ("share/2", Serve(envelope=blob(60), opening=name), "org3.keeper"),
    )
    assert events(applied(world, Serve(envelope=blob(61), opening=name), "org3.keeper")) == ["share.served"]
    assert [each.keeper for each in world.find(OPENINGS, name).served] == ["org2.keeper", "org3.keeper"]
    assert world.find(BLOBS, blob(61)).reader == "org2"
    applied(world, Erase(basis="order", content=C1), "org1.clerk")
    refused(world, "share/12", Serve(envelope=blob(62), opening=name), "org5.keeper")


def test_withdraw__walks_its_refusals(world: TestWorld) -> None:
    applied(world, [register(), register(C2, 2, guard=None, readers=[private("org2", 11)])], "org1.clerk")
    walk(
        world,
        ("share/33", Withdraw(scope=C1, to="org5"), "org1.clerk"),
        ("share/33", Withdraw(scope=C1, to="org2"), "org5.clerk"),
    )
    assert events(applied(world, Withdraw(scope=C2, to="org2"), "org1.clerk")) == ["share.withdrawn"]
    assert world.find(READERS, C2, "org1", "org2").ended.reason == "withdrawn"
    refused(world, "share/33", Withdraw(scope=C2, to="org2"), "org1.clerk")
    applied(world, Withdraw(scope=C1, to="org2"), "org1.clerk")
    refused(world, "share/15", Open(content=C1, owner="org1", purpose="x"), "org2.clerk")


def test_erase__walks_its_refusals_and_keeps_the_fact(world: TestWorld) -> None:
    applied(world, [register(), register(C2, 2, keep_until=world.time + DAY)], "org1.clerk")
    walk(
        world,
        ("share/11", Erase(basis="request", content=blob(5)), "org1.clerk"),
        ("share/11", Erase(basis="request", content=C1), "org2.clerk"),
        ("share/29", Erase(basis="request", content=C2), "org1.clerk"),
    )
    assert events(applied(world, Erase(basis="request", content=C1), "org1.clerk")) == ["share.erased"]
    found = world.find(CONTENTS, C1, "org1")
    assert (found.erased.reason, found.blob) == ("request", blob(1))
    refused(world, "share/30", Erase(basis="request", content=C1), "org1.clerk")
    world.time += 2 * DAY
    applied(world, Erase(basis="retention_over", content=C2), "org1.clerk")


def test_offer_and_request__walk_their_refusals(world: TestWorld) -> None:
    applied(world, Offer(entry="births", fields=["name", "born"], title=TITLE), "org1.clerk")
    ask = Request(entry="births", fields=["name"], owner="org1", purpose="school places")
    walk(
        world,
        ("share/34", ask, "org1.clerk"),
        ("share/31", Request(entry="deaths", owner="org1", purpose="x"), "org2.clerk"),
        ("share/19", Request(entry="births", fields=["age"], owner="org1", purpose="x"), "org2.clerk"),
        ("share/32", Decline(entry="births", requester="org2"), "org1.clerk"),
    )
    assert events(applied(world, ask, "org2.clerk")) == ["share.requested"]
    applied(world, Grant(scope="births", to="org2", fields=["name"], purposes=["school places"]), "org1.clerk")
    assert world.find(REQUESTS, "org1", "births", "org2").status == "granted"


def test_decline__ends_a_request(world: TestWorld) -> None:
    applied(world, Offer(entry="births", fields=["name"], title=TITLE), "org1.clerk")
    applied(world, Request(entry="births", owner="org1", purpose="x"), "org2.clerk")
    assert events(applied(world, Decline(entry="births", requester="org2"), "org1.clerk")) == ["share.declined"]
    refused(world, "share/32", Decline(entry="births", requester="org2"), "org1.clerk")
    applied(world, Offer(entry="births", title=TITLE, withdrawn=True), "org1.clerk")
    assert world.find(CATALOGUE, "org1", "births").withdrawn
    refused(world, "share/31", Request(entry="births", owner="org1", purpose="x"), "org2.clerk")
