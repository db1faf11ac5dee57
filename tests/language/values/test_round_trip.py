"""What is shown is read back to the same value, in both languages; what is read is what stands on chain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Refusal
from zhulian.language.definition.patterns import compile_pattern
from zhulian.language.definition.shapes import Field, Kind, Option, Text
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, TIME_MAX, TIME_MIN, Calendar
from zhulian.language.values import Moment, explain_pattern, judge_value, pattern_example, read_value, show_value

MOMENT = Moment(time=1_767_600_000, calendar=Calendar())  # 2026-01-05 16:00 in Beijing
NUMBERS = st.integers(-INTEGER_MAX, INTEGER_MAX)
CHOICE = (
    Option(name="high", title=Text(zh="优", en="High")),
    Option(name="low", title=Text(zh="次", en="Low")),
    Option(name="bare"),
)
KINDS: dict[str, tuple[Kind, st.SearchStrategy[object]]] = {
    "bool": (Kind(type="bool"), st.booleans()),
    "int": (Kind(type="int"), NUMBERS),
    "money": (Kind(type="money"), NUMBERS),
    "dollars": (Kind(type="money", currency="USD"), NUMBERS),
    "krone": (Kind(type="money", currency="NOK"), NUMBERS),
    "price": (Kind(type="price", unit="kWh", scale=4), NUMBERS),
    "price_bare": (Kind(type="price", unit="piece"), NUMBERS),
    "quantity": (Kind(type="quantity", unit="kg", scale=3), NUMBERS),
    "quantity_zh": (Kind(type="quantity", unit="亩", scale=2), NUMBERS),
    "rate": (Kind(type="rate"), NUMBERS),
    "date": (Kind(type="date"), st.integers(DAY_MIN, DAY_MAX)),
    "time": (Kind(type="time"), st.integers(TIME_MIN + 86_400, TIME_MAX - 86_400)),
    "days": (Kind(type="days"), st.integers(-9_999_999_999, 9_999_999_999)),
    "duration": (Kind(type="duration"), st.integers(-9_999_999_999, 9_999_999_999)),
    "choice": (Kind(type="choice", values=CHOICE), st.sampled_from(["high", "low", "bare"])),
    "party": (Kind(type="party"), st.from_regex(r"[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}", fullmatch=True)),
    "file": (Kind(type="file"), st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
    "text": (Kind(type="text"), st.text("甲乙abc 12,;“”", min_size=1).filter(lambda each: each.strip() != "")),
}


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_shown__is_read_back(name: str, data: st.DataObject) -> None:
    kind, values = KINDS[name]
    value = data.draw(values)
    judge_value(kind, value, "x")
    for language in ("zh", "en"):
        text = show_value(kind, value, language)
        assert read_value(kind, text, MOMENT) == value, text


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("text", "file")])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_shown_lists__are_read_back(name: str, data: st.DataObject) -> None:
    kind, values = KINDS[name]
    several = Kind(type="list", of=kind, most=5)
    found = data.draw(st.lists(values, max_size=5))
    for language in ("zh", "en"):
        text = show_value(several, found, language)
        try:
            assert read_value(several, text, MOMENT) == found, text
        except Refusal as refused:  # a lone grouped figure without a unit is refused, never misread
            assert refused.code == "language/210", text  # noqa: PT017


@given(offset=st.integers(-18 * 60, 18 * 60), time=st.integers(TIME_MIN + 86_400, TIME_MAX - 86_400))
@settings(max_examples=60, deadline=None)
def test_times__are_read_back_in_any_zone(offset: int, time: int) -> None:
    calendar = Calendar(offset=offset * 60)
    for language in ("zh", "en"):
        shown = show_value(Kind(type="time"), time, language, calendar)
        assert read_value(Kind(type="time"), shown, MOMENT) == time, shown


@given(seconds=st.integers(DAY_MIN, DAY_MAX))
@settings(max_examples=30, deadline=None)
def test_private_values__show_as_commitments(seconds: int) -> None:
    """Whatever the type, nothing but the digest is shown, and it is read back."""
    digest = f"{seconds % 2**256:064x}"
    field = Field(name="note", type="money", visibility="private")
    assert show_value(field, digest, "zh") == f"已加密承诺 {digest}"
    assert show_value(field, digest, "en") == f"commitment {digest}"
    assert read_value(field, show_value(field, digest, "zh"), MOMENT) == digest


_PIECES = st.sampled_from(
    ["[A-Z]{2}", "[0-9]{4,6}", "-", "(CN|EU)", "[A-Z0-9-]{3,6}", "第[0-9]{1,3}号", "[a-f]?", "\\.", "(x[0-9]){2}"]
)


@given(pieces=st.lists(_PIECES, min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_example_of_a_pattern__has_the_pattern(pieces: list[str]) -> None:
    pattern = "".join(pieces)
    assert compile_pattern(pattern).matches(pattern_example(pattern)), pattern
    said = explain_pattern(pattern)
    assert said.zh
    assert said.en
