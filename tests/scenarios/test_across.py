"""What no story of one application can show: the packs beside each other on one chain."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.scenarios.test_packs import checked, path_of
from zhulian.assure.stories.chain import Sent
from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.stage import Stage, set_stage
from zhulian.consensus.application import Application, Screened
from zhulian.language.lending import AssetName
from zhulian.ledger.store import MemoryStore
from zhulian.ledger.types import Applied, Message, Refused
from zhulian.modules.asset.state import BALANCES, CLASSES
from zhulian.modules.scenario.messages import Act, Admit, Open
from zhulian.modules.scenario.state import INSTANCES

PAPER = "ab" * 32


def stage_of(pack: str, story: str) -> Stage:
    found = checked(pack)
    return set_stage(found, next(each for each in found.definition.tree.stories if each.name == story), Packs(path_of(pack)))


def second(stage: Stage, roles: Mapping[str, tuple[str, str]]) -> str:
    """Another instance of what a stage plays, with parties by role, each with who admits it."""
    name = f"{stage.main.name}-2"
    before = INSTANCES.get(stage.chain.application.chain_store, stage.main.name)
    opening = Open(definition=before.definition, instance=name, uses=before.uses)
    do(stage, opening, [f"{stage.main.operator}.officer"])
    for role, (party, by) in roles.items():
        do(stage, Admit(instance=name, party=party, role=role), [f"{by}.officer"])
    return name


def send(stage: Stage, message: Message, signers: Sequence[str]) -> Sent:
    return stage.chain.send([message], signers)


def do(stage: Stage, message: Message, signers: Sequence[str]) -> None:
    sent = send(stage, message, signers)
    assert sent.refusal is None, sent.refusal.words().en


def drawn(instance: str, number: str, invoice: str) -> Act:
    due = 20_500  # in 2026
    values: dict[str, Any] = {
        "number": number,
        "debtor": "changlan",
        "amount": 100_00,
        "due": due,
        "invoice": invoice,
        "contract": PAPER,
    }
    return Act(action="draw", instance=instance, input=values)


def test_receivable__a_number_and_an_invoice_serve_once_on_the_chain() -> None:
    stage = stage_of("receivable", "three_tiers")
    operator = stage.main.operator
    other = second(stage, {"core": ("changlan", operator), "supplier": ("xinglan", "changlan")})
    do(stage, drawn(stage.main.name, "AR-2026-0001", "26332000000000000001"), ["xinglan.officer"])
    same_number = send(stage, drawn(other, "AR-2026-0001", "26332000000000000002"), ["xinglan.officer"])
    same_invoice = send(stage, drawn(other, "AR-2026-0002", "26332000000000000001"), ["xinglan.officer"])
    assert [getattr(each.refusal, "story", None) for each in (same_number, same_invoice)] == ["not_unique", "not_unique"]
    do(stage, drawn(other, "AR-2026-0002", "26332000000000000002"), ["xinglan.officer"])


def test_receivable__full_width_digits_make_no_second_invoice() -> None:
    stage = stage_of("receivable", "three_tiers")
    do(stage, drawn(stage.main.name, "AR-2026-0001", "26332000000000000001"), ["xinglan.officer"])
    sent = send(stage, drawn(stage.main.name, "AR-2026-0002", "２６３３２０００００００００００００１"), ["xinglan.officer"])
    assert getattr(sent.refusal, "story", None) == "bad_input"


def test_settlement__cash_of_one_instance_is_none_of_another() -> None:
    """Who has cash in one instance cannot pay with it in a second one, however alike they are."""
    stage = stage_of("receivable", "three_tiers")
    instance = stage.main.uses["cash"]
    state = stage.chain.application.chain_store
    cash = AssetName(instance, "cny")
    assert CLASSES.get(state, cash.instance, cash.name, "").supply == 2_000_000_00
    assert BALANCES.get(state, cash.instance, cash.name, "", "changlan").units == 1_000_000_00
    before = INSTANCES.get(state, instance)
    do(stage, Open(definition=before.definition, instance="settlement-2"), [f"{stage.main.operator}.officer"])
    for party, role, by in (
        ("chenghu", "bank", stage.main.operator),
        ("changlan", "customer", "chenghu"),
        ("xinglan", "customer", "chenghu"),
    ):
        do(stage, Admit(instance="settlement-2", party=party, role=role), [f"{by}.officer"])
    values = {"number": "P-0001", "payee": "xinglan", "amount": 1, "purpose": "goods"}
    sent = send(stage, Act(action="pay", instance="settlement-2", input=values), ["changlan.officer"])
    assert sent.refusal is not None
    assert sent.refusal.code == "asset/6"


def test_settlement__money_without_reserve_leaves_by_no_action() -> None:
    """The stories of others begin with cash that nobody deposited: the promise of the whole then stops every action on it."""
    stage = stage_of("receivable", "three_tiers")
    instance = stage.main.uses["cash"]
    do(stage, Admit(instance=instance, party="chenghu", role="bank"), [f"{stage.main.operator}.officer"])
    sent = send(stage, Act(action="open_account", instance=instance), ["chenghu.officer"])
    assert getattr(sent.refusal, "promise", None) == "fully_backed"


BILL = "10258100000020260201"
PRICE = 100_000_00


def endorsed(buyer: str) -> Act:
    by = {"seller": "tongye", "buyer": buyer}
    return Act(action="endorse", by=by, input={"price": PRICE}, instance="bill", on=((BILL, "1"),))


def bill_in_circulation() -> Stage:
    """A bill that tongye holds, and two buyers with money: wuliu and dianqi."""
    stage = stage_of("bill", "dishonoured")
    values: dict[str, Any] = {
        "number": BILL, "acceptor": "shangye", "payee": "tongye", "amount": 200_000_00, "due": 20_500, "contract": PAPER,
    }  # fmt: skip
    do(stage, Act(action="draw", input=values, instance="bill"), ["dianqi.officer"])
    do(stage, Act(action="accept", instance="bill", on=((BILL,),)), ["shangye.maker", "shangye.checker"])
    do(stage, Act(action="take", instance="bill", on=((BILL,),)), ["tongye.officer"])
    return stage


def node_like(application: Application) -> Application:
    """Another node that has come just as far."""
    store = MemoryStore()
    store.write(list(application.chain_store.store.scan(b"", b"\xff" * 64)))
    return Application(application.world, store, {})


@pytest.mark.parametrize("first", [0, 1])
def test_bill__sold_at_once_at_two_nodes_has_one_buyer(first: int) -> None:
    """Each of two nodes is handed another sale of one bill; whichever proposes first, both nodes come to one buyer and one state."""
    stage = bill_in_circulation()
    nodes = [stage.chain.application, node_like(stage.chain.application)]
    buyers = ("wuliu", "dianqi")
    raws = [stage.chain._sign([endorsed(buyer)], ["tongye.officer", f"{buyer}.officer"]) for buyer in buyers]
    for node, raw in zip(nodes, raws, strict=True):
        (screened,) = node.screen([raw], stage.chain.time)
        assert isinstance(screened, Screened)
        assert node.admit([screened], [node.world.hasher.suite.verify_many(screened.jobs)]) == [None]
    results = []
    for turn in (first, 1 - first):
        proposal, _ = nodes[turn].propose(stage.chain.time * 1000)
        assert proposal is not None
        results.append([node.finalize(proposal).results[0] for node in nodes])
        for node in nodes:
            node.commit()
    assert [type(each[0]) for each in results] == [Applied, Refused]
    assert results[0][0] == results[0][1]
    assert results[1][0] == results[1][1]
    assert nodes[0].head.digest == nodes[1].head.digest
    cash = AssetName(stage.main.uses["cash"], "cny")
    state = nodes[0].chain_store
    balance = {each: BALANCES.find(state, cash.instance, cash.name, "", each) for each in ("tongye", *buyers)}
    units = {each: 0 if found is None else found.units for each, found in balance.items()}
    before = {"tongye": 0, "wuliu": 100_000_00, "dianqi": 300_000_00}
    winner = buyers[first]
    assert units == {**before, "tongye": PRICE, winner: before[winner] - PRICE}
