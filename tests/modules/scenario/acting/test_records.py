"""Records under random actions: totals, indexes and unique values always say what the records say, and every trail is whole."""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from tests.modules.scenario.acting.shop import shop
from tests.modules.scenario.acting.stage import Stage
from zhulian import canonical
from zhulian.ledger.types import Applied
from zhulian.modules.scenario.events import RecordChanged
from zhulian.modules.scenario.state import INDEXES, RECORDS, TOTALS, UNIQUE
from zhulian.modules.scenario.values import key_leaf, key_of_leaf

NAMES = st.sampled_from(["A", "B/1", "%2F"])
IDS = st.integers(0, 4)
PLATES = st.sampled_from(["AA", "BB", "CC"])
AMOUNTS = st.integers(-100, 60_000)


def loan(draw: st.DrawFn) -> tuple[str, str]:
    return key_leaf([draw(NAMES)]), str(draw(IDS))


@st.composite
def actions(draw: st.DrawFn) -> tuple[str, str, Any, dict[str, Any]]:
    kind = draw(st.sampled_from(["begin", "lend", "lend", "pay", "raise_it", "mark_late", "rename", "swap", "split"]))
    who = draw(st.sampled_from(["org1", "org1", "org2"]))
    match kind:
        case "begin":
            return kind, who, (), {"name": draw(NAMES), "holder": draw(st.sampled_from(["org2", "org3"]))}
        case "lend":
            more = {"plate": draw(PLATES)} if draw(st.booleans()) else {}
            grade = {"grade": "high"} if draw(st.booleans()) else {}
            return kind, who, (), {"deal": [draw(NAMES)], "id": draw(IDS), "left": draw(AMOUNTS), **more, **grade}
        case "pay":
            return kind, draw(st.sampled_from(["org2", "org3"])), [loan(draw)], {"amount": draw(AMOUNTS)}
        case "raise_it":
            return kind, who, [loan(draw)], {"amount": -draw(AMOUNTS)}
        case "mark_late":
            return kind, who, [loan(draw), loan(draw)][: draw(st.integers(1, 2))], {}
        case "rename":
            return kind, who, [loan(draw)], {"plate": draw(PLATES)}
        case "swap":
            return kind, who, [loan(draw)], {"other": list(loan(draw))}
        case _:
            return kind, who, [loan(draw)], {"ids": draw(st.lists(IDS, max_size=3)), "part": draw(st.integers(0, 50))}


@given(st.lists(actions(), min_size=5, max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_follows_from_records__always_says_what_they_say(plays: list[tuple[str, str, Any, dict[str, Any]]]) -> None:
    stage = shop()
    for name, holder in (("A", "org2"), ("B/1", "org3")):
        stage.act("s", "begin", "org1", name=name, holder=holder)
    target(float(sum(isinstance(stage.send("s", kind, who, on, **given), Applied) for kind, who, on, given in plays)))
    loans = {leaf: held for (_, record, leaf), held in stage.all(RECORDS).items() if record == "loan"}
    alive: Counter[str] = Counter()
    for held in loans.values():
        if held.state == "live" and held.fields["grade"] == "low" and held.fields["left"]:
            alive[key_leaf(held.fields["deal"])] += held.fields["left"]
    expected = {("s", "alive", of): amount for of, amount in alive.items()}
    expected |= {("s", "loans", ""): len(loans)} if loans else {}
    assert stage.all(TOTALS) == expected
    plates = {held.fields["plate"]: leaf for leaf, held in loans.items() if "plate" in held.fields}
    assert stage.all(INDEXES) == {("s", "by_plate", plate): leaf for plate, leaf in plates.items()}
    assert stage.all(UNIQUE) == {("s", "loan.plate", plate): leaf for plate, leaf in plates.items()}
    for leaf, held in loans.items():
        assert leaf == key_leaf([key_leaf(held.fields["deal"]), str(held.fields["id"])])
        assert held.fields["left"] <= 100_000
        assert held.state != "paid" or held.fields["left"] == 0
    require_trails(stage)


def require_trails(stage: Stage) -> None:
    """Every record's trail is that of the events which tell of it, in their order, and leads to its present fields."""
    hasher = stage.world.world.hasher
    heads: dict[tuple[str, str, str], tuple[int, str]] = {}
    fields: dict[tuple[str, str, str], dict[str, Any]] = {}
    for block in stage.world.blocks:
        for result in block.results:
            for event in result.events if isinstance(result, Applied) else ():
                if not isinstance(event, RecordChanged):
                    continue
                place = (event.instance, event.record, event.key)
                plain = msgspec.to_builtins(event)
                trail = plain.pop("trail")
                count, head = heads.get(place, (0, "00" * 32))
                head = hasher.digest("trail", bytes.fromhex(head) + canonical.encode(plain)).hex()
                heads[place] = (count + 1, head)
                assert trail == {"count": count + 1, "head": head}
                assert event.new == (count == 0)
                known = fields.setdefault(place, {})
                for name, value in plain.get("fields", {}).items():
                    if value is None:
                        del known[name]
                    else:
                        known[name] = value
    for (instance, record, leaf), held in stage.all(RECORDS).items():
        assert heads[instance, record, leaf] == (held.trail.count, held.trail.head)
        assert fields[instance, record, leaf] == held.fields


@given(st.lists(st.text(alphabet="a/%25F2", min_size=1, max_size=6), min_size=1, max_size=4))
def test_leaf_of_a_key__can_be_read_back(parts: list[str]) -> None:
    leaf = key_leaf(parts)
    assert key_of_leaf(leaf) == tuple(parts)
    assert leaf.count("/") == len(parts) - 1


def test_cost__does_not_grow_with_the_number_of_records() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    first = [stage.act("s", "lend", "org1", deal=["A"], id=number, left=100).cost.steps for number in (1, 2)][1]
    for number in range(3, 30):
        stage.act("s", "lend", "org1", deal=["A"], id=number, left=100)
    assert stage.act("s", "lend", "org1", deal=["A"], id=99, left=100).cost.steps == first
