"""Who seals and who votes, while that changes: joining, leaving, power, rotation, forged proofs, crashes in the middle."""

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.comet import Node, StandIn, open_network
from tests.world import ca_of, key_of
from zhulian import canonical
from zhulian.consensus.comet.extension import Offer, encode_extension
from zhulian.crypto import suite
from zhulian.ledger.genesis import Title
from zhulian.ledger.receipts import verify_receipt
from zhulian.ledger.types import Applied, Message
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose, SealedHeader, Seat, SetSealers, Vote
from zhulian.modules.identity.messages import AdmitOrganisation, FirstAdmin, ReleaseOrganisation


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return open_network(tmp_path, monkeypatch=monkeypatch)


def _first(network: StandIn) -> Node:
    return network.voting()[0]


def _send(network: StandIn, message: Message, signer: str) -> str:
    node = _first(network)
    assert node.submit([network.sign(message, signer)]) == [None]
    return node.application.pool.waiting()[-1].transaction


def _run(network: StandIn, message: Message, signer: str) -> Any:
    """Send it, decide the block, and answer its result."""
    identifier = _send(network, message, signer)
    network.round()
    results = _first(network).commits[-1].applied.results  # type: ignore[union-attr]
    return next(each for each in results if each.transaction == identifier)


def _decide(network: StandIn, *actions: Message, votes: tuple[str, ...] = ("org2", "org3")) -> Any:
    """Propose by org1, vote, and answer the last vote's result; every header is sealed before."""
    network.until_sealed()
    result = _run(network, Propose(actions=[msgspec.to_builtins(each) for each in actions]), "org1.admin")
    assert isinstance(result, Applied), _why(network)
    for each in votes:
        last = _run(network, Vote(proposal=result.transaction, vote="yes"), f"{each}.admin")
    return last


def _why(network: StandIn) -> str:
    applied = _first(network).commits[-1].applied
    assert applied is not None
    return str(getattr(next(iter(applied.refusals.values())), "inner", ""))


def _deposit(network: StandIn, number: int, by: str = "org2") -> str:
    return _send(network, Deposit(digest=f"{number:064x}"), f"{by}.clerk")


def _admission(network: StandIn, organisation: str) -> AdmitOrganisation:
    name, world = f"{organisation}.admin", network.world
    admin = FirstAdmin(possession=world.possession(name, world.key(name)), signer=name, chain=world.chain(name))
    return AdmitOrganisation(
        admin=admin,
        certificates=[ca_of(network.genesis.suite, organisation).certificate.der.hex()],
        organisation=organisation,
        title=Title(en="Newcomer", zh="新机构"),
    )


def _seat(network: StandIn, node: Node, power: int = 1, *, new: bool = False) -> Seat:
    seal, engine = key_of(network.genesis.suite, node.seal_name), key_of("intl", node.engine_name)
    seat = Seat(power=power, public_key=seal.public_key.hex(), sealer=node.name, validator=engine.public_key.hex())
    if not new:
        return seat
    data = canonical.encode({"key": engine.public_key.hex(), "signer": node.name})
    proof = suite("intl").sign(engine, network.world.world.hasher.preimage("possession", data)).hex()
    return msgspec.structs.replace(seat, possession=network.world.possession(node.name, seal), validator_possession=proof)


def _alive(network: StandIn, *newcomers: Node) -> SealedHeader:
    """The newest header's seals as the nodes have them, each at least its own, and those of nodes that are to come."""
    network.until_sealed()
    head = _first(network).application.head
    if head.height == 0:
        _deposit(network, 999)
        return _alive(network, *newcomers)
    there = {seal.sealer: seal for node in network.up for seal in node.application.seals(head.height)}
    others = network.world.alive(*(each.seal_name for each in newcomers), header=head.digest, time_ms=network.clock[0])
    return SealedHeader(header=head.digest.hex(), seals=[*there.values(), *others.seals])


def _set(network: StandIn, *seats: Seat, newcomers: tuple[Node, ...] = ()) -> SetSealers:
    return SetSealers(alive=[_alive(network, *newcomers)], sealers=sorted(seats, key=lambda each: each.sealer))


def _join(network: StandIn, name: str = "org5") -> Node:
    assert isinstance(_decide(network, _admission(network, name)), Applied)
    node = network.join(name)
    seats = [_seat(network, each) for each in network.voting()]
    result = _decide(
        network, _set(network, *seats, _seat(network, node, new=True), newcomers=(node,)), votes=("org2", "org3", "org4")
    )
    assert isinstance(result, Applied), _why(network)
    return node


def _check(network: StandIn, ids: list[str]) -> None:
    """One history, all sealed, and every receipt proves against genesis."""
    network.until_sealed()
    assert len({each.application.head.digest for each in network.up}) == 1
    for node in network.up:
        for each in ids:
            verify_receipt(node.application.prover.receipt(each), network.trusted)


