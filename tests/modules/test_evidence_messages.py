"""One test for each message of the evidence module; each walks the refusals in their order."""

import pytest

from tests.modules.refusals import applied, events, refused, walk
from tests.world import CREATED, YEAR, TestWorld, key_of, make_world
from zhulian.ledger.errors import BadMessage
from zhulian.ledger.types import Message
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES
from zhulian.modules.identity.messages import CloseHandle, OpenHandle, OwnKey

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32
HANDLE = "~" + "1" * 32
OTHER_HANDLE = "~" + "2" * 32
OWN_HANDLE = "~" + "3" * 32
NOWHERE = "~" + "9" * 32


@pytest.fixture
def world() -> TestWorld:
    """Two organisations; HANDLE in custody of org1, OTHER_HANDLE closed, OWN_HANDLE with its own key."""
    world = make_world(2)
    key = key_of("gm", "person")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(OWN_HANDLE, key), public_key=key.public_key.hex())
    applied(
        world,
        [
            OpenHandle(handle=HANDLE, instance="court"),
            OpenHandle(handle=OTHER_HANDLE, instance="court"),
            CloseHandle(handle=OTHER_HANDLE),
            OpenHandle(handle=OWN_HANDLE, instance="court", own=own),
        ],
        "org1.counter",
    )
    world.use_key(OWN_HANDLE, key)
    return world


def test_deposit__walks_its_refusals(world: TestWorld) -> None:
    def worst(party: str | None) -> Deposit:
        return Deposit(party=party)

    applied(world, Deposit(commitment=A), "org1.clerk")
    walk(
        world,
        ("identity/31", worst(None), ["org1.clerk", "org2.clerk"]),
        ("identity/32", worst("org2"), "org1.clerk"),
        ("identity/28", worst(NOWHERE), "org1.clerk"),
        ("identity/9", worst(OTHER_HANDLE), "org2.clerk"),
        ("identity/29", worst(OWN_HANDLE), "org1.counter"),
        ("identity/30", worst(HANDLE), "org2.counter"),
        ("identity/26", worst(HANDLE), "org1.clerk"),
        ("evidence/2", worst(HANDLE), "org1.counter"),
        ("evidence/2", Deposit(commitment=A, digest=A), "org1.clerk"),
        ("evidence/1", Deposit(commitment=A), "org1.clerk"),
        ("evidence/1", Deposit(digest=A), "org1.admin"),
        ("evidence/1", [Deposit(digest=B), Deposit(digest=B)], "org1.admin"),
    )


def test_deposit__records_who_when_and_how(world: TestWorld) -> None:
    raw = world.sign([Deposit(commitment=A, source="web_capture")], ["org1.clerk"])
    time_ms = world.time * 1000 + 123
    result = world.block([raw], time_ms=time_ms).results[0]
    assert events(result) == ["evidence.deposited"]
    found = world.find(DEPOSITS, A, "org1")
    assert (found.height, found.time_ms, found.transaction) == (world.height, time_ms, world.transaction_id(raw))
    assert (found.kind, found.source, found.signers) == ("commitment", "web_capture", ("org1.clerk",))
    assert (found.via, found.withdrawn) == (None, None)


def test_deposit__writes_one_value(world: TestWorld) -> None:
    block = world.block([world.sign([Deposit(digest=A)], ["org1.clerk"])])
    written = [key for key in block.changes if not key.startswith(b'["ledger/')]
    assert written == [DEPOSITS.key(A, "org1")]


def test_deposit__leaves_the_default_out_of_the_value(world: TestWorld) -> None:
    applied(world, Deposit(digest=A), "org1.clerk")
    assert b"source" not in world.state.values[DEPOSITS.key(A, "org1")]


def test_deposit__of_two_parties_stands_twice(world: TestWorld) -> None:
    applied(world, Deposit(digest=A), "org1.clerk")
    applied(world, Deposit(digest=A), "org2.clerk")
    applied(world, Deposit(digest=A, party=HANDLE), "org1.counter")
    assert world.find(DEPOSITS, A, HANDLE).via == "org1"
    assert world.find(DEPOSITS, A, "org2").signers == ("org2.clerk",)


def test_deposit__by_several_signers_names_the_party(world: TestWorld) -> None:
    applied(world, Deposit(digest=A, party="org2"), ["org1.clerk", "org2.clerk"])
    assert world.find(DEPOSITS, A, "org2").signers == ("org1.clerk", "org2.clerk")
    applied(world, Deposit(digest=B), ["org1.admin", "org1.clerk"])
    assert world.find(DEPOSITS, B, "org1").signers == ("org1.admin", "org1.clerk")


def test_deposit__by_a_person_with_an_own_key(world: TestWorld) -> None:
    applied(world, Deposit(digest=A), OWN_HANDLE)
    assert world.find(DEPOSITS, A, OWN_HANDLE).via is None


