"""The conformance cases of cel-spec that fall into the language answer as the vectors say, differences with reasons included."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.language.expressions.sample import World
from zhulian.errors import Refusal
from zhulian.language.errors import NOWHERE, AbsentValue
from zhulian.language.expressions.check import check
from zhulian.language.expressions.closures import compile_tree
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.types import BOOL, INT, TEXT, ListOf, Type
from zhulian.language.registry import KERNEL

DOCUMENT = json.loads((Path(__file__).parents[3] / "vectors" / "language" / "cel.json").read_text(encoding="utf-8"))
CASES = DOCUMENT["cases"]
NAMED: dict[str, Type] = {"int": INT, "bool": BOOL, "text": TEXT}


def named(name: str) -> Type:
    return ListOf(named(name.removeprefix("list of "))) if name.startswith("list of ") else NAMED[name]


def frozen(value: Any) -> Any:
    return tuple(frozen(each) for each in value) if isinstance(value, list) else value


class Bound(World):
    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()
        self.variables = {name: frozen(value) for name, value in values.items()}

    def read(self, name: str) -> Any:
        if name not in self.variables:
            raise AbsentValue.at(NOWHERE, name=name)
        return self.variables[name]


def answer(case: dict[str, Any], *, compiled: bool) -> dict[str, Any]:
    scope = Scope(variables={name: Member(named(of)) for name, of in case.get("types", {}).items()})
    world, meter = Bound(case.get("values", {})), Meter(100_000)
    try:
        tree = check(parse(case["expression"]), scope, KERNEL)
        value = compile_tree(tree)(world, meter) if compiled else evaluate(tree, world, meter)
    except Refusal as refusal:
        return {"refused": refusal.code}
    return {"value": json.loads(json.dumps(value))}


@pytest.mark.parametrize("compiled", [False, True])
def test_cases__answer_as_the_vectors_say(compiled: bool) -> None:
    wrong = [(case["name"], found) for case in CASES if (found := answer(case, compiled=compiled)) != case["ours"]]
    assert wrong == []


def test_cases__agree_with_cel_or_say_why() -> None:
    for case in CASES:
        expected, ours = case["cel"], case["ours"]
        agree = "refused" in ours if "error" in expected else ours == expected and type(ours["value"]) is type(expected["value"])
        assert agree != ("differs" in case), case["name"]
    used = {case["differs"] for case in CASES if "differs" in case}
    assert used == set(DOCUMENT["differences"])


def test_cases__cover_what_the_two_share() -> None:
    files = Counter(case["name"].split("/")[0] for case in CASES)
    assert files["comparisons"] > 50
    assert files["logic"] > 20
    assert files["integer_math"] > 15
    assert files["parse"] > 40
    assert sum("differs" not in case for case in CASES) > 140
    assert any(case.get("differs") == "absorb" and "floor_div" in case["expression"] for case in CASES)
