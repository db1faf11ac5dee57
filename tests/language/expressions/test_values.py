"""What expressions are worth: operators, units, rounding, presence, order of evaluation."""

from typing import Any

import pytest

from tests.language.expressions.sample import CNY, World, typed, value
from zhulian.errors import Refusal
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.bounds import most_steps
from zhulian.language.expressions.closures import compile_tree
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.meaning import divide
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.tree import Ref
from zhulian.language.expressions.types import DATE, DAYS, DURATION, INT, TIME, ListOf, Money, Optional, Quantity, Text

WORTH: dict[str, Any] = {
    "1 + 2 * 3": 7,
    "(1 + 2) * 3": 9,
    "1 - 2 - 3": -4,
    "--3": 3,
    "2 * -3": -6,
    "true || false && false": True,
    "!true || true": True,
    "n == 7 ? 1 : 2": 1,
    "false ? 1 : true ? 2 : 3": 2,
    "1 in [1, 2]": True,
    "!(3 in [1, 2])": True,
    "'a' in this.tags": True,
    "this.state in ['drawn', 'settled']": False,
    "this.amount in ['1000.00', '0.01']": True,
    "[1] + [2, 3] == [1, 2, 3]": True,
    "size(this.tags + ['x'])": 3,
    "size('中文')": 2,
    "this.amount": 100_000,
    "this.amount == '1000'": True,
    "'1000.00' == this.amount": True,
    "this.amount - '0.01'": 99_999,
    "'0.01' + this.amount": 100_001,
    "this.amount * 3": 300_000,
    "3 * this.amount": 300_000,
    "-this.amount": -100_000,
    "this.amount > 0": True,
    "0 < this.amount": True,
    "this.open ? this.amount : 0": 100_000,
    "(this.open ? 0 : 0) < this.amount": True,
    "input.energy == '1.5'": True,
    "input.energy * 2": 3_000,
    "this.rate == '5%' && this.rate == '0.05'": True,
    "this.due + 10d": 20_020,
    "10d + this.due": 20_020,
    "this.due - 10d": 20_000,
    "this.since + 1d": 1_700_086_400,
    "this.since + 24h": 1_700_086_400,
    "this.since - 90min": 1_699_994_600,
    "now() - this.since": 100,
    "now() - this.since < 2min": True,
    "days(today(), this.due)": 11,
    "days(this.due, today()) < 0d": True,
    "number(10d) * 2": 20,
    "number(2h)": 7200,
    "'2026-01-01' + 1d": 20_455,
    "this.due > '2024-01-01'": True,
    "this.since > '2023-11-14T22:13:19Z'": True,
    "this.since == '2023-11-15T06:13:20+08:00'": True,
    "add_months('2024-01-31', 1) == '2024-02-29'": True,
    "add_months('2024-03-31', -1) == '2024-02-29'": True,
    "add_months('2023-12-31', 2) == '2024-02-29'": True,
    "add_months('2024-02-29', 12) == '2025-02-28'": True,
    "end_of('2026-06-30') == '2026-07-01T00:00:00+08:00'": True,
    "start_of('2026-06-30') == '2026-06-30T00:00:00+08:00'": True,
    "date_of('2026-06-30T23:59:59+08:00') == '2026-06-30'": True,
    "date_of('2026-06-30T16:00:00Z') == '2026-07-01'": True,
    "share(100, 1, 3, down)": 33,
    "share(100, 1, 3, up)": 34,
    "share(100, 1, 8, half_up)": 13,
    "share(-100, 1, 8, half_up)": -13,
    "share(-100, 1, 3, up)": -34,
    "share(-100, 1, 3, down)": -33,
    "share(this.amount, this.paid, this.amount, down)": 0,
    "share(this.amount, 90d, 365d, down)": 24_657,
    "share(this.amount, settings.rate, up)": 3_650,
    "share(this.amount, settings.rate * 90, 365, half_up)": 900,
    "share(9007199254740991, 9007199254740991, 9007199254740991, down)": 9007199254740991,
    "cost(input.energy, settings.price, half_up)": 79,
    "cost(input.energy, settings.price, up)": 80,
    "floor_div(-7, 2)": -4,
    "ceil_div(-7, 2)": -3,
    "floor_div(this.amount, 7)": 14_285,
    "floor_div(this.amount, input.amount)": 2,
    "floor_div(this.amount, '300')": 3,
    "min(this.amount, '3')": 300,
    "max(this.due, '2030-01-01')": 21_915,
    "or_else(this.discount, '5')": 500,
    "or_else(this.discount, 0)": 0,
    "has(this.discount)": False,
    "has(this.discount) && this.discount > '1'": False,
    "!has(this.discount) || this.discount > '1'": True,
    "!(has(this.discount) && this.open) || this.discount > '1'": True,
    "has(this.discount) ? this.discount : this.amount": 100_000,
    "has(this.parent) && has(this.parent.discount) && this.parent.discount > 0": False,
    "receivable('AR-1').count": 3,
    "receivable('AR-1') == this": True,
    "this == receivable('AR-2')": False,
    "this.debtor == actor": False,
    "this.creditor == actor": True,
    "actor in [this.debtor, this.creditor]": True,
    "known(receivable('AR-9'))": True,
    "supply(claim, this) == (this.state == 'confirmed' ? this.amount - this.paid : 0)": True,
    "balance(this, cash) >= input.amount": True,
    "supply(power) > '1.5'": True,
    "alive(this) == 2": True,
    "activated(this.codes)": 3,
    "this.codes == was.codes": True,
    "was.state == this.state": True,
    "this.number == 'AR-1'": True,
    "'\\u4e2d\\'\\\"\\\\\\n\\t' == '中\\'\"\\\\\\n\\t'": True,
}  # fmt: skip


