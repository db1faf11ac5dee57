"""Moments, money and charts as people of each language read them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.console.parts.board import _options
from zhulian.console.parts.figures import moment, money, read_fen, scale_of, short_money
from zhulian.console.parts.waterfall import Step, waterfall
from zhulian.language.view.shapes import Both, ChartView


def test_moment__is_told_in_the_words_of_the_language_in_china_s_time() -> None:
    assert ">2026年1月5日 07:00:00<" in moment("zh", 1_767_567_600_000)
    assert ">5 Jan 2026 07:00:00<" in moment("en", 1_767_567_600_000)
    assert 'datetime="2026-01-05T07:00:00+08:00"' in moment("zh", 1_767_567_600_000)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (0, "0.00 元", "0.00 CNY"),
        (1_234, "12.34 元", "12.34 CNY"),
        (999_999, "9,999.99 元", "10 k CNY"),
        (1_000_000, "1 万元", "10 k CNY"),
        (123_456_789, "123.46 万元", "1.23 m CNY"),
        (26_125_797_523, "2.61 亿元", "261.26 m CNY"),
        (-123_456_789, "-123.46 万元", "-1.23 m CNY"),
    ],
)
def test_money__is_short_in_the_unit_that_suits_it(fen: int, zh: str, en: str) -> None:
    assert short_money("zh", fen) == zh
    assert short_money("en", fen) == en


def test_money__says_the_exact_amount_beside_a_short_one_and_once_otherwise() -> None:
    assert money("zh", 123_456_789, "1,234,567.89 元").count("1,234,567.89 元") == 2
    assert money("zh", 1_234, "12.34 元").count("12.34 元") == 1


@given(st.integers(0, 10**16))
def test_money__that_is_typed_is_read_to_the_fen(fen: int) -> None:
    assert read_fen(f"{fen // 100:,}.{fen % 100:02}") == fen


@pytest.mark.parametrize("text", ["", "-1", "1.234", "1e5", "一万", "１２", "9" * 16])
def test_money__that_is_none_is_not_read(text: str) -> None:
    assert read_fen(text) is None


def _chart(kind: Any, unit: Both | None) -> ChartView:
    return ChartView(chart=kind, title=Both(zh="甲", en="a"), record="r", kind="sum", field="amount", by="bank", unit=unit)


def test_chart__counts_money_in_one_unit_and_tells_the_exact_amount_on_hover() -> None:
    rows = [
        (name, {"value": fen, "shown": {"zh": f"{fen}分", "en": ""}}) for name, fen in (("甲", "3600000000"), ("乙", "8800000"))
    ]
    drawn = _options("zh", _chart("bar", Both(zh="元", en="CNY")), rows)
    assert drawn["yAxis"]["name"] == "万元"
    assert [each["value"] for each in drawn["series"][0]["data"]] == [3600.0, 8.8]
    assert drawn["series"][0]["data"][1]["tooltip"]["formatter"] == "乙\n8800000分"
    assert drawn["tooltip"]["renderMode"] == "richText", "names come from records and must not be read as HTML"
    assert drawn["animation"] is False
    pie = _options("zh", _chart("pie", None), [("{a}<b>", {"value": "7", "shown": {"zh": "7", "en": "7"}})])
    assert pie["series"][0]["data"][0]["label"]["formatter"] == "（a）<b>\n7"


def test_scale__follows_the_largest() -> None:
    assert scale_of("zh", 10**10) == (10**10, "亿元")
    assert scale_of("zh", 10**10 - 1) == (10**6, "万元")
    assert scale_of("en", 10**10) == (10**8, "m CNY")


def test_waterfall__has_each_step_in_words_and_a_bar_where_it_lies() -> None:
    drawn = waterfall(("环节", "先后", "用时"), [Step("甲<", 1_000, 1_010), Step("乙", 1_010, 1_040), Step("丙", 1_040, 1_040)])
    assert "甲&lt;" in drawn
    assert drawn.count("<rect") == 3
    assert 'x="25.00" y="2" width="75.00"' in drawn
    assert [each in drawn for each in (">10</td>", ">30</td>", ">0</td>")] == [True] * 3
    assert 'x="99.40"' in drawn, "what took no time is still to be seen, at its place"
