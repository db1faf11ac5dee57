"""A short play on every parser that outsiders reach; the long one is `python -m tests.fuzzing.running`."""

import pytest

from tests.fuzzing.mutating import Mutator
from tests.fuzzing.parsers import PARSERS, Parser
from tests.fuzzing.running import Fuzzed, fuzz, play
from zhulian.errors import check


@pytest.mark.parametrize("name", PARSERS)
def test_parser__gives_a_value_or_a_numbered_refusal(name: str) -> None:
    found = fuzz(name, 1_500, 0, seconds=0.7)
    assert [(each.what, each.case[:200]) for each in found.findings] == []
    assert found.values > 0, "the good examples are good"
    assert found.cases > 20


def test_play__finds_what_no_parser_may_do() -> None:
    def bad(case: bytes) -> None:
        if case == b"key":
            raise KeyError(case)
        if case == b"bug":
            check(False, "a promise")
        if case == b"deep":
            bad(case)

    found = Fuzzed()
    for case in (b"good", b"key", b"bug", b"deep"):
        play("bad", Parser(bad, list), case, found)
    assert [each.what.partition(":")[0] for each in found.findings] == ["KeyError", "Bug", "RecursionError"]
    assert found.values == 1


def test_mutator__draws_the_same_cases_from_the_same_seed() -> None:
    import random

    one, other = (Mutator(random.Random(5), [b'{"a":[1,{"b":"c"}]}', b"x: y"]) for _ in range(2))
    cases = [one.draw() for _ in range(300)]
    assert cases == [other.draw() for _ in range(300)]
    assert len(set(cases)) > 200
