"""The words of the trace module: what each refuses, and that a recall reaches all that came of a lot and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.lent import Stage
from zhulian.identifiers import check_digit
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.trace.format import EVENT, EventPaper, content_digest
from zhulian.modules.trace.limits import ANCESTORS_MAX, DEPTH_MAX
from zhulian.modules.trace.state import EVENTS, THINGS

FARM, DAIRY, SHOP, LAB, WATCH = "farm", "dairy", "shop", "lab", "samr"


def record(name: str) -> RecordName:
    return RecordName("food", "thing", (name,))


def lot_id(name: str) -> str:
    return f"https://id.gs1.org/01/06901234567892/10/{name}"


def item_id(number: int) -> str:
    return f"https://id.gs1.org/01/06901234567892/21/{number}"


def pallet_id(number: int) -> str:
    digits = f"16901234{number:09d}"
    return f"https://id.gs1.org/00/{digits}{check_digit(digits)}"


class Food:
    """A stage with things on it."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.names = 0

    def paper(self, by: str, things: list[str], kind: str = "object", action: str = "OBSERVE", **more: Any) -> str:
        self.names += 1
        fields = {
            "event": f"urn:uuid:{self.names:08d}",
            "instance": "food",
            "time_ms": self.stage.block.time_ms,
            "content": "ab" * 32,
        }
        fields |= {"by": by, "things": tuple(things), "kind": kind, "action": action, "format": "zhulian/trace-event/1"} | more
        return EVENT.encode(EventPaper(**fields)).decode()

    def track(self, name: str, identifier: str, by: str = FARM, signers: tuple[str, ...] = (), **more: Any) -> str:
        given = {"thing": record(name), "identifier": identifier, "party": by, **more}
        return self.stage.refusal("track", Caller("food", "x", signers or (by,)), given)

    def run(self, verb: str, name: str, by: str, event: str, signers: tuple[str, ...] = (), **more: Any) -> str:
        given = {"thing": record(name), "party": by, "event": event, **more}
        return self.stage.refusal(verb, Caller("food", "x", signers or (by,)), given)

    def recall(self, name: str, by: str) -> str:
        return self.stage.refusal("recall", Caller("food", "x", (by,)), {"thing": record(name), "party": by})

    def ask(self, read: str, name: str, *more: Any) -> Any:
        return self.stage.ask(read, Caller("food"), record(name), *more)

    def make(self, out: str, sources: list[str], by: str = FARM) -> str:
        paper = self.paper(by, [lot_id(each) for each in sources], "transformation", "", made=(lot_id(out),))
        return self.run("transform", out, by, paper)

    def pack(self, parent: str, parent_id: str, things: list[str], by: str = FARM, action: str = "ADD") -> str:
        return self.run("aggregate", parent, by, self.paper(by, things, "aggregation", action, made=(parent_id,)))


@pytest.fixture
def food() -> Food:
    found = Food()
    assert found.track("milk", lot_id("milk"), overseer=WATCH) == "done"
    return found


def test_track__walks_its_refusals(food: Food) -> None:
    elsewhere = {"thing": RecordName("other", "thing", ("x",)), "identifier": lot_id("x"), "party": FARM}
    assert food.stage.refusal("track", Caller("food", "x", (FARM,)), elsewhere) == "trace/1"
    assert food.track("x", lot_id("x"), FARM, signers=(DAIRY,)) == "trace/2"
    assert food.track("x", "https://id.gs1.org/01/06901234567891/10/x") == "trace/3"
    assert food.track("x", "http://shop.example/01/6901234567892/10/milk?17=261231") == "trace/4"  # another spelling of the same
    assert food.track("milk", lot_id("x")) == "trace/5"
    assert food.track("x", lot_id("x")) == "done"


def test_observe__refuses_forged_and_replayed_events(food: Food) -> None:
    mine = food.paper(FARM, [lot_id("milk")])
    assert food.run("observe", "milk", FARM, mine, signers=(DAIRY,)) == "trace/2"
    assert food.run("observe", "milk", FARM, mine[:-1]) == "trace/7"
    assert food.run("observe", "milk", FARM, mine.replace('"kind":"object"', '"kind":"object","more":1')) == "trace/7"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], instance="other")) == "trace/8"
    assert food.run("observe", "milk", DAIRY, mine) == "trace/8"  # another's event, taken over the wire
    assert food.run("observe", "milk", FARM, mine) == "done"
    assert food.run("observe", "milk", FARM, mine) == "trace/9"
    late = food.paper(FARM, [lot_id("milk")], time_ms=food.stage.block.time_ms + 600_001)
    assert food.run("observe", "milk", FARM, late) == "trace/10"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")] * 2)) == "trace/11"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], "aggregation", "ADD")) == "trace/11"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], action="")) == "trace/11"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("other")])) == "trace/11"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk"), lot_id("other")])) == "trace/6"
    assert food.run("observe", "other", FARM, food.paper(FARM, [lot_id("other")])) == "trace/6"
    assert food.ask("events_of", "milk") == 1


