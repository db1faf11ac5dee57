"""Opening an instance: every refusal in its order, and what an instance is opened with."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied, events
from tests.modules.scenario.opening.ground import TEXT, make_ground, open_instance, publish, refused, source, walk, why
from tests.world import TestWorld
from zhulian.ledger.genesis import Title
from zhulian.modules.evidence.state import DEPOSITS
from zhulian.modules.govern.messages import Propose, Vote
from zhulian.modules.scenario.messages import Act, Admit, Open, Upgrade
from zhulian.modules.scenario.publishing.trees import load_tree
from zhulian.modules.scenario.state import DEFINITIONS, INSTANCES, RECORDS

SETTINGS = (
    "settings: {window: {type: days, default: 10d, max: 30d}, limit: {type: money, min: '1.00'}, note: {type: text, public: true, optional: true}, "
    "tags: {type: list, of: {type: choice, values: [a, b]}, most: 2, optional: true}, holder: {type: party, optional: true}}"
)


@pytest.fixture
def world() -> TestWorld:
    return make_ground()


def test_open__refuses_in_this_order(world: TestWorld) -> None:
    first = publish(world, source(more=SETTINGS))
    ask = Open(definition=first, instance="hz", settings={"limit": 100})
    applied(world, Open(definition=first, instance="there", settings={"limit": 100}), "org1.clerk")
    walk(
        world,
        ("identity/31", ask, ["org1.clerk", "org2.clerk"]),
        ("scenario/88", Open(definition="00" * 32, instance="evidence"), "org1.clerk"),
        ("scenario/95", Open(definition="00" * 32, instance="there"), "org2.clerk"),
        ("scenario/94", Open(definition="00" * 32, instance="hz"), "org1.clerk"),
        ("scenario/96", Open(definition=first, instance="hz", settings={"limit": 100, "other": 1}), "org1.clerk"),
        ("scenario/96", Open(definition=first, instance="hz"), "org1.clerk"),
        ("scenario/97", Open(definition=first, instance="hz", settings={"limit": 100}, uses={"cash": "there"}), "org1.clerk"),
    )
    assert events(applied(world, ask, "org2.clerk")) == ["scenario.opened"]
    value = world.find(INSTANCES, "hz")
    assert (value.operator, value.scenario, value.version, value.definition) == ("org2", "loan", 1, first)
    assert value.settings == {"window": 10, "limit": 100}
    assert value.coming is None


@pytest.mark.parametrize(
    "settings",
    [
        {"limit": 99}, {"limit": "100"}, {"limit": True}, {"limit": None}, {"limit": [100]},
        {"limit": 100, "window": 31}, {"limit": 100, "note": 7}, {"limit": 100, "note": "x" * 5000}, {"limit": 100, "tags": ["c"]},
        {"limit": 100, "tags": ["a", "b", "a"]}, {"limit": 100, "tags": "a"}, {"limit": 100, "holder": "No Such"},
        {"limit": 100, "tags": [["a"]]}, {"limit": 100, "note": {"a": 1}},
    ],
)  # fmt: skip
def test_settings__are_judged_against_their_types(world: TestWorld, settings: dict[str, Any]) -> None:
    first = publish(world, source(more=SETTINGS))
    refused(world, "scenario/96", Open(definition=first, instance="hz", settings=settings), "org1.clerk")


def test_settings__name_what_is_wrong(world: TestWorld) -> None:
    first = publish(world, source(more=SETTINGS))
    fault = why(world, Open(definition=first, instance="hz", settings={"limit": 99}), "org1.clerk")
    assert "limit" in fault.say("en")
    assert "下限" in fault.say("zh")


# Uses.

LENDER = """
assets: {cash: {unit: fen, title: {zh: 资金, en: Cash}}, gold: {unit: g, scale: 2, title: {zh: 黄金, en: Gold}}, part: {unit: fen, title: {zh: 份额, en: Part}, per: loan}}
"""
FIELDS = "{number: {type: text, pattern: '[A-Z0-9-]{1,20}'}, amount: money}"


def user(use: str, scenario: str = "shop") -> str:
    return source(scenario, more=f"uses: {{it: {use}}}")


@pytest.mark.parametrize(
    "use",
    [
        "{asset: loan.cash}",
        "{asset: loan.gold, unit: g, scale: 2}",
        f"{{record: loan.loan, key: [number], fields: {FIELDS}}}",
        f"{{record: loan.loan, key: [number], fields: {FIELDS}, actions: [make]}}",
        "{record: loan.loan, key: [number], fields: {number: {type: text, pattern: '[A-Z]{1,4}'}}}",
    ],
)
def test_uses__what_fits(world: TestWorld, use: str) -> None:
    open_instance(world, source(more=LENDER), "bank")
    open_instance(world, user(use), "shop", uses={"it": "bank"})
    assert world.find(INSTANCES, "shop").uses == {"it": "bank"}


@pytest.mark.parametrize(
    "use",
    [
        "{asset: lease.cash}",
        "{asset: loan.silver}",
        "{asset: loan.gold, unit: g, scale: 3}",
        "{asset: loan.gold, unit: kg, scale: 2}",
        "{asset: loan.cash, currency: USD}",
        "{asset: loan.part}",
        "{record: loan.lease, key: [number], fields: {number: {type: text, pattern: '[A-Z]{1,4}'}}}",
        "{record: loan.loan, key: [amount], fields: {amount: money, number: {type: text, pattern: '[A-Z]{1,4}'}}}",
        "{record: loan.loan, key: [number], fields: {number: int}}",
        "{record: loan.loan, key: [number], fields: {number: {type: text, pattern: '[A-Z]{1,4}'}, amount: {type: money, currency: USD}}}",
        "{record: loan.loan, key: [number], fields: {number: {type: text, pattern: '[A-Z]{1,4}'}, rate: rate}}",
        "{record: loan.loan, key: [number], fields: {number: {type: text, pattern: '[A-Z]{1,4}'}, amount: {type: money, private: true}}}",
        f"{{record: loan.loan, key: [number], fields: {FIELDS}, actions: [steal]}}",
    ],
)
def test_uses__what_does_not_fit(world: TestWorld, use: str) -> None:
    open_instance(world, source(more=LENDER), "bank")
    refused(world, "scenario/97", Open(definition=publish(world, user(use)), instance="shop", uses={"it": "bank"}), "org1.clerk")


def test_uses__are_bound_to_instances_that_are_there(world: TestWorld) -> None:
    open_instance(world, source(more=LENDER), "bank")
    shop = publish(world, user("{asset: loan.cash}"))
    for uses in ({}, {"it": "nowhere"}, {"it": "shop"}, {"it": "bank", "more": "bank"}, {"it": "evidence"}):
        refused(world, "scenario/97", Open(definition=shop, instance="shop", uses=uses), "org1.clerk")


def test_uses__never_lead_back(world: TestWorld) -> None:
    both = "uses: {{it: {{record: {0}.loan, key: [number], fields: {{number: {{type: text, pattern: '[A-Z]{{1,4}}'}}}}}}}}"
    open_instance(world, source("alpha"), "one")
    open_instance(world, source("beta", more=both.format("alpha")), "two", uses={"it": "one"})
    later = publish(world, source("alpha", 2, more=both.format("beta") + "\nupgrade: {from: 1, notice: 3d}"))
    refused(world, "scenario/98", Upgrade(definition=later, instance="one", uses={"it": "two"}), "org1.clerk")
    applied(world, Open(definition=later, instance="three", uses={"it": "two"}), "org1.clerk")
    refused(world, "scenario/98", Upgrade(definition=later, instance="one", uses={"it": "two"}), "org1.clerk")


def test_uses__go_only_so_deep(world: TestWorld) -> None:
    open_instance(world, source("s0"), "i0")
    use = "uses: {{it: {{record: s{0}.loan, key: [number], fields: {{number: {{type: text, pattern: '[A-Z]{{1,4}}'}}}}}}}}"
    for place in range(1, 8):
        open_instance(world, source(f"s{place}", more=use.format(place - 1)), f"i{place}", uses={"it": f"i{place - 1}"})
    open_instance(world, source("s8", more=use.format(7)), "i8", uses={"it": "i7"})
    last = publish(world, source("s9", more=use.format(8)))
    refused(world, "scenario/98", Open(definition=last, instance="i9", uses={"it": "i8"}), "org1.clerk")


# Spaces.


def test_spaces__are_set_by_vote_first(world: TestWorld) -> None:
    fields = "number: {type: text, pattern: '[A-Z0-9-]{1,20}', unique: everywhere, space: cn.loan}, amount: money"
    first = publish(world, source(fields=fields))
    ask = Open(definition=first, instance="hz")
    fault = why(world, ask, "org1.clerk")
    assert fault.code == "scenario/99"
    for words in (fault.say("zh"), fault.say("en")):
        assert all(each in words for each in ("cn.loan", "registry.set_space", "zhulian govern propose", "hz"))
    _set_space(world, ["other"])
    refused(world, "scenario/99", ask, "org1.clerk")
    _set_space(world, ["hz", "other"])
    applied(world, ask, "org1.clerk")


def _set_space(world: TestWorld, claimants: list[str]) -> None:
    title = msgspec.to_builtins(Title(en="Loans", zh="贷款"))
    action = {"claimants": claimants, "space": "cn.loan", "title": title, "type": "registry.set_space"}
    raw = world.sign([Propose(actions=[action])], ["org1.admin"])
    world.block([raw])
    applied(world, Vote(proposal=world.transaction_id(raw), vote="yes"), "org2.admin")


# What a module presents.


def test_evidence__is_there_from_the_start(world: TestWorld) -> None:
    value = world.find(INSTANCES, "evidence")
    assert (value.module, value.scenario, value.operator, value.height) == ("evidence", "evidence", "org1", 0)
    published = world.find(DEFINITIONS, value.definition)
    tree = load_tree(world.state, value.definition)
    assert tree is not None
    assert published.publisher == "org1"
    assert world.world.hasher.digest("definition", tree).hex() == value.definition
    act = Act(action="deposit", instance="evidence", input={"deposit": "ab" * 32, "kind": "digest"})
    refused(world, "scenario/100", act, "org1.clerk")
    refused(world, "scenario/100", Upgrade(definition=value.definition, instance="evidence"), "org1.clerk")


def test_trail__of_a_record_can_be_deposited(world: TestWorld) -> None:
    seal = f"  seal_: {{title: {TEXT}, by: bank, on: loan, from: open_, to: checked, do: [{{deposit: {{file: trail(this), party: actor, public: 'true'}}}}]}}"
    open_instance(world, source(more=seal, inputs="[number, amount]"), "hz")
    applied(world, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    applied(world, Act(action="make", instance="hz", input={"number": "A", "amount": 5}), "org2.clerk")
    before = world.find(RECORDS, "hz", "loan", "A").trail
    applied(world, Act(action="seal_", instance="hz", on=(("A",),)), "org2.clerk")
    kept = world.find(DEPOSITS, before.head, "org2")
    assert (kept.kind, kept.signers) == ("digest", ("org2.clerk",))
