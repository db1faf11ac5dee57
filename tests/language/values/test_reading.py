"""How values may be written, and how each wrong one is refused: with its number, the field in both languages, and help."""

import pytest

from zhulian.errors import Refusal, Words
from zhulian.language.definition.reading import read_definition
from zhulian.language.definition.shapes import Field, Kind, Option, Record, Text
from zhulian.language.expressions.dates import day_number
from zhulian.language.values import (
    InputsWrong,
    Moment,
    explain_pattern,
    judge_value,
    key_parts,
    key_values,
    keys_of,
    pattern_example,
    read_value,
    read_values,
    show_key,
    show_value,
    split_key,
)

NOON = 1_767_585_600  # 2026-01-05 12:00 in Beijing
MOMENT = Moment(time=NOON)
TODAY = day_number(2026, 1, 5)
AMOUNT = Field(name="amount", type="money", min="0.01", max="5000", visibility="public", title=Text(zh="金额", en="Amount"))
NUMBER = Field(name="number", type="text", pattern="[A-Z0-9-]{6,32}", visibility="public", title=Text(zh="编号", en="Number"))
GRADE = Field(
    name="grade",
    type="choice",
    values=(Option(name="high", title=Text(zh="优", en="High")), Option(name="low", title=Text(zh="次", en="Low"))),
    visibility="public",
)
SECRET = Field(name="note", type="text", visibility="private", title=Text(zh="备注", en="Note"))
DIGEST = "ab" * 32

GOOD = [
    (Kind(type="money"), "1000000.00", 100_000_000),
    (Kind(type="money"), "1,000,000", 100_000_000),
    (Kind(type="money"), 1_000_000, 100_000_000),
    (Kind(type="money"), " １，０００．５ 元", 100_050),
    (Kind(type="money"), "¥12.3", 1_230),
    (Kind(type="money"), "CNY 12.30", 1_230),
    (Kind(type="money"), "-0.01", -1),
    (Kind(type="money"), "007", 700),
    (Kind(type="rate"), "5%", 50_000),
    (Kind(type="rate"), "0.05", 50_000),
    (Kind(type="rate"), "4.35 %", 43_500),
    (Kind(type="quantity", unit="kg", scale=3), "1.5 千克", 1_500),
    (Kind(type="quantity", unit="kg", scale=3), "1.5kg", 1_500),
    (Kind(type="price", unit="kWh", scale=4), "0.3915", 3_915),
    (Kind(type="price", unit="kWh", scale=4), "0.3915 元/千瓦时", 3_915),
    (Kind(type="date"), "2026-01-05", TODAY),
    (Kind(type="date"), "2026/1/5", TODAY),
    (Kind(type="date"), "2026年1月5日", TODAY),
    (Kind(type="date"), "5 Jan 2026", TODAY),
    (Kind(type="date"), "today", TODAY),
    (Kind(type="date"), "+90d", TODAY + 90),
    (Kind(type="date"), "-3 天", TODAY - 3),
    (Kind(type="time"), "2026-01-05T12:00:00+08:00", NOON),
    (Kind(type="time"), "2026-01-05T04:00Z", NOON),
    (Kind(type="time"), "2026-01-05 12:00", NOON),
    (Kind(type="time"), "2026年1月5日12:00", NOON),
    (Kind(type="time"), "now", NOON),
    (Kind(type="time"), "+24h", NOON + 86_400),
    (Kind(type="time"), "+1d", NOON + 86_400),
    (Kind(type="days"), "10d", 10),
    (Kind(type="days"), "10", 10),
    (Kind(type="days"), 10, 10),
    (Kind(type="days"), "10 天", 10),
    (Kind(type="duration"), "24h", 86_400),
    (Kind(type="duration"), "1h30min", 5_400),
    (Kind(type="bool"), "是", True),
    (Kind(type="bool"), "no", False),
    (Kind(type="bool"), True, True),
    (GRADE, "优", "high"),
    (GRADE, "LOW", "low"),
    (Kind(type="party"), " ICBC-HZ ", "icbc-hz"),
    (Kind(type="party"), "~" + "0a" * 16, "~" + "0a" * 16),
    (Kind(type="party"), "@hz-receivable", "@hz-receivable"),
    (NUMBER, " AR-2026-001 ", "AR-2026-001"),
    (Kind(type="text"), "e\u0301", "\u00e9"),
    (Kind(type="text"), "第一行\r\n第二行", "第一行\n第二行"),
    (Kind(type="text"), 12, "12"),
    (Kind(type="list", of=Kind(type="int"), most=9), "1,2, 3", [1, 2, 3]),
    (Kind(type="list", of=Kind(type="int"), most=9), ["1", 2], [1, 2]),
    (Kind(type="list", of=Kind(type="money"), most=9), "1,000.00; 2", [100_000, 200]),
    (Kind(type="list", of=Kind(type="money"), most=9), "1,000.00 元", [100_000]),
    (Kind(type="list", of=Kind(type="money"), most=9), '["1.50", 2, 3.25]', [150, 200, 325]),
    (Kind(type="list", of=Kind(type="text"), most=9), "", []),
    (SECRET, DIGEST, DIGEST),
    (Kind(type="ticket"), {"b": 1, "a": "x"}, '{"a":"x","b":1}'),
]
BAD = [
    (AMOUNT, "", "language/201"),
    (AMOUNT, None, "language/201"),
    (AMOUNT, "much", "language/202"),
    (AMOUNT, "12 EUR", "language/202"),
    (AMOUNT, "1,00", "language/202"),
    (AMOUNT, True, "language/202"),
    (AMOUNT, [1], "language/202"),
    (AMOUNT, "1e3", "language/202"),
    (AMOUNT, "12.345", "language/203"),
    (AMOUNT, "0", "language/204"),
    (AMOUNT, "5000.01", "language/205"),
    (AMOUNT, "99999999999999999", "language/214"),
    (AMOUNT, 12.5, "language/216"),
    (NUMBER, "ar-1", "language/206"),
    (GRADE, "middling", "language/208"),
    (Kind(type="date"), "2026-02-30", "language/202"),
    (Kind(type="date"), "05/01/2026", "language/202"),
    (Kind(type="date"), 20_458, "language/202"),
    (Kind(type="date"), "+9999999999d", "language/214"),
    (Kind(type="time"), "2026-01-05", "language/202"),
    (Kind(type="time"), "2026-01-05T25:00", "language/202"),
    (Kind(type="duration"), "1d", "language/202"),
    (Kind(type="duration"), "30min1h", "language/202"),
    (Kind(type="party"), "工商银行", "language/202"),
    (Kind(type="tag"), "9f3c", "language/202"),
    (Kind(type="text", most=3), "abcd", "language/207"),
    (Kind(type="text"), "a\u200bb", "language/215"),
    (Kind(type="text"), "a\tb", "language/215"),
    (Kind(type="list", of=Kind(type="int"), most=2), "1,2,3", "language/209"),
    (Kind(type="list", of=Kind(type="money"), most=2), "1,000", "language/210"),
    (Kind(type="list", of=Kind(type="int"), most=2), '["1"', "language/202"),
    (SECRET, "in the open", "language/211"),
    (Kind(type="file"), "contract.pdf", "language/211"),
]


