"""Sweeps on a chain: every record once, page by page, past what refuses, whatever is made meanwhile."""

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import open_instance, publish
from tests.modules.scenario.timing.cans import CLERK, SOURCE, do, fill, held, make_plant, sweep
from tests.modules.scenario.timing.court import due_of, events_of, refused_with
from tests.world import TestWorld
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import STEPS_MAX
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.limits import Limits, due_steps_max
from zhulian.ledger.types import Applied, Refused
from zhulian.modules import every_word
from zhulian.modules.scenario.events import Alerted, RecordChanged, Swept, TimerRan, TimerRested
from zhulian.modules.scenario.messages import Upgrade
from zhulian.modules.scenario.state import SWEPT_COUNTS
from zhulian.modules.scenario.timing.schedule import OVER

SMALL = Limits(block_steps_max=40_000, organisation_block_steps_max=40_000)
"""Limits with which a block has room for one page."""


def swept_by(world: TestWorld, blocks: int) -> list[tuple[int, int, int, bool]]:
    """Make blocks, and say how far the sweep told that it came: next place, done, rested, ended."""
    events = [event for _ in range(blocks) for event in events_of(world.block([]))]
    return [(each.next, each.done, each.rested, each.ended) for each in events if isinstance(each, Swept)]


def test_sweep__reaches_every_record_by_pages_and_then_runs_what_comes_after() -> None:
    world = make_plant(cans=45)
    applied(world, do("eat", 7), CLERK)
    recall, eat = (world.sign([each], [CLERK]) for each in (do("recall", 1), do("eat", 8)))
    block = world.block([recall, eat])
    assert {type(each) for each in block.results} == {Applied, Refused}
    mine = world.result(eat)
    assert isinstance(mine, Refused)
    assert mine.code == "cans:recalled", "the mark is there at once, long before the sweep is"
    assert held(world, "can", 8).state == "full"
    assert swept_by(world, 1) == [(20, 19, 0, False), (40, 39, 0, False), (45, 44, 0, False), (45, 44, 0, True)]
    states = [held(world, "can", code).state for code in range(45)]
    assert states == ["eaten" if code == 7 else "stopped" for code in range(45)]
    lot = held(world, "lot", 1)
    assert (lot.fields["told"], lot.state) == (44, "told_")
    assert (sweep(world).done, sweep(world).queued) == (44, OVER)
    assert due_of(world) == []


def test_sweep__tells_of_each_record() -> None:
    world = make_plant(cans=3)
    applied(world, do("recall", 1), CLERK)
    events = events_of(world.block([]))
    assert [each.key for each in events if isinstance(each, TimerRan) and each.timer == "stop"] == ["0", "1", "2"]
    changed = [(each.record, each.key) for each in events if isinstance(each, RecordChanged) and each.cause == "stop"]
    assert sorted(changed) == [("can", "0"), ("can", "1"), ("can", "2"), ("lot", "1")], "the lot is written once a page"


def test_sweep__passes_over_what_refuses_and_tells() -> None:
    world = make_plant(cans=30, bad=(3, 29))
    applied(world, do("recall", 1), CLERK)
    events = events_of(world.block([]))
    assert [(each.key, each.code) for each in events if isinstance(each, TimerRested)] == [
        ("3", "scenario/20"),
        ("29", "scenario/20"),
    ]
    assert [(each.key, each.cause, each.level) for each in events if isinstance(each, Alerted)] == [
        ("3", "timers.stop", "high"),
        ("29", "timers.stop", "high"),
    ]
    assert [held(world, "can", code).state for code in (2, 3, 4, 28, 29)] == ["stopped", "full", "stopped", "stopped", "full"]
    assert (sweep(world).done, sweep(world).rested, sweep(world).queued) == (28, 2, OVER)
    assert held(world, "lot", 1).fields["told"] == 28, "what a refused page did is undone"


def test_sweep__keeps_to_the_share_of_a_block_and_misses_nothing_that_is_made_meanwhile() -> None:
    world = make_plant(cans=45, limits=SMALL)
    applied(world, do("recall", 1), CLERK)
    assert swept_by(world, 1) == [(20, 20, 0, False)]
    assert sum(each.cost.steps for each in world.blocks[-1].ran) <= due_steps_max(SMALL)
    fill(world, range(45, 47))  # another page goes by
    told = swept_by(world, 3)
    assert told[-1] == (47, 47, 0, True)
    assert {held(world, "can", code).state for code in range(47)} == {"stopped"}
    assert swept_by(world, 3) == []


def test_sweep__is_one_at_a_time_and_may_begin_again_behind_its_end() -> None:
    world = make_plant(SOURCE.replace("after: stop, from: recalled", "after: stop, from: sold"), cans=2)
    raws = [world.sign([do("recall", 1)], [CLERK]) for _ in range(2)]
    world.block(raws)
    codes = [each.code for each in map(world.result, raws) if isinstance(each, Refused)]
    assert codes == ["scenario/160"]
    fill(world, range(2, 4))
    assert held(world, "can", 3).state == "full", "it is at its end, and what comes later is nothing to it"
    applied(world, do("recall", 1), CLERK)
    world.block([])
    assert held(world, "can", 3).state == "stopped"
    assert sweep(world).done == 2, "the two of before are in another state by now"


def test_sweep__begins_for_a_record_that_another_names() -> None:
    world = make_plant(cans=3)
    applied(world, do("pack", number=2), CLERK)
    fill(world, range(3, 5), lot=2)
    applied(world, do("recall_of", 4), CLERK)
    world.block([])
    assert [held(world, "can", code).state for code in range(5)] == ["full"] * 3 + ["stopped"] * 2
    assert (held(world, "lot", 1).state, held(world, "lot", 2).state) == ("sold", "told_")


