"""Patterns match whole texts, agree with `re` where both read them, and never cost more than their bounds."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.language.definition.patterns import STATES_MAX, BadPattern, TooLargePattern, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[A-Z0-9-]{6,32}", ["AR-2020-001", "AAAAAA"], ["AAAAA", "ar-2020", "A" * 33, "AR-2020\n"]),
        ("(浙|沪)[A-Z]-?[0-9]{5}", ["浙A12345", "沪B-12345"], ["京A12345", "浙A1234"]),
        (r"a\.b", ["a.b"], ["axb"]),
        ("a|bc|", ["a", "bc", ""], ["b", "abc"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[0-9]{17}[0-9X]", ["11010519491231002X"], ["11010519491231002x"]),
    ],
)
def test_pattern__matches_whole(pattern: str, good: list[str], bad: list[str]) -> None:
    table = compile_pattern(pattern)
    assert [each for each in good if not table.matches(each)] == []
    assert [each for each in bad if table.matches(each)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "a+",
        "[^a]",
        "a{2,1}",
        "a{2,}",
        "a{0}",
        "(a",
        "a)",
        "[a",
        "[]",
        "[b-a]",
        r"\d",
        ".",
        "^a",
        "a$",
        "a{3}{2}",
        "a??",
        "{2}",
        "a\\",
    ],
)
def test_pattern__is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_pattern(pattern)
    assert caught.value.why.zh


@pytest.mark.parametrize(
    "pattern", ["(a|b){0,20}a(a|b){20}", "((a{99}){99}){99}", "a{1025}", "(a?){900}b", "((((a{9}){9}){9}){9}){9}"]
)
def test_pattern__is_bounded(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(TooLargePattern):
        compile_pattern(pattern)
    assert time.process_time() - began < 3


PIECES = st.recursive(
    st.sampled_from(["a", "b", "c", "[ab]", "[a-c]", r"\."]),
    lambda inner: st.one_of(
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}{})".format, inner, inner),
        st.builds(lambda x, n, m: f"({x}){{{n},{n + m}}}", inner, st.integers(0, 2), st.integers(1, 2)),
        st.builds("({})?".format, inner),
    ),
    max_leaves=6,
)


@given(PIECES, st.lists(st.text(alphabet="abc.", max_size=8), max_size=8))
@settings(max_examples=80, deadline=None)
def test_table__agrees_with_re(pattern: str, texts: list[str]) -> None:
    try:
        table = compile_pattern(pattern)
    except TooLargePattern:
        return
    assert len(table.table) <= STATES_MAX + 1
    for text in texts:
        assert table.matches(text) == (re.fullmatch(pattern, text) is not None)