@pytest.mark.parametrize(("kind", "given", "value"), GOOD)
def test_value__is_read(kind: Kind, given: object, value: object) -> None:
    found = read_value(kind, given, MOMENT)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("kind", "given", "code"), BAD)
def test_wrong_value__is_refused_with_help(kind: Kind, given: object, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_value(kind, given, MOMENT, "input.it")
    assert caught.value.code == code
    assert "input.it" in caught.value.say("zh")
    assert "input.it" in caught.value.say("en")
    if isinstance(kind, Field) and kind.title is not None:
        assert kind.title.zh in caught.value.say("zh")
        assert kind.title.en in caught.value.say("en")


def test_absent_value__is_left_out_where_it_may_be() -> None:
    fields = (
        Field(name="a", type="text", optional=True, visibility="public"),
        Field(name="b", type="money", default="5", visibility="public"),
    )
    assert read_values(fields, {"a": " ", "b": ""}, MOMENT) == {}


def test_form__names_every_wrong_entry() -> None:
    with pytest.raises(InputsWrong) as caught:
        read_values((AMOUNT, NUMBER), {"amount": "x", "colour": "red"}, MOMENT)
    assert [each["code"] for each in caught.value.faults] == ["language/212", "language/202", "language/201"]
    assert "编号（number）" in caught.value.say("zh")
    with pytest.raises(Refusal) as one:
        read_values((AMOUNT, NUMBER), {"amount": "1", "number": "x"}, MOMENT)
    assert one.value.code == "language/206"


def test_private_value__is_judged_before_its_commitment_is_made() -> None:
    handed: list[object] = []

    def commit(kind: Kind, value: object) -> str:
        handed.append(value)
        return DIGEST

    bid = Field(name="bid", type="money", max="100", visibility="private")
    assert read_value(bid, "99.50", MOMENT, commit=commit) == DIGEST
    assert read_value(Field(name="f", type="file", visibility="private"), "@a.pdf", MOMENT, commit=commit) == DIGEST
    assert handed == [9_950, "@a.pdf"]
    with pytest.raises(Refusal) as caught:
        read_value(bid, "100.01", MOMENT, commit=commit)
    assert caught.value.code == "language/205"


def test_chain_value__is_judged_alike() -> None:
    """What the edge refuses, a wire value of the same meaning is refused for too."""
    for kind, value, code in [
        (AMOUNT, "100", "language/202"),
        (AMOUNT, 0, "language/204"),
        (AMOUNT, 2**53, "language/214"),
        (NUMBER, "x", "language/206"),
        (GRADE, "优", "language/208"),
        (SECRET, "x", "language/211"),
        (Kind(type="bool"), 1, "language/202"),
        (Kind(type="list", of=AMOUNT, most=3), [1, 2, 3, 4], "language/209"),
        (Kind(type="list", of=AMOUNT, most=3), [1, 0], "language/204"),
    ]:
        with pytest.raises(Refusal) as caught:
            judge_value(kind, value, "input.it")
        assert caught.value.code == code


SOURCE = """
scenario: keys
version: 1
title: {zh: 编号, en: Keys}
roles: {maker: {title: {zh: 厂商, en: Maker}, admitted_by: operator}}
records:
  lot:
    title: {zh: 批次, en: Lot}
    key: [maker, number, day]
    fields: {maker: {type: party, role: maker}, number: int, day: date}
  part:
    title: {zh: 部件, en: Part}
    key: [lot, code]
    fields: {lot: lot, code: {type: text, pattern: '[A-Z/%]{2,4}'}}
actions:
  a: {title: {zh: 建, en: A}, by: maker, creates: lot, input: [number, day], do: [{set: {maker: actor}}]}
  b: {title: {zh: 建, en: B}, by: maker, creates: part, input: [lot, code]}
"""


def test_keys__go_to_parts_and_back() -> None:
    tree = read_definition(SOURCE).tree
    lot, part = tree.records
    keys = keys_of(tree)
    parts = key_parts(lot, "acme/7/2026-01-05", MOMENT, keys=keys)
    assert parts == ("acme", "7", str(TODAY))
    assert (
        parts
        == key_parts(lot, ["acme", 7, "today"], MOMENT)
        == key_parts(lot, {"maker": "acme", "number": "7", "day": "+0d"}, MOMENT)
    )
    assert key_values(lot, parts) == {"maker": "acme", "number": 7, "day": TODAY}
    assert show_key(lot, parts, "zh") == "acme / 7 / 2026年1月5日"
    below = key_parts(part, {"lot": "acme/7/2026-01-05", "code": "A/%"}, MOMENT, keys=keys)
    assert below == (f"acme/7/{TODAY}", "A/%")
    assert split_key(below[0]) == parts
    value = read_value(Kind(type="record", record="lot"), "acme/7/2026-01-05", MOMENT, keys=keys)
    assert value == list(parts)  # as messages and records hold it
    judge_value(Kind(type="record", record="lot"), value, "input.lot")
    assert show_value(Kind(type="record", record="lot"), value, "zh") == f"acme / 7 / {TODAY}"
    assert key_values(part, below) == {"lot": list(parts), "code": "A/%"}
    with pytest.raises(Refusal) as caught:
        key_parts(lot, "acme/7", MOMENT)
    assert caught.value.code == "language/213"


def test_key_of_one_part__may_hold_a_slash() -> None:
    record = Record(
        name="r",
        title=Text(zh="记录", en="Record"),
        key=("n",),
        fields=(Field(name="n", type="text", pattern="[a-z/]{3}", visibility="public"),),
    )
    assert key_parts(record, "a/b", MOMENT) == ("a/b",)
    with pytest.raises(Refusal) as caught:
        key_parts(record, "", MOMENT)
    assert caught.value.code == "language/213"


@pytest.mark.parametrize(
    ("pattern", "zh", "en", "example"),
    [
        ("[A-Z0-9-]{6,32}", "6–32 位大写字母、数字或“-”", "6–32 capital letters, digits or “-”", "AB202600"),
        ("[A-Z]{2}[0-9]{4}", "2 位大写字母，后接 4 位数字", "2 capital letters, then 4 digits", "AB2026"),
        ("(CN|EU)-[0-9]{3}", "“CN”或“EU”，后接“-”，后接 3 位数字", "“CN” or “EU”, then “-”, then 3 digits", "CN-202"),
    ],
)
def test_pattern__is_explained(pattern: str, zh: str, en: str, example: str) -> None:
    assert explain_pattern(pattern) == Words(zh, en)
    assert pattern_example(pattern) == example


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        (Kind(type="money"), 100_000_000, "1,000,000.00 元", "CNY 1,000,000.00"),
        (Kind(type="money", currency="USD"), -5, "-0.05 美元", "USD -0.05"),
        (Kind(type="price", unit="kWh", scale=4), 3_915, "0.3915 元/千瓦时", "CNY 0.3915 per kWh"),
        (Kind(type="quantity", unit="t", scale=3), 1_234_500, "1,234.500 吨", "1,234.500 t"),
        (Kind(type="rate"), 43_500, "4.35%", "4.35%"),
        (Kind(type="date"), TODAY, "2026年1月5日", "5 January 2026"),
        (Kind(type="time"), NOON, "2026年1月5日 12:00:00（UTC+08:00）", "5 January 2026 12:00:00 (UTC+08:00)"),
        (Kind(type="days"), 1, "1 天", "1 day"),
        (Kind(type="duration"), 5_400, "1 小时 30 分钟", "1 hour 30 minutes"),
        (GRADE, "high", "优", "High"),
        (Kind(type="list", of=GRADE, most=3), ["high", "low"], "优、次", "High; Low"),
        (Kind(type="bool"), False, "否", "no"),
        (Kind(type="text"), None, "—", "—"),
    ],
)
def test_value__is_shown(kind: Kind, value: object, zh: str, en: str) -> None:
    assert (show_value(kind, value, "zh"), show_value(kind, value, "en")) == (zh, en)
