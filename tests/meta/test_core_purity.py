"""The core gives the same answer everywhere: no clock, chance, float, set order, input or output."""

import ast

import pytest

from tests.meta.purity import faults
from tests.meta.source import at, core_files, tree

BAD = {
    "import time": "imports time",
    "from os import path": "imports os",
    "import asyncio.events": "imports asyncio",
    "x = 1.5": "has a float",
    "x = a / b": "divides",
    "x /= 2": "divides",
    "x = float(y)": "calls float",
    "x = hash(y)": "calls hash",
    "assert x": "asserts",
    "try:\n    f()\nexcept Exception:\n    pass": "catches Exception",
    "try:\n    f()\nexcept (KeyError, BaseException):\n    pass": "catches BaseException",
    "try:\n    f()\nexcept:\n    pass": "catches everything",
    "for x in {1, 2}:\n    pass": "walks over a set",
    "seen: set[str] = set()\nfor x in seen:\n    pass": "walks over a set",
    "class A:\n    def f(self):\n        self.a = set()\n        return list(self.a)": "list() walks over a set",
    "def f(a: frozenset[int]):\n    return [x for x in a]": "walks over a set",
    "a = {1}\nx = ','.join(a)": "takes a set",
    "a = {1} | b\nx = {k: 1 for k in a}": "walks over a set",
    "a = {1}\nx = a.pop()": "pops",
    "async def f():\n    pass": "waits",
}
GOOD = [
    "seen = {1, 2}\nx = sorted(seen)",
    "x = 7 // 2",
    "x = sum(n for n in {1, 2})",
    "x = max({1, 2})",
    "a = {1: 2}\nfor k in a:\n    pass",
    "x = 3 in {1, 2}",
    "try:\n    f()\nexcept KeyError:\n    pass",
    "x = len(set(y)) == len(y)",
    "x = [3].pop()",
    "def f():\n    names = {1}\ndef g(names):\n    return list(names)",
]


@pytest.mark.parametrize("text", BAD, ids=BAD.values())
def test_purity__finds_what_is_planted(text: str) -> None:
    assert any(BAD[text] in why for _, why in faults(ast.parse(text)))


@pytest.mark.parametrize("text", GOOD)
def test_purity__leaves_good_code_alone(text: str) -> None:
    assert list(faults(ast.parse(text))) == []


def test_core__gives_the_same_answer_everywhere() -> None:
    files = core_files()
    assert len(files) > 20, "the core is not where this test looks for it"
    found = [f"{at(path, node)}: {why}" for path in files for node, why in faults(tree(path))]
    assert found == [], "\n" + "\n".join(found)