def test_observe__is_for_who_holds_the_thing(food: Food) -> None:
    paper = food.paper(LAB, [lot_id("milk")], step="inspecting")
    assert food.run("observe", "milk", LAB, paper) == "trace/12"
    assert food.run("observe", "milk", LAB, paper, signers=(LAB, FARM)) == "done"
    assert not food.ask("held_by", "milk", LAB)


def test_hands__change_in_two_steps(food: Food) -> None:
    paper = food.paper(FARM, [lot_id("milk")], step="shipping")
    assert food.run("ship", "milk", DAIRY, food.paper(DAIRY, [lot_id("milk")]), to=SHOP) == "trace/12"
    assert food.run("ship", "milk", FARM, paper, to=DAIRY) == "done"
    assert (food.ask("held_by", "milk", FARM), food.ask("bound_for", "milk", DAIRY)) == (True, True)
    assert food.run("receive", "milk", SHOP, food.paper(SHOP, [lot_id("milk")])) == "trace/18"
    assert food.run("receive", "milk", DAIRY, food.paper(DAIRY, [lot_id("milk")])) == "done"
    assert (food.ask("held_by", "milk", FARM), food.ask("held_by", "milk", DAIRY), food.ask("bound_for", "milk", DAIRY)) == (
        False,
        True,
        False,
    )
    assert food.run("receive", "milk", DAIRY, food.paper(DAIRY, [lot_id("milk")])) == "trace/18"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")])) == "trace/12"
    two = food.paper(DAIRY, [lot_id("milk"), lot_id("x")])
    assert food.run("ship", "milk", DAIRY, two, to=SHOP) == "trace/11"


def test_transform__never_goes_in_a_circle(food: Food) -> None:
    for name in ("butter", "cake"):
        assert food.track(name, lot_id(name)) == "done"
    assert food.make("butter", ["milk", "butter"]) == "trace/15"
    assert food.make("butter", ["milk"]) == "done"
    assert food.make("cake", ["butter"]) == "done"
    assert food.make("milk", ["cake"]) == "trace/15"
    assert food.make("butter", ["cake"]) == "trace/15"
    assert food.track("flour", lot_id("flour")) == "done"
    assert food.make("butter", ["flour"]) == "trace/16"  # its cake is baked
    assert food.make("cake", ["flour"]) == "done"
    assert food.run("ship", "cake", FARM, food.paper(FARM, [lot_id("cake")]), to=SHOP) == "done"
    assert food.track("egg", lot_id("egg")) == "done"
    assert food.make("cake", ["egg"]) == "trace/16"
    assert (
        food.run("transform", "cake", FARM, food.paper(FARM, [lot_id("egg")], "object", "ADD", made=(lot_id("cake"),)))
        == "trace/11"
    )
    assert food.track("cheese", lot_id("cheese"), DAIRY) == "done"
    assert food.make("cheese", ["milk"], DAIRY) == "trace/12"


def test_transform__bounds_what_a_thing_comes_from(food: Food) -> None:
    mixes = []
    for place in range(9):
        for each in range(31):
            assert food.track(f"a{place}-{each}", lot_id(f"a{place}-{each}")) == "done"
        assert food.track(f"mix{place}", lot_id(f"mix{place}")) == "done"
        assert food.make(f"mix{place}", [f"a{place}-{each}" for each in range(31)]) == "done"
        mixes.append(f"mix{place}")
    assert food.track("all", lot_id("all")) == "done"
    assert food.make("all", mixes[:8]) == "done"
    assert ANCESTORS_MAX == 8 * 32
    assert food.make("all", mixes[8:]) == "trace/17"
    assert not food.ask("recalled", "all")
    assert food.recall("a7-30", FARM) == "done"
    assert food.ask("recalled", "all")


def test_aggregate__packs_and_unpacks(food: Food) -> None:
    items = [item_id(each) for each in (1, 2)]
    for place, each in enumerate(items):
        assert food.track(f"can{place}", each) == "done"
    for place in (0, 1):
        assert food.track(f"pallet{place}", pallet_id(place)) == "done"
    assert food.pack("pallet0", pallet_id(0), [pallet_id(0)]) == "trace/11"
    assert food.pack("pallet0", pallet_id(0), [*items, lot_id("milk")]) == "done"
    assert food.pack("pallet1", pallet_id(1), [items[0]]) == "trace/13"
    assert food.pack("pallet1", pallet_id(1), [lot_id("milk")]) == "done"  # a lot is in many
    assert food.run("ship", "can0", FARM, food.paper(FARM, [items[0]]), to=SHOP) == "trace/13"
    assert food.run("ship", "pallet0", FARM, food.paper(FARM, [pallet_id(0)]), to=SHOP) == "done"
    assert food.run("receive", "pallet0", SHOP, food.paper(SHOP, [pallet_id(0)])) == "done"
    assert food.ask("held_by", "can0", SHOP)
    assert food.run("observe", "can0", FARM, food.paper(FARM, [items[0]])) == "trace/12"
    assert food.pack("pallet0", pallet_id(0), [items[0]], SHOP, "ADD") == "trace/13"
    assert food.pack("pallet0", pallet_id(0), [items[0]], SHOP, "DELETE") == "done"
    assert food.pack("pallet0", pallet_id(0), [items[0]], SHOP, "DELETE") == "trace/11"
    assert food.track("late", item_id(9), SHOP) == "done"
    assert food.pack("pallet0", pallet_id(0), [item_id(9)], SHOP) == "trace/16"
    assert food.recall("can0", SHOP) == "done"
    assert (food.ask("recalled", "pallet0"), food.ask("recalled", "can1"), food.ask("recalled", "pallet1")) == (
        True,
        False,
        False,
    )