def test_sweep__of_nothing_ends_at_once() -> None:
    world = make_plant()
    applied(world, do("recall", 1), CLERK)
    assert swept_by(world, 1) == [(0, 0, 0, True)]
    assert held(world, "lot", 1).state == "told_"


def test_what_comes_after__asks_for_the_state_of_its_record() -> None:
    world = make_plant(SOURCE.replace("after: stop, from: recalled", "after: stop, from: sold"), cans=2)
    applied(world, do("recall", 1), CLERK)
    world.block([])
    assert held(world, "lot", 1).state == "recalled"
    assert held(world, "lot", 1).timers == {}


def test_list__goes_by_the_first_value_for_ever() -> None:
    world = make_plant(cans=2)
    applied(world, do("pack", number=2), CLERK)
    refused_with(world, do("rehang", 1, to=["2"]), CLERK, "scenario/161")
    applied(world, do("rehang", 1, to=["1"]), CLERK)
    assert SWEPT_COUNTS.get(world.state, "first", "can.lot", "1") == 2


DAY = 86_400


def later(more: str, *changes: tuple[str, str]) -> str:
    """The second version, with an `upgrade` of these words and these changes."""
    text = SOURCE.replace("version: 1", "version: 2", 1) + f"upgrade: {{from: 1, notice: 1d{more}}}\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_sweep__goes_on_across_an_upgrade_and_each_record_by_its_own_version() -> None:
    world = make_plant(cans=45, limits=SMALL)
    second = later(", keep: [can]", ("this.lot.told + 1", "this.lot.told + 100"))
    applied(world, Upgrade(definition=publish(world, second), instance="first"), CLERK)
    applied(world, do("recall", 1), CLERK)
    assert swept_by(world, 1) == [(20, 20, 0, False)]
    world.time += 2 * DAY
    assert swept_by(world, 3)[-1] == (45, 45, 0, True)
    assert held(world, "lot", 1).fields["told"] == 45, "they were kept, so they finish under their version"
    fill(world, range(45, 47))
    assert held(world, "can", 45).version == 2


def test_sweep__meets_moved_records_under_the_later_version() -> None:
    world = make_plant(cans=45, limits=SMALL)
    second = later("", ("this.lot.told + 1", "this.lot.told + 100"))
    applied(world, Upgrade(definition=publish(world, second), instance="first"), CLERK)
    applied(world, do("recall", 1), CLERK)
    assert swept_by(world, 1) == [(20, 20, 0, False)]
    world.time += 2 * DAY
    assert swept_by(world, 3)[-1] == (45, 45, 0, True)
    assert held(world, "lot", 1).fields["told"] == 20 + 2500
    assert held(world, "can", 44).version == 2


def test_sweep__that_the_later_version_lacks_passes_over_what_moved() -> None:
    world = make_plant(cans=3)
    second = later(
        "",
        ("stop: {on: can, sweep: lot", "halt: {on: can, sweep: lot"),
        ("after: stop", "after: halt"),
        ("sweep: stop", "sweep: halt"),
        ("{stop: this.lot}", "{halt: this.lot}"),
    )
    applied(world, Upgrade(definition=publish(world, second), instance="first"), CLERK)
    world.time += DAY - 5
    raw = world.sign([do("recall", 1)], [CLERK])
    world.block([raw])
    assert isinstance(world.result(raw), Applied)
    world.time += DAY
    assert swept_by(world, 1)[-1] == (3, 0, 0, True)


def test_sweep__does_not_take_what_a_later_version_calls_by_its_name_for_itself() -> None:
    world = make_plant(cans=45, limits=SMALL)
    late = "  stop: {on: can, at: this.since + 900d, from: full, to: stopped, do: [{set: {this.lot.told: 0 - 1}}]}\n  halt: {on: can, sweep: lot"
    changes = [("  stop: {on: can, sweep: lot", late), ("after: stop", "after: halt"), ("sweep: stop", "sweep: halt")]
    second = later("", *changes, ("{stop: this.lot}", "{halt: this.lot}"))
    applied(world, Upgrade(definition=publish(world, second), instance="first"), CLERK)
    applied(world, do("recall", 1), CLERK)
    assert swept_by(world, 1) == [(20, 20, 0, False)]
    world.time += 2 * DAY
    assert swept_by(world, 3)[-1] == (45, 20, 0, True)
    assert held(world, "can", 44).state == "full"
    assert held(world, "lot", 1).fields["told"] == 20


def test_page__of_the_most_records_that_the_check_allows_has_steps_enough() -> None:
    for page in range(100, 19, -10):
        text = SOURCE.replace("page: 20", f"page: {page}")
        try:
            check_definition(read_definition(text), every_word())
        except LanguageFaults:
            continue
        world = make_plant(text, cans=page)
        applied(world, do("recall", 1), CLERK)
        block = world.block([])
        assert sweep(world).rested == sweep(world).alone == 0
        assert sweep(world).done == page
        assert page * 60 < block.ran[0].cost.steps <= STEPS_MAX
        return
    raise AssertionError("the check allows no page of twenty")


def test_second_instance__has_lists_of_its_own() -> None:
    world = make_plant(cans=2)
    open_instance(world, SOURCE.replace("scenario: cans", "scenario: tins"), "second")
    assert SWEPT_COUNTS.find(world.state, "second", "can.lot", "1") is None
