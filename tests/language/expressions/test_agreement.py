"""Tree evaluator, closures and a plain Python model agree on every drawn expression; writing and reading are inverse."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.language.expressions.drawn import Drawn, Refused, expressions, states
from tests.language.expressions.sample import REGISTRY, SCOPE, World
from zhulian.errors import Refusal
from zhulian.language.errors import ExpressionTooDeep, LanguageFault
from zhulian.language.expressions.bounds import most_steps
from zhulian.language.expressions.check import check
from zhulian.language.expressions.closures import compile_tree
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.explain import explain_guard
from zhulian.language.expressions.syntax import Binary, Name, Number, Unary, parse, write
from zhulian.language.expressions.tree import walk


def outcome(run: Any) -> tuple[str, Any]:
    try:
        return "value", run()
    except Refused as refused:
        return "refused", str(refused)
    except LanguageFault as refusal:
        return "refused", refusal.code


def placed(run: Any) -> tuple[Any, ...]:
    try:
        return ("value", run())
    except LanguageFault as refusal:
        return (refusal.code, refusal.line, refusal.column)


@settings(max_examples=300)
@given(expressions(), states())
def test_back_ends__agree_with_the_model_and_each_other(drawn: Drawn, state: dict[str, Any]) -> None:
    text = write(drawn.tree)
    tree = check(parse(text), SCOPE, REGISTRY)
    world, one, other = World(**state), Meter(10**9), Meter(10**9)
    assert outcome(lambda: evaluate(tree, world, one)) == outcome(lambda: drawn.model(state)), text
    program = compile_tree(tree)
    assert placed(lambda: program(world, other)) == placed(lambda: evaluate(tree, world, Meter(10**9))), text
    assert one.steps == other.steps <= most_steps(tree), text


@settings(max_examples=100)
@given(expressions())
def test_writing__is_undone_by_parsing(drawn: Drawn) -> None:
    text = write(drawn.tree)
    assert parse(text) == drawn.tree
    assert write(parse(text)) == text
    assert check(parse(text), SCOPE, REGISTRY) == check(drawn.tree, SCOPE, REGISTRY)


@settings(max_examples=80)
@given(expressions())
def test_explaining__speaks_of_every_drawn_expression(drawn: Drawn) -> None:
    said = explain_guard(check(drawn.tree, SCOPE, REGISTRY), REGISTRY.reads, {})
    for sentence in said:
        assert "{" not in sentence
        assert "language" not in sentence
    assert said.zh.endswith("。")
    assert said.en.endswith(".")


@settings(max_examples=80)
@given(expressions(), states(), st.integers(0, 60))
def test_meter__stops_both_back_ends_at_the_same_step(drawn: Drawn, state: dict[str, Any], most: int) -> None:
    tree = check(drawn.tree, SCOPE, REGISTRY)
    one, other = Meter(most), Meter(most)
    assert placed(lambda: evaluate(tree, World(**state), one)) == placed(lambda: compile_tree(tree)(World(**state), other))
    assert one.steps == other.steps


@settings(max_examples=80)
@given(expressions())
def test_tree__is_data(drawn: Drawn) -> None:
    tree = check(drawn.tree, SCOPE, REGISTRY)
    for node in walk(tree):
        for name in node.__dataclass_fields__:
            assert not callable(getattr(node, name))
    assert hash(tree) == hash(check(drawn.tree, SCOPE, REGISTRY))


_WORDS = "this . amount ( ) [ ] && || ! - + * == < in ? : , 1 0 10d 24h '0.01' \"x\" true has or_else share balance claim actor"
PIECES = st.sampled_from([*_WORDS.split(), "input", "up", "null", " ", "\n", "/", "=", "'"])


@settings(max_examples=600)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=16).map(" ".join), st.lists(PIECES, max_size=16).map("".join)))
@example("\ud800")
@example("'\\ud800'")
@example("'\\UFFFFFFFF'")
@example("\x00")
@example("１+１")
@example("'e\u0301'")
def test_any_text__is_an_expression_or_a_refusal(text: str) -> None:
    try:
        tree = parse(text)
        assert parse(write(tree)) == tree
        typed = check(tree, SCOPE, REGISTRY)
        evaluate(typed, World(), Meter(10_000))
    except Refusal as refusal:
        _ = [refusal.say(language).encode() for language in ("zh", "en")]


@pytest.mark.parametrize("depth", [47, 48, 49, 400])
def test_depth__is_bounded_in_every_shape(depth: int) -> None:
    shapes = [
        "(" * depth + "n" + ")" * depth,
        "!" * (depth - 1) + "true",
        "-" * (depth - 1) + "n",
        "[" * (depth - 1) + "n" + "]" * (depth - 1),
        "+".join(["n"] * depth),
        "f(" * (depth - 1) + "n" + ")" * (depth - 1),
        "true ? n : " * (depth - 1) + "n",
        "n" + ".x" * (depth - 1),
    ]
    for text in shapes:
        if depth <= 48:
            parse(text)
        else:
            with pytest.raises(LanguageFault) as caught:
                parse(text)
            assert caught.value.code in ("language/1", "language/2", "language/3")


def test_depth__is_counted_for_chains_to_the_right() -> None:
    text = "n" + "".join(" - (n" for _ in range(60)) + ")" * 60
    with pytest.raises(ExpressionTooDeep):
        parse(text)


def test_writing__puts_brackets_where_they_matter() -> None:
    n, one = Name("n"), Number(1)
    assert write(Binary("-", n, Binary("-", n, one))) == "n - (n - 1)"
    assert write(Binary("-", Binary("-", n, n), one)) == "n - n - 1"
    assert write(Unary("!", Unary("-", n))) == "!(-n)"
    assert write(Unary("-", Unary("-", n))) == "--n"
    assert write(Binary("==", Binary("==", n, one), n)) == "(n == 1) == n"


def test_checking__takes_time_by_size_however_it_nests() -> None:
    for text in (
        "[" * 45 + "n" + "]" * 45 + " == " + "[" * 45 + "n" + "]" * 45,
        "n == 1 ? n : (" * 20 + "n" + ")" * 20,
        "true ? 0 : (" * 20 + "n" + ")" * 20,
        "or_else(this.discount, " * 20 + "this.amount" + ")" * 20,
        "min(" * 40 + "n" + ", 1)" * 40,
        "share(" * 40 + "n" + ", 1, 1, up)" * 40,
    ):
        tree = check(parse(text), SCOPE, REGISTRY)
        assert len(walk(tree)) <= 400
        assert explain_guard(tree, REGISTRY.reads, {}).en
        assert evaluate(tree, World(), Meter(10_000)) == compile_tree(tree)(World(), Meter(10_000))
