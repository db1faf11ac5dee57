"""Whatever a record holds, it moves, and what it becomes is a record of the later version."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.upgrades.pair import WORDS, checked, version
from zhulian.language.compile import Compiled, CompiledKind, compile_definition
from zhulian.language.expressions.evaluate import Meter
from zhulian.language.lending import RecordName
from zhulian.language.upgrades.passage import check_upgrade
from zhulian.modules.scenario.acting.records import NO_TRAIL
from zhulian.modules.scenario.opening.migrate import moved
from zhulian.modules.scenario.state import Held
from zhulian.modules.scenario.values import read_value

OLD = (
    "number: {type: text, pattern: '[A-Z]{1,9}'}, amount: {type: money, min: '0.01', max: '1000.00'}, paid: {type: money, default: '0'}, "
    "due: date, grade: {type: choice, values: [x, y]}, tags: {type: list, of: int, most: 3, optional: true}, memo: {type: text, pattern: '[a-z]{0,5}', optional: true}"
)
PAIRS = {
    "goes_on": (OLD, "{}", "{start: a, open: [b], final: [z]}"),
    "widens": (
        OLD.replace("1000.00", "9000.00").replace("[x, y]", "[x, y, w]").replace("most: 3", "most: 9")
        + ", more: {type: int, default: '4'}",
        "{}",
        "{start: a, open: [b, c], final: [z]}",
    ),
    "moves": (
        OLD.replace("paid: {type: money, default: '0'}", "left: {type: money, min: '0', max: '1000.00'}")
        + ", late: {type: date}, word: {type: text, pattern: '[a-z]{0,5}'}, many: {type: int, min: '0', max: '3'}",
        """{move: {loan: {
          left: "this.paid >= '0' && this.paid <= '1000.00' ? max(this.amount - this.paid, '0') : this.amount",
          late: "this.due > '2400-01-01' ? this.due : this.due + 30d",
          word: "or_else(this.memo, '')",
          many: "has(this.tags) ? size(this.tags) : 0",
          states: {b: c}}}}""",
        "{start: a, open: [c], final: [z]}",
    ),
}


def _compiled(name: str) -> tuple[Compiled, Compiled, Any]:
    fields, upgrade, states = PAIRS[name]
    old, new = checked(version(1, fields=OLD)), checked(version(2, fields=fields, upgrade=upgrade, states=states))
    return compile_definition(old), compile_definition(new), check_upgrade(old, new, WORDS).ways["loan"]


def _values(kind: CompiledKind) -> st.SearchStrategy[Any]:
    match kind.type:
        case "money" | "int":
            low, high = kind.low, kind.high
            edges = [
                each for each in (low, high, 0 if low is None else None, 2**53 - 1 if high is None else None) if each is not None
            ]
            return st.one_of(
                st.sampled_from(edges),
                st.integers(low if low is not None else -(2**53 - 1), high if high is not None else 2**53 - 1),
            )
        case "date":
            return st.sampled_from([-719_162, 0, 20_000, 156_935, 2_932_896])
        case "choice":
            return st.sampled_from(kind.choices)
        case "list":
            return st.lists(_values(kind.item), max_size=kind.most or 3) if kind.item is not None else st.just([])
    return (
        st.sampled_from(["A", "ZZZZZZZZZ"])
        if kind.pattern is not None and kind.pattern.matches("A")
        else st.sampled_from(["", "abc", "eeeee"])
    )


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_record__moves_whatever_it_holds(name: str, data: st.DataObject) -> None:
    old, new, way = _compiled_once(name)
    fields: dict[str, Any] = {}
    for field in old.records["loan"].fields.values():
        if not field.optional or data.draw(st.booleans()):
            fields[field.name] = data.draw(_values(field.kind))
            read_value(field, fields[field.name], old.keys)
    state = data.draw(st.sampled_from(old.records["loan"].states))
    held = Held(fields=fields, since=5, state=state, trail=NO_TRAIL, version=1)
    found = moved(way, old, new, RecordName("hz", "loan", ("A",)), held, {}, Meter(1_000), 9, 2)
    rules = new.records["loan"]
    assert found.version == 2
    assert found.state in rules.states
    assert (found.state in rules.finals) == (state in old.records["loan"].finals)
    assert set(found.fields) <= set(rules.fields)
    for field in rules.fields.values():
        if field.name in found.fields:
            read_value(field, found.fields[field.name], new.keys)
        else:
            assert field.optional


_KNOWN: dict[str, tuple[Compiled, Compiled, Any]] = {}


def _compiled_once(name: str) -> tuple[Compiled, Compiled, Any]:
    if name not in _KNOWN:
        _KNOWN[name] = _compiled(name)
    return _KNOWN[name]