def test_join__votes_and_seals_two_engine_blocks_later(network: StandIn) -> None:
    before = _deposit(network, 1)
    node = _join(network)
    changed = network.height - 1  # the engine block of the deciding vote
    assert [len(network.voters[changed + each]) for each in (0, 1, 2)] == [4, 4, 5]
    first_height = node.application.head.height + 1
    after = _deposit(network, 2)
    network.round()
    assert node.book.name == "org5"
    network.until_sealed()
    receipt = node.application.prover.receipt(after)
    assert len(receipt["seals"]) >= 4
    assert receipt["header"]["height"] == first_height
    assert len(receipt["sealer_changes"]) == 1
    assert "sealer_changes" not in node.application.prover.receipt(before)
    _check(network, [before, after])
    network.crash(network.nodes[0])  # five tolerate one
    _check(network, [_deposit(network, 3)])


def test_join__header_of_the_change_is_sealed_by_those_before_and_the_next_by_those_after(network: StandIn) -> None:
    node = _join(network)
    height = node.application.head.height
    _deposit(network, 7)  # rides in the very next engine block, on which the old set still votes
    network.round()
    assert len(network.voters[network.height - 1]) == 4
    assert len(network.voters[network.height]) == 5
    assert [each.sealer for each in node.application.sealers_at(height)] == ["org1", "org2", "org3", "org4"]
    assert [each.sealer for each in node.application.sealers_at(height + 1)][-1] == "org5"
    assert not node.application.seals(height + 1)
    network.round()
    assert "org5" in {each.sealer for each in node.application.seals(height + 1)} or len(node.application.seals(height + 1)) == 4
    _check(network, [])


def test_leave__votes_twice_more_and_its_seal_of_the_last_header_counts(network: StandIn) -> None:
    before = _deposit(network, 1)
    leaver = network.nodes[0]
    seats = [_seat(network, each) for each in network.nodes[1:]]
    result = _decide(network, _set(network, *seats), ReleaseOrganisation(organisation="org1"))
    assert isinstance(result, Applied)
    changed, height = network.height - 1, leaver.application.head.height
    assert [len(network.voters[changed + each]) for each in (1, 2)] == [4, 3]
    after = _deposit(network, 2)
    network.round()  # the block after the change: the leaver's last vote, with its seal of the header that let it go
    assert leaver.name in network.extensions
    assert {"org1", "org2", "org3", "org4"} >= {each.sealer for each in leaver.application.seals(height)}
    network.round()
    assert leaver.name not in network.extensions
    assert leaver.book.name == ""
    _check(network, [before, after])  # it follows on, as an observer
    assert "org1" not in {each["sealer"] for each in leaver.application.prover.receipt(after)["seals"]}
    offer = Offer(height=height + 1, seal=network.nodes[1].application.seals(height)[0])
    network.nodes[2].ask("verify_vote_extension", height=1, vote_extension=encode_extension([offer]))
    assert network.nodes[2].application.head.height == height + 1


def test_leaver_seal_of_a_later_header__does_not_count(network: StandIn) -> None:
    seats = [_seat(network, each) for each in network.nodes[1:]]
    _decide(network, _set(network, *seats))
    _deposit(network, 2)
    network.round()
    node = network.nodes[1]
    height = node.application.head.height
    forged = network.world.alive("org1.seal", header=node.application.head.digest, time_ms=network.clock[0]).seals[0]
    node.ask("verify_vote_extension", height=1, vote_extension=encode_extension([Offer(height=height, seal=forged)]))
    assert ("org1", height, "no sealer") in node.doubts


def test_power__changes_who_has_a_quorum(network: StandIn) -> None:
    seats = [_seat(network, each, power=4 if each.name == "org1" else 1) for each in network.nodes]
    assert isinstance(_decide(network, _set(network, *seats)), Applied)
    before = _deposit(network, 1)
    network.round()
    network.round()
    network.crash(network.nodes[3])
    network.until_sealed()
    receipt = network.nodes[0].application.prover.receipt(before)
    assert verify_receipt(receipt, network.trusted)
    assert sorted(network.voters[network.height].values()) == [1, 1, 1, 4]
    network.crash(network.nodes[2])
    _check(network, [_deposit(network, 2)])  # 5 of 7


def test_rotation__of_both_keys_and_the_old_ones_never_return(network: StandIn) -> None:
    node = network.nodes[3]
    old = _seat(network, node, new=True)
    before = _deposit(network, 1)
    network.until_sealed()
    fresh = Node(node.name, node.folder, node.genesis, node.clock, seal_name="org4.seal2", engine_name="org4.engine2")
    seats = [_seat(network, each) for each in network.nodes[:3]]
    assert isinstance(_decide(network, _set(network, *seats, _seat(network, fresh, new=True), newcomers=(fresh,))), Applied)
    network.until_sealed()
    network.crash(node)
    node.seal_name, node.engine_name = fresh.seal_name, fresh.engine_name
    network.start(node)
    after = _deposit(network, 2)
    network.round()
    assert node.book.name == "org4"
    assert node in network.voting()
    _check(network, [before, after])
    result = _decide(network, _set(network, *seats, old, newcomers=(Node("org4", node.folder, node.genesis, node.clock),)))
    assert not isinstance(result, Applied)
    assert _why(network) == "govern/24"