@pytest.mark.parametrize(
    "message",
    [
        Deposit(digest="AA" * 32),
        Deposit(digest="aa" * 31),
        Deposit(digest="aa" * 32 + "\n"),
        Deposit(commitment="０" * 64),
        Deposit(digest=A, party="Org1"),
        Deposit(digest=A, party="org1.clerk"),
        Deposit(digest=A, party="~" + "1" * 31),
        Deposit(digest=A, source="hearsay"),  # type: ignore[arg-type]
        DepositBatch(count=0, root=A),
        Withdraw(deposit=A, party="org1", reason="whim"),  # type: ignore[arg-type]
        Witness(deposit=A, kind="heard", party="org1"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_messages__of_another_shape_are_turned_away(world: TestWorld, message: Message) -> None:
    raw = world.sign([message], ["org1.clerk"])
    with pytest.raises(BadMessage):
        world.block([raw])


def test_deposit_batch__walks_its_refusals(world: TestWorld) -> None:
    applied(world, DepositBatch(count=3, root=A), "org1.clerk")
    walk(
        world,
        ("identity/31", DepositBatch(count=3, root=A), ["org1.clerk", "org2.clerk"]),
        ("identity/32", DepositBatch(count=3, root=A, party="org2"), "org1.clerk"),
        ("evidence/1", DepositBatch(count=4, root=A), "org1.clerk"),
    )


def test_deposit_batch__records_its_count(world: TestWorld) -> None:
    result = applied(world, DepositBatch(count=2**32, root=A, source="device"), "org1.clerk")
    assert events(result) == ["evidence.batch_deposited"]
    found = world.find(DEPOSITS, A, "org1")
    assert (found.kind, found.count, found.source) == ("batch", 2**32, "device")


def test_witness__walks_its_refusals(world: TestWorld) -> None:
    message = Witness(deposit=A, kind="examined", party="org1")
    gone = Witness(deposit=B, kind="examined", party="org1")
    by_agent = Witness(deposit=A, kind="examined", party=HANDLE)
    applied(world, Deposit(digest=B), "org1.clerk")
    applied(world, Withdraw(deposit=B, party="org1", reason="mistaken"), "org1.clerk")
    walk(
        world,
        ("identity/31", message, ["org1.clerk", "org2.clerk"]),
        ("evidence/5", message, OWN_HANDLE),
        ("evidence/3", message, "org1.clerk"),
        ("evidence/4", gone, "org1.clerk"),
    )
    applied(world, Deposit(digest=A), "org1.clerk")
    applied(world, Deposit(digest=A, party=HANDLE), "org1.counter")
    refused(world, "evidence/6", message, "org1.admin")
    refused(world, "evidence/6", by_agent, "org1.clerk")
    assert events(applied(world, message, "org2.clerk")) == ["evidence.witnessed"]
    refused(world, "evidence/7", message, "org2.admin")
    applied(world, Witness(deposit=A, kind="recomputed", party="org1", report=C), "org2.admin")
    assert world.find(WITNESSES, A, "org1", "org2", "recomputed").report == C


def test_witness__is_not_whoever_signed_the_deposit_too(world: TestWorld) -> None:
    applied(world, Deposit(digest=A, party="org2"), ["org1.clerk", "org2.clerk"])
    refused(world, "evidence/6", Witness(deposit=A, kind="examined", party="org2"), "org1.admin")


def test_withdraw__walks_its_refusals(world: TestWorld) -> None:
    applied(world, Deposit(digest=A), "org1.clerk")
    message = Withdraw(deposit=A, party="org1", reason="superseded", text=C)
    walk(
        world,
        ("identity/32", message, "org2.clerk"),
        ("identity/30", Withdraw(deposit=A, party=HANDLE, reason="order"), "org2.counter"),
        ("evidence/3", Withdraw(deposit=A, party=HANDLE, reason="order"), "org1.counter"),
        ("evidence/3", Withdraw(deposit=B, party="org1", reason="order"), "org1.clerk"),
    )
    assert events(applied(world, message, "org1.admin")) == ["evidence.withdrawn"]
    refused(world, "evidence/8", message, "org1.admin")


def test_withdraw__marks_and_deletes_nothing(world: TestWorld) -> None:
    applied(world, Deposit(digest=A), "org1.clerk")
    before = world.find(DEPOSITS, A, "org1")
    applied(world, Withdraw(deposit=A, party="org1", reason="consent_withdrawn"), "org1.clerk")
    after = world.find(DEPOSITS, A, "org1")
    assert (after.height, after.transaction, after.signers) == (before.height, before.transaction, before.signers)
    assert (after.withdrawn.reason, after.withdrawn.height) == ("consent_withdrawn", world.height)
    refused(world, "evidence/1", Deposit(digest=A), "org1.clerk")
