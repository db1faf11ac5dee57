"""Nothing dear is done outside the meter: checking definitions, writing long values, asking totals, following uses."""

from itertools import pairwise
from typing import Any

import pytest

from tests.modules.refusals import applied
from tests.modules.scenario.acting.stage import Stage
from tests.modules.scenario.opening.ground import TEXT, make_ground, open_instance, publish, publish_message, source, why
from tests.world import TestWorld
from zhulian.language import compile as compiling
from zhulian.language.definition.limits import WORK_MAX
from zhulian.ledger.limits import HARD, Limits
from zhulian.ledger.overlay import WRITE_STEPS, BlockOverlay, TransactionOverlay
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.scenario import books
from zhulian.modules.scenario.limits import LOOKING_STEPS, checked_per_block_max
from zhulian.modules.scenario.messages import Act, Admit, Open
from zhulian.modules.scenario.publishing import handlers
from zhulian.modules.scenario.state import CHECKED


def dense(scenario: str, characters: int) -> str:
    """A definition most of which is expressions."""
    guard = " && ".join(["this.amount < '900.00'"] * 40)
    many = -(-characters // len(guard))
    actions = "\n".join(
        f'  a{place}: {{title: {TEXT}, by: bank, on: loan, require: [{{no_: "{guard}"}}], do: [{{set: {{amount: "\'1.00\'"}}}}]}}'
        for place in range(many)
    )
    return source(scenario, action="", more=f"{actions}\nrefusals: {{no_: {{zh: 不行，请更正, en: No. Put it right}}}}")


@pytest.fixture
def world() -> TestWorld:
    return make_ground()


def test_check__is_bounded_whatever_the_size(world: TestWorld) -> None:
    fault = why(world, publish_message(world, dense("dear", 30_000)), "org1.clerk")
    assert (fault.code, fault.fields["fault"]) == ("scenario/87", "language/139")


def test_check__is_paid_by_the_block_and_by_who_publishes(world: TestWorld) -> None:
    result = world.run(publish_message(world, dense("heavy", 12_000)), "org1.clerk")
    assert isinstance(result, Applied)
    spent = world.find_item(CHECKED).steps
    assert 60_000 < spent <= WORK_MAX
    assert result.cost.steps > spent


def test_check__has_a_share_of_each_block_that_refusals_use_up(world: TestWorld) -> None:
    most = checked_per_block_max(Limits())
    messages = [publish_message(world, dense(f"heavy_{place}", 16_000)) for place in "abc"]
    block = world.block([world.sign([each], [f"org{place}.clerk"]) for place, each in enumerate(messages, 1)])
    codes = [each.code for each in block.results if isinstance(each, Refused)]
    assert codes == ["scenario/86", "scenario/86"]
    assert most <= world.find_item(CHECKED).steps < 2 * most
    assert isinstance(world.run(messages[1], "org2.clerk"), Applied)


def test_definition__is_compiled_once(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Any] = []

    def counting(checked: Any) -> Any:
        counted.append(checked)
        return compiling.compile_definition(checked)

    for place in (books, handlers):
        monkeypatch.setattr(place, "compile_definition", counting)
    open_instance(world, source())
    applied(world, Admit(instance="first", party="org1", role="bank"), "org1.clerk")
    applied(world, Act(action="make", instance="first", input={"number": "A", "amount": 100}), "org1.clerk")
    assert len(counted) == 1


def test_shelf__keeps_by_weight(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = next(each for each in world.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
    names = [publish(world, source(f"kept_{place}")) for place in "abc"]
    weights = [shelf.compiled(world.state, each).checked.work for each in names]
    monkeypatch.setattr(books, "COMPILED_STEPS_MAX", sum(weights[:2]))
    assert shelf.compiled(world.state, names[0])
    shelf.keep(names[2], shelf.compiled(world.state, names[2]))
    assert list(shelf._compiled) == [names[0], names[2]]
    assert shelf.tree(world.state, names[1]).scenario == "kept_b"


def test_put__costs_by_size() -> None:
    def cost(size: int) -> int:
        state = TransactionOverlay(BlockOverlay({}), 10**6)
        state.put(b"k", b"x" * size)
        return state.steps

    assert cost(HARD.write_free_bytes) == WRITE_STEPS
    assert cost(HARD.value_bytes_max) == WRITE_STEPS + (HARD.value_bytes_max - HARD.write_free_bytes) // HARD.write_bytes_per_step


COUNTED = f"""
scenario: counted
version: 1
title: {TEXT}
roles:
  clerk: {{title: {TEXT}, admitted_by: operator}}
records:
  lot: {{title: {TEXT}, key: id, fields: {{id: int, count: {{type: int, default: '0'}}}}, states: {{start: kept}}}}
totals:
  large: {{sum: lot.count, where: "WHERE"}}
actions:
  make: {{title: {TEXT}, by: clerk, creates: lot, input: [id]}}
  raise_: {{title: {TEXT}, by: clerk, on: lot, do: [{{set: {{count: this.count + 1}}}}]}}
"""


def test_where__is_charged() -> None:
    costs = []
    for terms in (1, 30):
        stage = Stage(2)
        stage.open("x", COUNTED.replace("WHERE", " + ".join(["count"] * terms) + " >= 0"), {"org1": "clerk"})
        stage.act("x", "make", "org1", id=1)
        costs.append(stage.act("x", "raise_", "org1", "1").cost.steps)
    assert costs[1] >= costs[0] + 58


def test_open__pays_for_every_instance_that_its_uses_lead_to(world: TestWorld) -> None:
    use = "uses: {{it: {{record: s{0}.loan, key: [number], fields: {{number: {{type: text, pattern: '[A-Z]{{1,4}}'}}}}}}}}"
    open_instance(world, source("s0"), "i0")
    steps = []
    for place in range(1, 5):
        definition = publish(world, source(f"s{place}", more=use.format(place - 1)))
        result = applied(world, Open(definition=definition, instance=f"i{place}", uses={"it": f"i{place - 1}"}), "org1.clerk")
        steps.append(result.cost.steps)
    assert [after - before for before, after in pairwise(steps)] == [LOOKING_STEPS + 1] * 3