@pytest.mark.parametrize("text", WORTH)
def test_expression__is_worth(text: str) -> None:
    found = value(text)
    assert found == WORTH[text]
    assert type(found) is type(WORTH[text])


TYPES = {
    "this.due + 1d": DATE, "this.since + 1d": TIME, "now() - now()": DURATION, "days(this.due, this.due)": DAYS, "24h": DURATION,
    "cost(input.energy, settings.price, up)": CNY, "balance(actor, power)": Quantity("kWh", 3), "input.dollars * 2": Money("USD"),
    "floor_div(this.amount, this.amount)": INT, "[this.due]": ListOf(DATE, 1), "'abc'": Text(3), "share(this.amount, 1, 3, up)": CNY,
}  # fmt: skip


@pytest.mark.parametrize("text", TYPES)
def test_expression__has_its_type(text: str) -> None:
    assert typed(text).type == TYPES[text]


def test_optional__stays_optional_where_that_is_wanted() -> None:
    assert typed("this.discount", Optional(CNY)).type == Optional(CNY)
    assert value("this.discount", Optional(CNY)) is None
    assert value("'5'", Optional(CNY)) == 500


def test_presence__shown_by_an_earlier_guard_counts() -> None:
    tree = typed("this.discount > '1'", given=[parse("has(this.discount) && this.open")])
    assert evaluate(tree, World(discount=500), Meter(100)) is True


def test_environment__is_given_names_of_assets_and_refs_of_records() -> None:
    world = World()
    value("balance(receivable('AR-7'), claim, this)", world=world)
    assert world.calls[0] == ("balance", (Ref("receivable", ("AR-7",)), "claim", Ref("receivable", ("AR-1",))))


ORDER = {
    "floor_div(1, 0) == 1 && 9007199254740991 + 1 == 1": "language/31",
    "9007199254740991 + 1 == 1 && floor_div(1, 0) == 1": "language/30",
    "false && floor_div(1, 0) == 1": False,
    "true || floor_div(1, 0) == 1": True,
    "floor_div(1, 0) == 1 || true": "language/31",
    "floor_div(1, 0) == 1 && false": "language/31",
    "true ? true : floor_div(1, 0) == 1": True,
    "or_else(this.discount, share(this.amount, 1, 0, up)) > 0": "language/31",
    "floor_div(1, 0) in [9007199254740991 + 1]": "language/31",
}


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("text", ORDER)
def test_evaluation__goes_from_left_to_right(text: str, compiled: bool) -> None:
    tree = typed(text)
    try:
        found: Any = compile_tree(tree)(World(), Meter(500)) if compiled else evaluate(tree, World(), Meter(500))
    except Refusal as refusal:
        found = refusal.code
    assert found == ORDER[text]


def test_or_else__does_not_look_at_the_other_where_there_is_a_value() -> None:
    assert value("or_else(this.discount, share(this.amount, 1, 0, up))", world=World(discount=3)) == 3


def test_steps__grow_with_sizes_and_stay_below_the_bound() -> None:
    long = typed(f"'{'x' * 640}' == '{'y' * 1280}'")
    meter = Meter(1000)
    evaluate(long, World(), meter)
    assert meter.steps == most_steps(long) == 3 + 10 + 20
    for text in ("this.tags == this.tags", "'a' in this.tags", "this.number == this.number", "workday(this.due, n)"):
        tree, small, large = typed(text), Meter(10**6), Meter(10**6)
        evaluate(tree, World(), small)
        evaluate(tree, World(tags=("a" * 64,) * 200, number="x" * 640), large)
        assert small.steps <= large.steps
        assert small.steps <= most_steps(tree)
        if "tags" in text:
            assert large.steps > small.steps + 300


def test_bound__is_what_the_types_say() -> None:
    assert most_steps(typed("balance(actor, claim, this) >= input.amount")) == 10
    assert most_steps(typed("'a' in this.tags")) == 260
    assert most_steps(typed("workday(this.due, 3)")) == 8
    assert most_steps(typed("workday(this.due, n)")) == 371
    assert most_steps(typed("n == 1 ? alive(this) : alive(this)")) == 8 + 2


@pytest.mark.parametrize("over", [-7, -6, -5, -1, 0, 1, 5, 6, 7])
@pytest.mark.parametrize("under", [1, 2, 3, 4])
def test_rounding__is_symmetric_about_zero(over: int, under: int) -> None:
    for how in ("up", "down", "half_up"):
        assert divide(over, under, how, NOWHERE) == -divide(-over, under, how, NOWHERE)
    assert abs(divide(over, under, "down", NOWHERE)) * under <= abs(over) <= abs(divide(over, under, "up", NOWHERE)) * under
    assert abs(2 * (divide(over, under, "half_up", NOWHERE) * under - over)) <= under
