"""Whatever a span promises is kept by the evaluator: no value refuses, and none leaves the span."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Refusal
from zhulian.language.expressions.check import check
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.tree import Value
from zhulian.language.expressions.types import BOOL, DATE, INT, Optional, Record, Type
from zhulian.language.registry import KERNEL
from zhulian.language.upgrades.spans import MayRefuse, Span, span_of

FIELDS: dict[str, tuple[Type, Span]] = {
    "a": (INT, (-50, 100)),
    "b": (INT, (0, 1_000_000)),
    "c": (INT, (-INTEGER_MAX, INTEGER_MAX)),
    "d": (DATE, (18_000, 30_000)),
    "o": (Optional(INT), (1, 9)),
}
SCOPE = Scope(
    variables={"this": Member(Record("r"))},
    records={"r": {**{name: Member(of) for name, (of, _) in FIELDS.items()}, "t": Member(BOOL)}},
)
KNOWN = {("this", name): span for name, (_, span) in FIELDS.items()}


class _Record:
    """`this` with the values that are drawn."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    @property
    def calendar(self) -> Any:
        raise NotImplementedError

    def read(self, name: str) -> Value:
        return name

    def field(self, of: Value, name: str) -> Value:
        return self.values[name]

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        raise NotImplementedError


NUMBERS = st.sampled_from(["this.a", "this.b", "this.c", "or_else(this.o, 3)", "7", "0", "-2", "1000000"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda x: f"({x[0]} + {x[1]})"),
        two.map(lambda x: f"({x[0]} - {x[1]})"),
        two.map(lambda x: f"({x[0]} * {x[1]})"),
        two.map(lambda x: f"min({x[0]}, {x[1]})"),
        two.map(lambda x: f"max({x[0]}, {x[1]})"),
        two.map(lambda x: f"floor_div({x[0]}, {x[1]})"),
        two.map(lambda x: f"ceil_div({x[0]}, {x[1]})"),
        st.tuples(inner, inner, inner).map(lambda x: f"share({x[0]}, {x[1]}, {x[2]}, half_up)"),
        st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(-99, 99), inner, inner).map(
            lambda x: f"(this.c {x[1]} {x[2]} && !(this.a < {x[2]}) ? {x[3]} : {x[4]})"
        ),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(NUMBERS, _grow, max_leaves=6), st.data())
def test_span__is_never_left(text: str, data: st.DataObject) -> None:
    typed = check(parse(text), SCOPE, KERNEL, INT)
    try:
        low, high = span_of(typed, KNOWN)
    except MayRefuse:
        assume(False)
    edges = {name: st.one_of(st.sampled_from(span), st.integers(*span)) for name, (_, span) in FIELDS.items()}
    values: dict[str, Value] = {name: data.draw(each) for name, each in edges.items()}
    values |= {"t": True, "o": data.draw(st.sampled_from([None, 1, 9]))}
    found = evaluate(typed, _Record(values), Meter(10_000))
    assert type(found) is int
    assert low <= found <= high


@pytest.mark.parametrize(
    "text",
    [
        "this.c + 1",
        "this.c * 2",
        "floor_div(7, this.a)",
        "share(this.b, this.b, this.b, up)",
        "this.b * this.b * this.b",
        "number(days(add_months(this.d, 1), this.d))",
        "number(days(workday(this.d, 1), this.d))",
        "this.c <= 100 ? this.c * 2 : 0",
        "this.c < 9 || this.c > 7 ? this.c + 1 : 0",
    ],
)
def test_span__doubts(text: str) -> None:
    with pytest.raises(MayRefuse):
        span_of(check(parse(text), SCOPE, KERNEL, INT), KNOWN)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("this.a + this.b", (-50, 1_000_100)),
        ("this.c <= 100 && this.c >= 0 ? this.c * 2 : 0", (0, 200)),
        ("this.c > 100 || this.c < 0 ? 0 : this.c * 2", (0, 200)),
        ("100 >= this.c ? 1 : 2", (1, 2)),
        ("this.a > 100 ? this.c * 9 : 5", (5, 5)),
        ("has(this.o) && this.o < 5 ? this.o : 0", (0, 4)),
        ("number(days(this.d, this.d + 9d))", (-11_991, 12_009)),
        ("floor_div(this.b, 3)", (0, 333_334)),
    ],
)
def test_span__knows(text: str, span: Span) -> None:
    low, high = span_of(check(parse(text), SCOPE, KERNEL, INT), KNOWN)
    assert (low, high) == span


def test_doubt__is_not_idle() -> None:
    typed = check(parse("this.c + 1"), SCOPE, KERNEL, INT)
    with pytest.raises(Refusal):
        evaluate(typed, _Record({"c": INTEGER_MAX}), Meter(100))
