"""Where sealed groups, codes, lazy records, bulks and proofs may stand, and what of a root is proved."""

import pytest

from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition, read_definition
from zhulian.modules import every_word

T = "{zh: 名称, en: Name}"
BASE = f"""
scenario: sample
version: 1
title: {T}
roles: {{maker: {{title: {T}, admitted_by: operator}}}}
refusals: {{no_good: {{zh: 不符合要求，请改正, en: It is not right. Change it}}}}
records:
  lot:
    title: {T}
    key: number
    fields:
      number: int
      price: {{type: money, optional: true}}
      days: {{type: days, optional: true}}
      cans: {{type: codes, optional: true}}
      fares: {{type: bulk, sum: money, optional: true}}
      total: {{type: money, default: '0'}}
      note: {{type: text, public: true, optional: true}}
    states: {{start: open_, final: [done_]}}
    codes: {{max: 1000}}
    sealed: {{offer: [price, days]}}
  can:
    title: {T}
    key: [lot, code]
    fields: {{lot: lot, code: {{type: text, pattern: '[A-Z]{{2}}'}}, seen: {{type: int, default: '0'}}}}
    lazy: lot
actions:
  make: {{title: {T}, by: maker, creates: lot, input: [number]}}
  seal: {{title: {T}, by: maker, on: lot, seals: offer}}
  show: {{title: {T}, by: maker, on: lot, opens: offer, do: [{{set: {{total: this.price}}}}], else: [{{move: done_}}]}}
  look: {{title: {T}, by: maker, on: can, input: {{shown: {{type: proof, record: lot, optional: true}}}}, do: [{{set: {{seen: this.seen + 1}}}}]}}
  count: {{title: {T}, by: {{one: maker, two: operator}}, on: lot, input: {{day: {{type: bulk, sum: money}}}}, do: [{{set: {{fares: input.day, total: bulk_total(input.day)}}}}]}}
  dispute:
    title: {T}
    by: maker
    on: lot
    input: {{day: {{type: bulk, sum: money}}, trip: {{type: text, pattern: '[a-z]{{2}}'}}, fare: money, shown: proof}}
    require: [{{no_good: 'in_bulk(input.day, input.trip, input.fare, input.shown)'}}, {{no_good: "bulk_total(input.day) > '1.00'"}}]
    do: [{{set: {{total: bulk_total(input.day)}}}}]
"""


def found(*pairs: tuple[str, str]) -> list[str]:
    text = BASE
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    try:
        check_definition(read_definition(text), every_word())
    except LanguageFaults as faults:
        return [each["code"] for each in faults.faults]
    return []