def test_aggregate__goes_so_deep_and_never_round(food: Food) -> None:
    for place in range(DEPTH_MAX + 2):
        assert food.track(f"box{place}", pallet_id(place)) == "done"
    for place in range(DEPTH_MAX):
        assert food.pack(f"box{place + 1}", pallet_id(place + 1), [pallet_id(place)]) == "done"
    assert food.pack(f"box{DEPTH_MAX + 1}", pallet_id(DEPTH_MAX + 1), [pallet_id(DEPTH_MAX)]) == "trace/14"
    assert food.pack("box0", pallet_id(0), [pallet_id(DEPTH_MAX)]) == "trace/15"
    assert food.ask("held_by", "box0", FARM)


def test_recall__is_for_maker_holder_and_overseer(food: Food) -> None:
    assert food.track("cheese", lot_id("cheese")) == "done"
    assert food.make("cheese", ["milk"]) == "done"
    assert food.recall("nothing", FARM) == "trace/6"
    assert food.recall("milk", SHOP) == "trace/19"
    assert food.recall("cheese", WATCH) == "trace/19"  # it oversees the milk alone
    assert food.recall("milk", WATCH) == "done"
    assert food.recall("milk", FARM) == "trace/20"
    assert (food.ask("recalled", "milk"), food.ask("recalled", "cheese"), food.ask("recalled", "unknown")) == (True, True, False)
    assert food.ask("tracked", "milk")
    other = Food()
    assert other.track("water", lot_id("water"), FARM) == "done"
    given_to = {"thing": record("water"), "party": SHOP}
    assert other.stage.refusal("recall", Caller("food", "x", (FARM,)), given_to) == "trace/2"


def test_errors__are_declared_by_who_recorded_the_event(food: Food) -> None:
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], event="urn:uuid:a")) == "done"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], wrong="urn:uuid:z")) == "trace/21"
    by_lab = food.paper(LAB, [lot_id("milk")], wrong="urn:uuid:a")
    assert food.run("observe", "milk", LAB, by_lab, signers=(LAB, FARM)) == "trace/22"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], event="urn:uuid:b", wrong="urn:uuid:a")) == "done"
    assert food.run("observe", "milk", FARM, food.paper(FARM, [lot_id("milk")], wrong="urn:uuid:a")) == "trace/23"
    assert EVENTS.get(food.stage.world.state, "food", "urn:uuid:a").declared_wrong_by == "urn:uuid:b"


def test_content__is_told_by_salt_and_document() -> None:
    hasher = Stage().world.world.hasher
    one = content_digest(hasher, bytes(32), b"{}")
    assert one != content_digest(hasher, bytes(31) + b"\1", b"{}")
    assert one != content_digest(hasher, bytes(32), b"{ }")


NAMES = [f"n{each}" for each in range(7)]


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)), max_size=14),
    st.sampled_from(NAMES),
)
@settings(max_examples=40, deadline=None)
def test_recall__reaches_all_that_came_of_it(several: list[tuple[str, list[str]]], marked: str) -> None:
    """Against plain sets: what a thing is made of, directly or not, is what its recall depends on; and no set has its own thing."""
    food = Food()
    for name in NAMES:
        assert food.track(name, lot_id(name)) == "done"
    made_of: dict[str, set[str]] = {each: set() for each in NAMES}
    used: set[str] = set()
    for out, sources in several:
        below = {*sources, *(deep for each in sources for deep in made_of[each])}
        may = len(set(sources)) == len(sources) and out not in below and out not in used
        assert (food.make(out, sources) == "done") == may
        if may:
            made_of[out] |= below
            used |= set(sources)
    assert all(each not in below for each, below in made_of.items())
    assert food.recall(marked, FARM) == "done"
    for name in NAMES:
        assert food.ask("recalled", name) == (name == marked or marked in made_of[name])
    uses = {key[0].rpartition("/")[2]: thing.uses for key, thing in food.stage.all(THINGS).items()}
    assert {each for each, count in uses.items() if count} == used
