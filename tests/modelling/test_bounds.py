"""Definitions as large as the check lets them be: an action is done or refused, and within the steps that the check found.

The relation: steps ≤ the bound of the action + the steps of each signature, whether the action is done or refused for a rule. What
an action runs of due timers is charged to it too, and counted in its bound.
"""

from typing import Any

import pytest

from tests.modules.scenario.acting.stage import Stage
from zhulian.errors import Refusal
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.ledger.types import Applied, Refused

T = "{zh: 名称, en: Name}"
HOUR = 3600
PRELUDE = f"""
version: 1
title: {T}
roles:
  clerk: {{title: {T}, admitted_by: operator}}
refusals:
  no_: {{zh: 不行，请更正, en: No. Put it right}}
"""
LOT = f"""
records:
  lot:
    title: {T}
    key: id
    fields: {{id: int, count: {{type: int, default: '0'}}}}
    states: {{start: kept, open: [moved], final: [gone]}}
"""
MAKE = f"  make: {{title: {T}, by: clerk, creates: lot, input: [id]}}\n"


def opened(name: str, body: str, lots: int = 0) -> Stage:
    """An instance `x` of a definition, with lots from 0 on."""
    stage = Stage(2)
    stage.open("x", f"scenario: {name}{PRELUDE}{body}", {"org1": "clerk"})
    for number in range(lots):
        held(stage, "make", id=number)
    return stage


def held(stage: Stage, action: str, on: Any = (), **given: Any) -> Applied | Refused:
    """The result of an action, which keeps to its bound."""
    result = stage.send("x", action, "org1", on, **given)
    assert isinstance(result, Applied | Refused)
    assert result.cost.steps <= stage.bound("x", action) + SIGNATURE_STEPS, (action, result.cost.steps, stage.bound("x", action))
    return result


def done(stage: Stage, action: str, on: Any = (), **given: Any) -> None:
    """An action that is done within its bound."""
    assert isinstance(held(stage, action, on, **given), Applied), stage.why()


def keys(count: int) -> list[tuple[str]]:
    return [(str(number),) for number in range(count)]


def test_many__runs_on_as_many_as_the_check_lets_it() -> None:
    most = 0
    for count in (200, 150, 100, 50, 20):
        body = f"{LOT}actions:\n{MAKE}  all_: {{title: {T}, by: clerk, on: lot, many: {count}, do: [{{set: {{count: this.count + 1}}}}]}}\n"
        try:
            stage = opened("many_lots", body, count)
        except AssertionError:
            continue  # more steps than an action may take
        most = count
        done(stage, "all_", keys(count))
        assert isinstance(held(stage, "all_", [*keys(count - 1), ("9999",)]), Refused)
        break
    assert most >= 50


def test_each__goes_through_the_longest_list() -> None:
    sizes = []
    for count in (256, 200, 150, 100):
        action = f"""  fill: {{title: {T}, by: clerk, on: instance, input: {{ids: {{type: list, of: int, most: {count}}}}},
    do: [{{each: {{one: input.ids}}, do: [{{ensure: {{lot: {{id: one}}}}, as: made}}, {{set: {{made.count: made.count + one}}}}]}}]}}\n"""
        try:
            stage = opened(
                "longest_list", f"instance: {{fields: {{seen: {{type: int, default: '0'}}}}}}\n{LOT}actions:\n{MAKE}{action}"
            )
        except AssertionError:
            continue
        sizes.append(count)
        done(stage, "fill", ids=list(range(count)))
        done(stage, "fill", ids=list(range(count)))
        break
    assert sizes


@pytest.mark.parametrize("width", [1, 4])
def test_branches__nest_as_deep_as_a_file_may(width: int) -> None:
    effect = "{set: {count: this.count + 1}}"
    depth = 0
    for levels in (16, 12, 9, 8, 7, 6, 5, 4):
        inner = effect
        for level in range(levels):
            inner = (
                f"{{if: this.count >= {-level}, then: [{', '.join([inner] * (1 if level else width))}], else: [{{refuse: no_}}]}}"
            )
        try:
            stage = opened("deep_ifs", f"{LOT}actions:\n{MAKE}  dig: {{title: {T}, by: clerk, on: lot, do: [{inner}]}}\n", 1)
        except (Refusal, AssertionError):  # a file that nests too deep is refused by whoever reads it
            continue
        depth = levels
        done(stage, "dig", "0")
        break
    assert depth >= 4


def test_effects__are_as_many_as_an_action_may_have() -> None:
    effects = ", ".join(["{alert: {level: low, say: {zh: 看, en: Look}}}", "{set: {count: this.count + 1}}"] * 32)
    stage = opened("most_effects", f"{LOT}actions:\n{MAKE}  all_: {{title: {T}, by: clerk, on: lot, do: [{effects}]}}\n", 1)
    done(stage, "all_", "0")


TIMED = """
timers:
  tick: {on: lot, from: kept, at: this.since + 1h, to: moved, do: [{set: {count: this.count + 1}}]}
  tock: {on: lot, from: moved, at: this.since + 0h, do: [{set: {count: this.count * 2}}, {alert: {level: low, say: {zh: 看, en: Look}}}]}
  fall: {on: lot, from: moved, at: this.since + 0s, do: [{refuse: no_}]}
"""