def test_base__passes_and_is_read_again_from_its_tree() -> None:
    assert found() == []
    definition = read_definition(BASE)
    check_definition(load_definition(definition.to_json()), every_word())


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        # sealed fields
        ("language/140", "price: {type: money, optional: true}", "price: {type: money, default: '0'}"),
        ("language/140", "price: {type: money, optional: true}", "price: {type: money, optional: true, private: [maker]}"),
        ("language/140", "price: {type: money, optional: true}", "price: {type: money, optional: true, unique: true}"),
        ("language/140", "    codes: {max: 1000}", "    codes: {max: 1000}\n    indexes: {by_price: price}"),
        ("language/140", "    codes: {max: 1000}", "    codes: {max: 1000}\n    correct: {fields: [days], by: maker}"),
        ("language/140", "sealed: {offer: [price, days]}", "sealed: {offer: [price, days], other: [price]}"),
        ("language/140", "sealed: {offer: [price, days]}", "sealed: {offer: [price, days, cans]}"),
        ("language/141", "set: {total: this.price}", "set: {total: this.price, days: 3d}"),
        ("language/141", "input: [number]}", "input: [number], do: [{set: {price: \"'1.00'\"}}]}"),
        ("language/141", "[{set: {seen: this.seen + 1}}]", "[{set: {this.lot: {price: \"'1.00'\"}}}]"),
        ("language/141", "[{set: {seen: this.seen + 1}}]", "[{create: {lot: {number: 1, days: 3d}}}]"),
        # sealing and opening
        ("language/142", "seals: offer}", "seals: offer, else: [{move: done_}]}"),
        ("language/142", "seals: offer}", "seals: offer, opens: offer}"),
        ("language/142", "seals: offer}", "seals: offer, many: 5}"),
        ("language/142", "seals: offer}", "seals: offer, input: {offer: int}}"),
        ("language/142", "creates: lot, input: [number]}", "creates: lot, opens: offer, input: [number]}"),
        ("language/142", "creates: lot, input: [number]}", "creates: lot, seals: offer, do: [{set: {number: 1 + 1}}]}"),
        ("language/90", "seals: offer}", "seals: offers}"),
        ("language/20", "else: [{move: done_}]", "else: [{set: {total: this.price}}]"),
        # codes and lazy records
        ("language/143", "      cans: {type: codes, optional: true}\n", ""),
        ("language/143", "cans: {type: codes, optional: true}", "cans: {type: codes, optional: true, most: 2000}"),
        ("language/144", "key: [lot, code]", "key: [code, lot]"),
        ("language/144", "key: [lot, code]", "key: code"),
        ("language/144", "seen: {type: int, default: '0'}", "seen: int"),
        ("language/144", "    lazy: lot", "    lazy: lot\n    owned: true"),
        ("language/145", "[{set: {total: this.price}}]", "[{ensure: {can: {lot: this, code: '\"AA\"'}}}]"),
        ("language/145", "by: maker, on: can, input", "by: maker, creates: can, input"),
        # proofs
        ("language/146", "{type: proof, record: lot, optional: true}", "{type: proof, record: lot}"),
        ("language/146", "on: can, input: {", "on: can, many: 3, input: {"),
        ("language/146", "on: can, input: {", "on: can, input: {more: {type: proof, record: lot, optional: true}, "),
        (
            "language/146",
            "fare: money, shown: proof",
            "fare: money, shown: proof, more: {type: proof, record: lot, optional: true}",
        ),
        # roots alone
        ("language/147", "by: {one: maker, two: operator}", "by: maker"),
        ("language/147", "in_bulk(input.day, input.trip", "has(this.fares) && in_bulk(this.fares, input.trip"),
        (
            "language/147",
            "'in_bulk(input.day, input.trip, input.fare, input.shown)'",
            "'true || in_bulk(input.day, input.trip, input.fare, input.shown)'",
        ),
        ("language/147", "    require: [", "    let: {all: bulk_count(input.day)}\n    require: ["),
        (
            "language/147",
            "    codes: {max: 1000}",
            "    codes: {max: 1000}\n    always: [{name: few, that: '!has(this.cans) || codes_count(this.cans) < 9'}]",
        ),
        # things in their places
        ("language/148", "note: {type: text, public: true, optional: true}", "note: {type: proof, optional: true}"),
        ("language/148", "note: {type: text, public: true, optional: true}", "note: {type: ticket, optional: true}"),
        (
            "language/148",
            "fares: {type: bulk, sum: money, optional: true}",
            "fares: {type: bulk, sum: money, optional: true, private: [maker]}",
        ),
        ("language/148", "fares: {type: bulk, sum: money, optional: true}", "fares: {type: bulk, sum: apples, optional: true}"),
        ("language/148", "fares: {type: bulk, sum: money, optional: true}", "fares: {type: bulk, sum: quantity, optional: true}"),
        ("language/148", "shown: proof}", "shown: proof, all: {type: list, of: proof, most: 3}}"),
    ],
)
def test_check__refuses(code: str, old: str, new: str) -> None:
    assert code in found((old, new))


def test_roots__are_proved_by_a_guard_that_came_before() -> None:
    guards = "require: [{no_good: 'in_bulk(input.day, input.trip, input.fare, input.shown)'}, {no_good: \"bulk_total(input.day) > '1.00'\"}]"
    turned = "require: [{no_good: \"bulk_total(input.day) > '1.00'\"}, {no_good: 'in_bulk(input.day, input.trip, input.fare, input.shown)'}]"
    assert found((guards, turned)) == ["language/147"]
    kept = "has(this.fares) && in_bulk(this.fares, input.trip, input.fare, input.shown)"
    own = (f"require: [{{no_good: '{kept}'}}]", "do: [{set: {total: bulk_total(this.fares)}}]")
    before = "\n    do: [{set: {total: bulk_total(input.day)}}]\n"
    assert found((guards + before, f"{own[0]}\n    {own[1]}\n")) == []
    changed = "do: [{set: {fares: input.day}}, {set: {total: bulk_total(this.fares)}}]"  # what was shown is no longer there
    assert "language/147" in found((guards + before, f"{own[0]}\n    {changed}\n"))


def test_amounts__are_of_the_unit_of_the_bulk() -> None:
    assert found(("fare: money, shown", "fare: int, shown")) != []
    assert found(("day: {type: bulk, sum: money}, trip", "day: {type: bulk, sum: quantity, unit: kg}, trip")) != []
