"""When timers are put into the queue and taken out, against what the record itself says."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.lending import RecordName
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules import every_word
from zhulian.modules.scenario.state import Held, Trail
from zhulian.modules.scenario.timing.queue import first, remove
from zhulian.modules.scenario.timing.schedule import OVER, TASKS, entry_of, name_of, reschedule, span_s

SOURCE = """
scenario: waiting
version: 1
title: {zh: 等待, en: Waiting}
roles: {clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}}
records:
  case:
    title: {zh: 案件, en: Case}
    key: number
    fields:
      number: int
      due: time
      later: {type: time, optional: true}
    states: {start: filed, open: [heard], final: [closed, lapsed]}
    tasks: {tax: {by: clerk}, loan: {by: clerk}}
    within: 2d
    during: heard
    expired: lapsed
actions:
  file: {title: {zh: 立案, en: File}, by: clerk, creates: case, input: [number, due]}
  hear: {title: {zh: 审理, en: Hear}, by: clerk, on: case, from: filed, to: heard}
  back: {title: {zh: 退回, en: Back}, by: clerk, on: case, from: heard, to: filed}
  close: {title: {zh: 结案, en: Close}, by: clerk, on: case, from: heard, to: closed}
timers:
  remind: {on: case, from: [filed, heard], at: 'this.due - 24h', do: [{alert: {level: low, say: {zh: 将到期, en: Soon}}}]}
  lapse: {on: case, from: filed, at: 'or_else(this.later, this.due)', to: lapsed}
"""


def compiled() -> Compiled:
    return compile_definition(check_definition(read_definition(SOURCE), every_word()))


COMPILED = compiled()
CASE = COMPILED.records["case"]
NAME = RecordName("court", "case", ("7",))


class _Empty:
    def get(self, key: bytes) -> bytes | None:
        return None


class Desk:
    """One record that is saved again and again."""

    def __init__(self) -> None:
        self.state = TransactionOverlay(BlockOverlay(_Empty()), 10**9)
        self.held: Held | None = None
        self.asked: list[str] = []

    def save(self, after: Held) -> Held:
        def worth(program: object) -> int:
            timer = next(each for each in CASE.timers if each.at is program)
            self.asked.append(timer.name)
            due, later = after.fields["due"], after.fields.get("later")
            return due - 86_400 if timer.name == "remind" else (due if later is None else later)

        self.held = reschedule(self.state, NAME, CASE, self.held, after, worth)
        return self.held

    def queue(self) -> list[tuple[int, str]]:
        found = []
        part = self.state.inner(10**8)
        while (entry := first(part)) is not None:
            remove(part, *entry)
            found.append((entry[0], entry_of(entry[1]).timer))
        return found


def filed(due: int = 1_000_000) -> Held:
    return Held(fields={"number": 7, "due": due}, since=100, trail=Trail(count=0, head="0" * 64), version=1, state="filed")


def test_new_record__gets_the_timers_of_its_state() -> None:
    desk = Desk()
    assert desk.save(filed()).timers == {"lapse": 1_000_000, "remind": 913_600}
    assert desk.queue() == [(913_600, "remind"), (1_000_000, "lapse")]


def test_change__asks_again_only_what_looks_at_it() -> None:
    desk = Desk()
    held = desk.save(filed())
    desk.asked.clear()
    held = desk.save(replace(held, owner="org1"))
    assert desk.asked == []
    held = desk.save(replace(held, fields={**held.fields, "later": 15}))
    assert desk.asked == ["lapse"]
    held = desk.save(replace(held, fields={**held.fields, "due": 900_000}))
    assert sorted(desk.asked[1:]) == ["lapse", "remind"]
    assert desk.queue() == [(15, "lapse"), (813_600, "remind")]


def test_state__takes_timers_out_and_puts_others_in() -> None:
    desk = Desk()
    held = desk.save(filed())
    held = desk.save(replace(held, state="heard", since=500))
    assert desk.queue() == [(500 + 2 * 86_400, TASKS), (913_600, "remind")]
    held = desk.save(replace(held, state="closed", since=600))
    assert (held.timers, desk.queue()) == ({}, [])


def test_timer_that_has_run__waits_for_the_next_entry() -> None:
    desk = Desk()
    held = desk.save(filed())
    held = desk.save(replace(held, timers={**held.timers, "remind": OVER}))
    assert desk.queue() == [(1_000_000, "lapse")]
    held = desk.save(replace(held, fields={**held.fields, "due": 2_000_000}))
    assert desk.queue() == [(2_000_000, "lapse")], "its time changed, but once is once"
    desk.save(replace(held, state="heard", since=700))
    assert (2_000_000 - 86_400, "remind") in desk.queue()


def test_tasks__begin_anew_with_each_entry_and_end_when_all_are_done() -> None:
    desk = Desk()
    held = desk.save(replace(desk.save(filed()), state="heard", since=500))
    held = desk.save(replace(held, done={"tax": "org1"}))
    assert held.timers[TASKS] == 500 + 2 * 86_400
    held = desk.save(replace(held, done={"tax": "org1", "loan": "org2"}))
    assert TASKS not in [timer for _, timer in desk.queue()]
    held = desk.save(replace(held, state="filed", since=800))
    assert held.done == {"tax": "org1", "loan": "org2"}
    held = desk.save(replace(held, state="heard", since=900))
    assert (held.done, held.timers[TASKS]) == ({}, 900 + 2 * 86_400)


def test_time_before_1970__is_due_at_once() -> None:
    desk = Desk()
    assert desk.save(filed(due=-5)).timers == {"lapse": 10, "remind": 10}
    assert desk.queue() == [(10, "lapse"), (10, "remind")], "one time: by name"


@given(
    st.lists(
        st.tuples(st.sampled_from(["due", "later", "state", "ran", "done", "version"]), st.integers(-10, 3_000_000)), max_size=25
    )
)
def test_queue__always_holds_what_the_record_says(changes: list[tuple[str, int]]) -> None:
    desk = Desk()
    held = desk.save(filed())
    for what, value in changes:
        match what:
            case "due" | "later":
                held = replace(held, fields={**held.fields, what: value})
            case "state":
                held = replace(held, state=CASE.states[value % 4], since=held.since + value % 3)
            case "ran" if held.timers:
                held = replace(held, timers={**held.timers, sorted(held.timers)[value % len(held.timers)]: OVER})
            case "done":
                held = replace(held, done={**held.done, ("tax", "loan")[value % 2]: "org1"})
            case "version":
                held = replace(held, version=held.version + 1)
        held = desk.save(held)
        assert desk.queue() == sorted((time, timer) for timer, time in held.timers.items() if time != OVER)


@given(st.lists(st.text(max_size=5), max_size=4), st.sampled_from(["lapse", TASKS]))
def test_name__leads_back_to_the_timer(key: list[str], timer: str) -> None:
    if key in ([""], []):
        key = ["x"]
    record = RecordName("court", "case", tuple(key))
    assert entry_of(name_of(record, timer)) == (record, timer)
    whole = RecordName("court", "instance")
    assert entry_of(name_of(whole, timer)) == (whole, timer)


def test_span__counts_seconds() -> None:
    assert [span_s(each) for each in ("2d", "3h", "4min", "5s")] == [172_800, 10_800, 240, 5]