@pytest.fixture
def slow_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that run nothing by themselves, so that actions run what is due."""
    from msgspec.structs import replace

    from zhulian.ledger import transition

    monkeypatch.setattr(transition, "HARD", replace(transition.HARD, due_per_block_max=0))


@pytest.mark.usefixtures("slow_blocks")
def test_due__timers_of_many_records_run_within_the_bound() -> None:
    for count in (40, 20, 10):
        body = f"{LOT}actions:\n{MAKE}  all_: {{title: {T}, by: clerk, on: lot, many: {count}, do: [{{set: {{count: this.count + 1}}}}]}}\n{TIMED}"
        try:
            stage = opened("due_many", body, count)
        except AssertionError:
            continue
        stage.world.time += 2 * HOUR
        done(stage, "all_", keys(count))
        return
    pytest.fail("the check lets no action run on ten records with timers")


@pytest.mark.usefixtures("slow_blocks")
@pytest.mark.parametrize("form", ["{type: list, of: lot, most: 20}", "lot"])
def test_due__timers_of_records_in_the_input_run_within_the_bound(form: str) -> None:
    body = f"instance: {{fields: {{seen: {{type: int, default: '0'}}}}}}\n{LOT}actions:\n{MAKE}  look: {{title: {T}, by: clerk, on: instance, input: {{lots: {form}}}}}\n{TIMED}"
    stage = opened("due_named", body, 20)
    stage.world.time += 2 * HOUR
    done(stage, "look", lots=[list(each) for each in keys(20)] if "list" in form else ["0"])


def test_values__too_large_to_keep_are_refused() -> None:
    fields = ", ".join(f"f{number}: {{type: text, public: true, optional: true}}" for number in range(20))
    record = f"records:\n  lot: {{title: {T}, key: id, fields: {{id: int, {fields}}}, states: {{start: kept}}}}\n"
    sets = ", ".join(f"f{number}: input.long" for number in range(20))
    action = (
        f"  fill: {{title: {T}, by: clerk, on: lot, input: {{long: {{type: text, public: true}}}}, do: [{{set: {{{sets}}}}}]}}\n"
    )
    stage = opened("large_values", f"{record}actions:\n{MAKE}{action}", 1)
    assert isinstance(held(stage, "fill", "0", long="甲" * 4096), Refused)
    done(stage, "fill", "0", long="甲" * 500)


def test_keys__too_long_to_keep_are_refused() -> None:
    parts = [f"p{number}" for number in range(4)]
    fields = ", ".join(f"{each}: {{type: text, public: true}}" for each in parts)
    record = f"records:\n  lot: {{title: {T}, key: [{', '.join(parts)}], fields: {{{fields}}}, states: {{start: kept}}, indexes: {{by_all: [{', '.join(parts)}]}}}}\n"
    action = f"  make: {{title: {T}, by: clerk, creates: lot, input: [{', '.join(parts)}]}}\n"
    stage = opened("long_keys", f"{record}actions:\n{action}")
    for size in (1, 40, 60, 255, 256, 257, 4096):
        for letter in ("a", "/", "甲"):
            result = held(stage, "make", **dict.fromkeys(parts, letter * size))
            assert isinstance(result, Applied) or size > 60 or letter != "a"


@pytest.mark.usefixtures("slow_blocks")
def test_due__timers_of_too_many_records_in_the_input_do_not_run() -> None:
    inputs = "{lots: {type: list, of: lot, most: 3}}"
    whole = "instance: {fields: {seen: {type: int, default: '0'}}}\n"
    body = f"{whole}{LOT}actions:\n{MAKE}  look: {{title: {T}, by: clerk, on: instance, input: {inputs}}}\n{TIMED}"
    stage = opened("due_beyond", body, 20)
    stage.world.time += 2 * HOUR
    assert isinstance(held(stage, "look", lots=[list(each) for each in keys(20)]), Refused)
    assert not stage.world.blocks[-1].ran


@pytest.mark.usefixtures("slow_blocks")
@pytest.mark.parametrize("count", [1, 2])
def test_due__timers_that_change_what_much_follows_from_run_within_the_bound(count: int) -> None:
    names = [f"u{number}" for number in range(6)]
    fields = ", ".join(
        f"{each}: {{type: int, unique: true, optional: true}}, n{each}: {{type: int, default: '0'}}" for each in names
    )
    indexes = ", ".join(f"by_{each}: [{each}, id]" for each in names)
    promises = ", ".join(f"{{name: p_{each}, that: 'or_else(this.{each}, 0) + this.id < 1000000'}}" for each in names)
    sets = ", ".join(f"{each}: {place} + this.id * 100, n{each}: this.id * 100" for place, each in enumerate(names))
    totals = "".join(f"  sum_{each}: {{sum: lot.n{each}}}\n" for each in names)
    record = f"""
records:
  lot:
    title: {T}
    key: id
    fields: {{id: int, {fields}}}
    states: {{start: kept, open: [moved], final: [gone]}}
    indexes: {{{indexes}}}
    always: [{promises}]
totals:
{totals}
"""
    timers = f"""
timers:
  tick: {{on: lot, from: kept, at: this.since + 1h, to: moved, do: [{{set: {{{sets}}}}}]}}
  tock: {{on: lot, from: moved, at: this.since + 1h, do: [{{set: {{{sets.replace("100", "101")}}}}}]}}
"""
    timers = timers if count == 2 else timers[: timers.index("  tock")]
    action = f"  look: {{title: {T}, by: clerk, on: lot}}\n"
    action += f"  glance: {{title: {T}, by: clerk, on: instance, input: {{lot: lot}}}}\n"
    whole = "instance: {fields: {seen: {type: int, default: '0'}}}\n"
    stage = opened("due_much", f"{whole}{record}actions:\n{MAKE}{action}{timers}", 3)
    stage.world.time += 2 * HOUR
    done(stage, "look", "1")
    stage.world.time += 2 * HOUR
    done(stage, "look", "1")
    done(stage, "glance", lot=["2"])
    done(stage, "glance", lot=["0"])
