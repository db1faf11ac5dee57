"""The evaluator against the model: of random expressions in random states both say the same, and what is only bounded is bounded rightly."""

from pathlib import Path
from typing import Any

import z3
from hypothesis import given, settings

from tests.language.expressions.drawn import Drawn, expressions, states
from tests.language.expressions.test_agreement import outcome
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.expressions.check import check
from zhulian.language.expressions.syntax import parse, write
from zhulian.language.expressions.tree import Apply, walk
from zhulian.language.proving.solving import solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Term
from zhulian.modules import every_word

FIELDS = """
      paid:     {type: money, default: '0', title: {zh: 项, en: Item}}
      count:    {type: int, default: '0', title: {zh: 项, en: Item}}
      open:     {type: bool, default: 'false', title: {zh: 项, en: Item}}
      due:      {type: date, default: '2026-01-01', title: {zh: 项, en: Item}}
      discount: {type: money, optional: true, title: {zh: 项, en: Item}}
      tags:     {type: list, optional: true, of: {type: text, pattern: '[a-z]'}, most: 256, title: {zh: 项, en: Item}}
"""
LOAN = (Path(__file__).parent / "loan.yaml").read_text(encoding="utf-8")
MARK = "      paper:    {type: file"


def definition() -> Checked:
    """The loan with the fields that random expressions name, beside its own."""
    return check_definition(read_definition(LOAN.replace(MARK, FIELDS.lstrip("\n") + MARK)), every_word())


CHECKED = definition()
SCOPE = CHECKED.scopes.of_record("loan")
ONLY_BOUNDED = {"add_months", "workday"}


def placed(state: dict[str, Any], *, exact: bool) -> tuple[Stage, dict[str, Term]]:
    """A stage on which one loan has the values of a state."""
    stage = Stage(CHECKED, exact=exact)
    symbols = stage.symbols
    symbols.facts.append(symbols.named("zone", z3.IntSort(symbols.context)) == 28_800)
    ref = symbols.named("this", symbols.refs["loan"])
    stage.records.create(stage.start, "loan", ref, "asked")
    for name in ("amount", "paid", "count", "due", "discount"):
        value = state[name]
        there = symbols.false if value is None else symbols.true
        stage.records.store(stage.start, "loan", ref, name, Term(symbols.number(value or 0), symbols.true, there))
    stage.records.store(stage.start, "loan", ref, "since", symbols.term(symbols.number(state["since"])))
    stage.records.store(stage.start, "loan", ref, "open", symbols.term(symbols.true if state["open"] else symbols.false))
    return stage, {"this": symbols.term(ref)}


@settings(max_examples=60, deadline=None)
@given(expressions(), states())
def test_model__says_what_the_evaluator_says(drawn: Drawn, state: dict[str, Any]) -> None:
    text = write(drawn.tree)
    if "tags" in text:  # lists in state are symbols of their own; they have a test below
        return
    tree = check(parse(text), SCOPE, CHECKED.registry)
    kind, worth = outcome(lambda: drawn.model(state))
    bounded = any(isinstance(each, Apply) and each.operator in ONLY_BOUNDED for each in walk(tree))
    for exact in (True, False):
        stage, names = placed(state, exact=exact)
        reading = stage.reading(stage.start, names)
        found = reading.settled(reading.read(tree), tree.type)
        symbols = stage.symbols
        same = symbols.both(found.ok, _is(stage, found, worth)) if kind == "value" else symbols.no(found.ok)
        facts = [*symbols.differing(), *symbols.facts]
        assert solve(symbols, (), [*facts, same]).result == "possible", (text, exact)
        if exact and not bounded and not isinstance(worth, tuple):
            assert solve(symbols, (), [*facts, symbols.no(same)]).result == "impossible", text


def _is(stage: Stage, found: Term, worth: Any) -> Any:
    symbols = stage.symbols
    if isinstance(worth, bool):
        return found.value if worth else symbols.no(found.value)
    if isinstance(worth, int):
        return found.value == worth
    return symbols.true


def test_lists__written_out_are_known_item_by_item() -> None:
    stage, names = placed({"amount": 1, "paid": 2, "count": 3, "due": 0, "discount": None, "since": 0, "open": True}, exact=True)
    for text, worth in (
        ("this.amount in [this.paid, this.amount]", True),
        ("this.amount in [this.paid] + [this.paid]", False),
        ("size([this.paid] + [this.amount, this.amount]) == 3", True),
    ):
        found = stage.reading(stage.start, names).read(check(parse(text), SCOPE, CHECKED.registry))
        facts = [*stage.symbols.differing(), *stage.symbols.facts]
        assert solve(stage.symbols, (), [*facts, _is(stage, found, not worth)]).result == "impossible"
