"""Texts of a pattern match it, differ, and are short."""

from itertools import islice

import pytest

from zhulian.language.definition.patterns import compile_pattern
from zhulian.language.proving.texts import matching


@pytest.mark.parametrize(
    "pattern", ["[A-Z0-9-]{6,32}", "[0-9]{20}", "AR-[0-9]{4}(-x)?", "[一-龥]{2,4}", "a|bb|ccc", "[0-9]{8}([0-9]{12})?"]
)
def test_texts__match_their_pattern_and_differ(pattern: str) -> None:
    table = compile_pattern(pattern)
    found = list(islice(matching(table), 3))
    assert found
    assert len(set(found)) == len(found)
    assert all(table.matches(each) for each in found)
