"""A definition with a sweep: a lot is recalled, and every can of it is stopped in its turn."""

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import make_ground, open_instance
from tests.world import TestWorld
from zhulian.ledger.types import Applied
from zhulian.modules.scenario.messages import Act, Admit
from zhulian.modules.scenario.state import RECORDS, SWEEPS, Held, Sweeping

__all__ = ["CLERK", "SOURCE", "do", "fill", "held", "make_plant", "sweep"]

CLERK = "org1.clerk"

SOURCE = """
scenario: cans
version: 1
title: {zh: 罐装, en: Cans}
roles:
  maker: {title: {zh: 生产方, en: Maker}, admitted_by: operator}
records:
  lot:
    title: {zh: 批次, en: Lot}
    key: number
    fields: {number: int, told: {type: int, default: '0'}, most: {type: int, default: '1000000'}}
    states: {start: sold, open: [recalled], final: [told_]}
  can:
    title: {zh: 罐, en: Can}
    key: code
    fields: {code: int, lot: lot, bad: {type: bool, default: 'false'}}
    states: {start: full, open: [stopped], final: [eaten]}
    always: [{name: sound, that: '!(this.bad && this.state == "stopped")'}]
refusals:
  recalled: {zh: 已召回, en: It is recalled}
actions:
  pack: {title: {zh: 建批, en: Pack}, by: maker, creates: lot, input: [number]}
  fill: {title: {zh: 装罐, en: Fill}, by: maker, creates: can, input: [code, lot, bad]}
  eat: {title: {zh: 食用, en: Eat}, by: maker, on: can, from: full, to: eaten, require: [{recalled: 'this.lot.state != "recalled"'}]}
  recall: {title: {zh: 召回, en: Recall}, by: maker, on: lot, from: [sold, recalled], to: recalled, do: [{sweep: stop}]}
  rehang: {title: {zh: 换批, en: Rehang}, by: maker, on: can, from: full, input: {to: lot}, do: [{set: {lot: input.to}}]}
  recall_of: {title: {zh: 按罐召回, en: Recall by a can}, by: maker, on: can, from: [full, stopped, eaten], do: [{move: {this.lot: recalled}}, {sweep: {stop: this.lot}}]}
timers:
  stop: {on: can, sweep: lot, from: full, to: stopped, page: 20, do: [{set: {this.lot.told: this.lot.told + 1}}]}
  all_told: {on: lot, after: stop, from: recalled, to: told_}
"""


def make_plant(text: str = SOURCE, cans: int = 0, bad: tuple[int, ...] = (), **settings: object) -> TestWorld:
    """A chain with the instance `first`, a lot 1 and so many cans of it, numbered from 0; org1 operates and makes."""
    world = make_ground(3, **settings)
    open_instance(world, text, "first")
    applied(world, Admit(instance="first", party="org1", role="maker"), CLERK)
    applied(world, do("pack", number=1), CLERK)
    fill(world, range(cans), bad=bad)
    return world


def do(action: str, on: int | None = None, /, **given: object) -> Act:
    """The message for an action on a lot or can."""
    return Act(action=action, instance="first", input=dict(given), on=() if on is None else ((str(on),),))


def fill(world: TestWorld, codes: range, lot: int = 1, bad: tuple[int, ...] = ()) -> None:
    """Fill cans of a lot, twenty in a transaction."""
    for at in range(0, len(codes), 20):
        messages = [do("fill", code=code, lot=[str(lot)], bad=code in bad) for code in codes[at : at + 20]]
        assert isinstance(world.run(messages, CLERK), Applied)


def held(world: TestWorld, record: str, number: int) -> Held:
    """A record as the chain holds it."""
    found: Held = RECORDS.get(world.state, "first", record, str(number))
    return found


def sweep(world: TestWorld, lot: int = 1) -> Sweeping:
    """How far the sweep for a lot has come."""
    found: Sweeping = SWEEPS.get(world.state, "first", "stop", str(lot))
    return found
