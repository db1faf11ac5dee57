"""Every record of the version before finds its way, or the upgrade is refused; the faults in the order of their numbers."""

import pytest

from tests.language.upgrades.pair import FIELDS, WORDS, checked, codes, upgrade, version
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.upgrades.passage import check_kept, notice_seconds

ONE = version(1)
BARE = "number: {type: text, pattern: '[A-Z0-9]{1,9}'}, amount: {type: money, min: '0.01', max: '1000.00'}"


def test_same__goes_on_as_it_is() -> None:
    passage = upgrade(ONE, version(2))
    assert passage.ways["loan"].same
    assert passage.ways["note"].same
    assert (passage.before, passage.after, passage.kept) == (1, 2, ())


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (version(2, notice="23h"), "150"),
        (version(2, upgrade="{move: {loan: {states: {q: a}}}}"), "90"),
        (version(2, fields=FIELDS + ", fresh: int"), "154"),
        (version(2, fields=BARE), "155"),
        (version(2, key="[number, amount]"), "104"),
        (version(2, states="{start: a, final: [z]}"), "159"),
        (version(2, states="{start: a, open: [z], final: [b]}"), "160"),
        (version(2, fields=FIELDS.replace("1000.00", "999.00")), "154"),
        (version(2, fields=FIELDS.replace("min: '0.01'", "min: '0.02'")), "154"),
        (version(2, fields=FIELDS.replace("{1,9}", "{1,8}")), "153"),
        (version(2, fields=FIELDS.replace("pattern: '[A-Z0-9]{1,9}'", "pattern: '[A-Z0-9]{1,9}', unique: true")), "161"),
        (version(2, record="    indexes: {by_paid: paid}"), "161"),
        (version(2, more="totals: {lent: {sum: loan.amount}}"), "161"),
        (version(2, record="    owned: true"), "153"),
        (version(2, upgrade="{keep: [loan]}", more="totals: {lent: {sum: loan.amount}}"), "161"),
        (version(2, fields=FIELDS + ", fresh: int", upgrade="{move: {loan: {fresh: 'this.amount'}}}"), "18"),
        (version(2, fields=FIELDS + ", fresh: int", upgrade="{move: {loan: {fresh: 'this.nothing'}}}"), "15"),
        (version(2, upgrade="{move: {loan: {paid: 'this.amount - this.paid'}}}"), "157"),
        (version(2, upgrade="{move: {loan: {paid: 'share(this.amount, this.paid, this.paid, up)'}}}"), "157"),
        (version(2, upgrade="{move: {loan: {amount: 'this.paid'}}}"), "158"),
        (version(2, upgrade="{move: {loan: {number: 'this.number'}}}"), "153"),
        (version(2, upgrade="{move: {loan: {states: {a: z}}}}"), "160"),
        (version(2, upgrade="{move: {loan: {secret: \"'x'\"}}}", fields=FIELDS + ", secret: text"), "156"),
    ],
)
def test_upgrade__refuses(new: str, code: str) -> None:
    assert code in codes(ONE, new) or _reading(new) == code


def _reading(new: str) -> str:
    """The number by which the new text alone is refused."""
    try:
        checked(new)
    except LanguageFaults as faults:
        return faults.found[0].code.partition("/")[2]
    return ""


def test_upgrade__refuses_types_that_are_gone_or_were_never_there() -> None:
    other = version(1, name="lease")
    assert codes(other, version(2)) == ["152", "154"]  # the note's loan is of another type now
    assert codes(other, version(2, upgrade="{keep: [loan]}")) == ["151", "152", "154"]


def test_upgrade__refuses_to_touch_assets_in_hands() -> None:
    asset = "assets: {{claim: {{unit: {0}, scale: {1}, title: {{zh: 债权, en: Claim}}}}}}"
    before = version(1, more=asset.format("kg", 2))
    assert codes(before, version(2, more=asset.format("kg", 2))) == []
    assert codes(before, version(2, more=asset.format("kg", 3))) == ["162"]
    assert codes(before, version(2)) == ["162"]


ACTION = """
  pay: {title: {zh: 名称, en: Name}, by: bank, on: loan, from: a, input: {other: note}, do: [{set: {input.other.id: 7}}]}
"""
LOOK = "  look: {title: {zh: 名称, en: Name}, by: bank, on: loan, from: a, input: {other: note}, require: {no: 'input.other.id > 3'}}"


