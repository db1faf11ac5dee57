"""A million cases a parser, in parts that are not played again."""

import pytest

from tests.fuzzing.parsers import PARSERS
from tests.fuzzing.running import play_in_parts


@pytest.mark.long
@pytest.mark.parametrize("name", PARSERS)
def test_parser__gives_a_value_or_a_numbered_refusal_a_million_times(name: str) -> None:
    found = play_in_parts(name, 1_000_000, lambda line: None)
    assert [(each.what, each.case[:200]) for each in found.findings] == []