def test_wiped_node__comes_back_with_new_keys_by_replay(network: StandIn) -> None:
    before = _deposit(network, 1)
    network.until_sealed()
    lost = network.nodes[2]
    network.crash(lost)
    (lost.folder / "org3.seal.log").unlink()
    network.nodes.remove(lost)
    back = Node("org3", lost.folder, lost.genesis, lost.clock, seal_name="org3.seal2", engine_name="org3.engine2")
    network.nodes.append(back)
    network.start(back)
    assert back.book.name == ""  # it follows; its old keys' place is empty
    seats = [_seat(network, each) for each in network.voting()]
    message = _set(network, *seats, _seat(network, back, new=True), newcomers=(back,))
    assert isinstance(_decide(network, message, votes=("org2", "org4")), Applied)
    for _ in range(2):
        network.round()
    assert back.book.name == "org3"
    _check(network, [before, _deposit(network, 2)])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"possession": "11" * 64}, "identity/18"),
        ({"validator_possession": "11" * 64}, "govern/23"),
        ({"validator_possession": None}, "govern/23"),
        ({"validator": key_of("intl", "org1.engine").public_key.hex()}, "govern/15"),
        ({"validator": None, "validator_possession": None}, "govern/21"),
        ({"public_key": key_of("gm", "org1.admin").public_key.hex()}, "govern/17"),
    ],
)
def test_join__with_what_is_not_its_own_is_refused(network: StandIn, change: dict[str, Any], why: str) -> None:
    assert isinstance(_decide(network, _admission(network, "org5")), Applied)
    node = network.join("org5")
    seats = [_seat(network, each) for each in network.voting()]
    bad = msgspec.structs.replace(_seat(network, node, new=True), **change)
    message = _set(network, *seats, bad, newcomers=() if "public_key" in change else (node,))
    result = _decide(network, message, votes=("org2", "org3", "org4"))
    assert not isinstance(result, Applied)
    assert _why(network) == why
    _check(network, [_deposit(network, 2)])
    assert len(network.voters[network.height]) == 4


def test_change__to_a_set_without_a_living_quorum_is_refused(network: StandIn) -> None:
    _deposit(network, 1)
    network.until_sealed()
    network.crash(network.nodes[3])
    _deposit(network, 2)
    network.until_sealed()
    seats = [_seat(network, each) for each in network.nodes[1:]]  # org2, org3 and org4, which is down: no quorum is there
    result = _run(network, Propose(actions=[msgspec.to_builtins(_set(network, *seats))]), "org1.admin")
    assert not isinstance(result, Applied)
    assert _why(network) == "govern/27"


@pytest.mark.parametrize("seed", range(3))
def test_changes__with_crashes_and_replays_keep_one_history(network: StandIn, seed: int) -> None:
    """Sets come and go while nodes die and come back; no header is sealed by the wrong ones, nothing is lost."""
    chance = random.Random(seed)
    ids: list[str] = []
    node = _join(network)
    for number in range(6):
        victim = chance.choice([each for each in network.nodes if each is not network.nodes[0]])
        network.crash(victim)
        ids.append(_deposit(network, 10 * number, "org2"))
        for _ in range(chance.randrange(3)):
            network.round()
        network.start(victim)
        network.until_sealed()
        members = [each for each in network.nodes if each is not node or number % 2]
        new = node if node in members else None
        old_keys = {bytes.fromhex(each.public_key) for each in network.nodes[0].application.sealers()}
        back = new is not None and key_of("gm", node.seal_name).public_key not in old_keys
        if back:
            network.crash(node)
            node.seal_name, node.engine_name = f"org5.seal-{number}", f"org5.engine-{number}"
            network.start(node)
        seats = [_seat(network, each, new=back and each is node) for each in members]
        votes = ("org2", "org3", "org4")
        assert isinstance(_decide(network, _set(network, *seats, newcomers=(node,) if back else ()), votes=votes), Applied), _why(
            network
        )
    _check(network, ids)
    assert not any(each.doubts for each in network.nodes)


def test_replay__through_set_changes_by_a_node_that_was_away(network: StandIn) -> None:
    away = network.nodes[3]
    network.crash(away)
    ids = [_deposit(network, 1)]
    _join(network)
    ids.append(_deposit(network, 2))
    network.until_sealed()
    network.start(away)
    _check(network, ids)
    assert away.application.seals(away.application.head.height)