def test_kept__needs_what_its_rules_look_at() -> None:
    before = version(1, actions=LOOK)
    assert codes(before, version(2, upgrade="{keep: [loan]}", actions=LOOK)) == []
    moved = "{keep: [loan], move: {note: {loan: 'this.loan'}}}"
    assert codes(before, version(2, upgrade=moved, actions=LOOK)) == ["163"]
    assert codes(version(1), version(2, upgrade=moved)) == []


def test_check_kept__holds_a_later_version_to_it() -> None:
    first = checked(version(1, actions=LOOK))
    third = checked(version(3, upgrade="{move: {note: {loan: 'this.loan'}}}", actions=LOOK))
    check_kept(("note",), first, third, WORDS)
    with pytest.raises(LanguageFaults) as caught:
        check_kept(("loan",), first, third, WORDS)
    assert caught.value.found[0].code == "language/163"


def test_move__gives_fields_and_states() -> None:
    new = version(
        2,
        fields=FIELDS.replace(
            "paid: {type: money, default: '0'}",
            "left: {type: money, max: '1000.00'}, grade: {type: choice, values: [x, y], default: y}",
        ),
        states="{start: a, open: [b2], final: [z]}",
        upgrade="""{move: {loan: {left: "this.paid >= '0' && this.paid <= this.amount && this.paid <= '1000.00' ? this.amount - this.paid : '0'", states: {b: b2}}}}""",
    )
    way = upgrade(ONE, new).ways["loan"]
    assert way.carried == ("number", "amount")
    assert set(way.values) == {"left"}
    assert way.defaults == {"grade": "y"}
    assert way.states == {"a": "a", "b": "b2", "z": "z"}
    assert not way.same


def test_move__lets_fields_go() -> None:
    way = upgrade(ONE, version(2, fields=BARE, upgrade="{move: {loan: {}}}")).ways["loan"]
    assert way.carried == ("number", "amount")
    assert not way.same
    assert not way.values


def test_goes_on__may_widen_and_add_what_can_be_absent() -> None:
    wider = (
        FIELDS.replace("1000.00", "2000.00")
        + ", note: {type: text, public: true, optional: true}, rank: {type: int, default: '3'}"
    )
    way = upgrade(ONE, version(2, fields=wider, states="{start: a, open: [b, c], final: [z]}")).ways["loan"]
    assert way.defaults == {"rank": 3}
    assert way.carried == ("number", "amount", "paid")


def test_instance_record__goes_on_too() -> None:
    whole = "instance: {{fields: {{seen: {{type: int, default: '0'}}{0}}}}}"
    assert upgrade(ONE, version(2, more=whole.format(""))).ways["instance"].defaults == {"seen": 0}
    assert codes(ONE, version(2, more=whole.format(", due: int"))) == ["154"]
    assert codes(version(1, more=whole.format(", due: {type: int, default: '1'}")), version(2, more=whole.format(""))) == ["155"]


@pytest.mark.parametrize(("text", "seconds"), [("1d", 86_400), ("36h", 129_600), ("90min", 5_400), ("7s", 7)])
def test_notice__in_seconds(text: str, seconds: int) -> None:
    found = checked(version(2, notice=text)).definition.tree.upgrade
    assert found is not None
    assert notice_seconds(found) == seconds


def test_sealed_groups__stay_as_they_are_where_records_go_on() -> None:
    fields = "number: text, price: {type: money, optional: true}, days: {type: days, optional: true}"
    group = "    sealed: {{offer: [{}]}}\n"
    fields = fields.replace("number: text", "number: {type: text, pattern: '[A-Z]{1,4}'}")
    before = version(1, fields=fields, record=group.format("price"))
    assert "164" not in codes(before, version(2, fields=fields, record=group.format("price")))
    assert "164" in codes(before, version(2, fields=fields, record=group.format("price, days")))
    assert "164" in codes(before, version(2, fields=fields))
    assert "164" not in codes(before, version(2, fields=fields, upgrade="{keep: [loan]}"))


SWEPT = "timers: {tell: {on: note, sweep: loan, page: 5, do: [{set: {seen: this.seen + 1}}]}}"


def test_sweep__is_new_only_with_its_records() -> None:
    def noted(number: int, more: str = "") -> str:
        return version(number, more=more).replace(
            "fields: {id: int, loan:", "fields: {id: int, seen: {type: int, default: '0'}, loan:"
        )

    assert codes(noted(1, SWEPT), noted(2, SWEPT)) == []
    assert codes(noted(1, SWEPT), noted(2)) == [], "that a sweep goes does no harm"
    assert codes(noted(1), noted(2, SWEPT)) == ["167"]
