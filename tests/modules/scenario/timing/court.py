"""An instance with timers, tasks and corrections, and a chain to run it on."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import make_ground, open_instance
from tests.world import TestWorld
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Event
from zhulian.ledger.overlay import BlockOverlay
from zhulian.ledger.transition import AppliedBlock
from zhulian.ledger.types import Message, Refused
from zhulian.modules.scenario.messages import Act, Admit, Complete, Correct, RecordAt
from zhulian.modules.scenario.state import RECORDS, TOTALS, Held
from zhulian.modules.scenario.timing.queue import DUE, first, insert
from zhulian.modules.scenario.timing.schedule import OVER, entry_of, name_of

__all__ = [
    "CLERK", "SOURCE", "act", "case_of", "complete", "copy_cases", "correct", "due_of", "events_of", "file", "hold_queue", "make_court", "refused_with",
]  # fmt: skip

CLERK = "org1.clerk"

SOURCE = """
scenario: waiting
version: 1
title: {zh: 等待, en: Waiting}
roles:
  clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}
  tax: {title: {zh: 税务, en: Tax}, admitted_by: operator}
  bank: {title: {zh: 银行, en: Bank}, admitted_by: operator}
records:
  case:
    title: {zh: 案件, en: Case}
    key: number
    fields:
      number: int
      due: time
      count: {type: int, default: '0'}
      most: {type: int, default: '9'}
      plate: {type: text, pattern: '[A-Z0-9]{1,8}', optional: true, unique: true}
      filer: party
    states: {start: filed, open: [heard, parked], final: [closed, lapsed]}
    always: [{name: bounded, that: 'this.count <= this.most'}]
    correct: [{fields: [due], by: this.filer, until: 'this.since + 1h'}, {fields: [plate, most, filer], by: clerk}]
    tasks: {tax: {by: tax}, loan: {by: [bank, tax]}}
    within: 2d
    during: heard
    expired: parked
    indexes: {by_plate: plate}
instance:
  fields: {filed: {type: int, default: '0'}}
totals:
  waiting: {count: case, where: 'state == "filed"'}
  counted: {sum: case.count}
refusals:
  unfinished: {zh: 事项未办结, en: Tasks are not done}
actions:
  file: {title: {zh: 立案, en: File}, by: clerk, creates: case, input: [number, due], do: [{set: {filer: actor}}]}
  flood:
    title: {zh: 批量立案, en: Flood}
    by: clerk
    on: instance
    input: {numbers: {type: list, of: int, most: 100}, due: time}
    do:
      - each: {n: input.numbers}
        do: [{create: {case: {number: n, due: input.due, filer: actor}}}]
  shift: {title: {zh: 改期, en: Shift}, by: clerk, on: case, input: {due: time}, do: [{set: {due: input.due}}]}
  bound: {title: {zh: 限次, en: Bound}, by: clerk, on: case, input: {most: int}, do: [{set: {most: input.most}}]}
  hear: {title: {zh: 审理, en: Hear}, by: clerk, on: case, from: filed, to: heard}
  back: {title: {zh: 退回, en: Back}, by: clerk, on: case, from: [heard, parked], to: filed}
  close:
    title: {zh: 结案, en: Close}
    by: clerk
    on: case
    from: heard
    to: closed
    require: [{unfinished: done(this.tasks)}]
timers:
  remind: {on: case, from: [filed, heard], at: 'this.due - 24h', do: [{set: {count: this.count + 1}}]}
  lapse: {on: case, from: filed, at: this.due, to: lapsed, do: [{alert: {level: low, say: {zh: 已逾期, en: Lapsed}}}]}
"""


def make_court(orgs: int = 4, names: tuple[str, ...] = ("first",), text: str = SOURCE, **settings: Any) -> TestWorld:
    """A chain with instances of `SOURCE`: org1 operates and is clerk, org2 is tax, org3 bank."""
    world = make_ground(orgs, **settings)
    for place, name in enumerate(names):
        if place == 0:
            definition = open_instance(world, text, name)
        else:
            from zhulian.modules.scenario.messages import Open

            applied(world, Open(definition=definition, instance=name), CLERK)
        for party, role in (("org1", "clerk"), ("org2", "tax"), ("org3", "bank")):
            applied(world, Admit(instance=name, party=party, role=role), CLERK)
    return world


def act(action: str, case: int | None = None, instance: str = "first", /, **given: Any) -> Act:
    """The message for an action on a case."""
    return Act(action=action, instance=instance, input=given, on=() if case is None else ((str(case),),))


def file(world: TestWorld, number: int, due: int, instance: str = "first") -> None:
    """File a case that lapses at `due`, Unix seconds."""
    applied(world, act("file", None, instance, number=number, due=due), CLERK)


def complete(number: int, task: str) -> Complete:
    return Complete(instance="first", on=RecordAt(record="case", key=(str(number),)), task=task)


def correct(case: int, reason: str = "错录", /, **fields: Any) -> Correct:
    return Correct(instance="first", on=RecordAt(record="case", key=(str(case),)), fields=fields, reason=reason)


def case_of(world: TestWorld, number: int, instance: str = "first") -> Held:
    """The case as the chain holds it."""
    held: Held = RECORDS.get(world.state, instance, "case", str(number))
    return held


def due_of(world: TestWorld) -> list[tuple[int, str]]:
    """All that is in the queue, in order."""
    found = [(time, name) for each in _nodes(world) if not each.below for time, name in each.entries]
    assert first(world.state) == min(found, default=None)
    return sorted(found)


def copy_cases(world: TestWorld, numbers: Iterable[int]) -> None:
    """Put copies of case 0 into the state, as if they had been filed too."""
    overlay = BlockOverlay(world.state)
    model = case_of(world, 0)
    for number in numbers:
        RECORDS.set(overlay, "first", "case", str(number), value=replace(model, fields={**model.fields, "number": number}))
        for timer, time in model.timers.items():
            insert(overlay, time, name_of(RecordName("first", "case", (str(number),)), timer))
    TOTALS.set(
        overlay, "first", "waiting", "", value=sum(key.startswith(b'["scenario/records",') for key, _ in overlay.changes())
    )
    world.state.apply(dict(overlay.changes()))


def hold_queue(world: TestWorld) -> None:
    """Hold the queue against what the records say."""
    wanted = []
    for key, value in world.state.values.items():
        if key.startswith(b'["scenario/records",'):
            parts = [each.decode() for each in key[2:-2].split(b'","')]
            held = RECORDS.decode(value)
            name = RecordName(parts[1], parts[2], tuple(parts[3].split("/")) if parts[3] else ())
            wanted += [(time, name_of(name, timer)) for timer, time in held.timers.items() if time != OVER]
    assert due_of(world) == sorted(wanted)
    for _, name in wanted:
        assert name_of(*entry_of(name)) == name


def _nodes(world: TestWorld) -> list[Any]:
    return [DUE.decode(value) for key, value in world.state.values.items() if key.startswith(b'["scenario/due",')]


def events_of(applied_block: AppliedBlock) -> list[Event]:
    """What ran by itself."""
    return [event for ran in applied_block.ran for event in ran.events]


def refused_with(world: TestWorld, message: Message, signer: str, code: str) -> None:
    """Hold that a message is refused with a number."""
    result = world.run(message, signer)
    assert isinstance(result, Refused), result
    assert result.code == code
