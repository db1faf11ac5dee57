"""A list that is not written out: what its rounds cannot change is proved, and of the rest nothing is claimed."""

from pathlib import Path

import pytest

from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.explain import Explaining
from zhulian.language.proving.prove import prove
from zhulian.language.proving.report import Check
from zhulian.modules import every_word

LOAN = (Path(__file__).parent / "loan.yaml").read_text(encoding="utf-8")
SAY = "say: {zh: 另一项约束, en: Another promise}"


def looping(do: str, promise: str = "this.left <= this.amount") -> Checked:
    """The loan with an action that does something for each number of a list, and one more promise of loans."""
    action = (
        "  write_off:\n    title: {zh: 逐项核销, en: Write off}\n    by: this.bank\n    on: loan\n    from: running\n"
        "    input: {serials: {type: list, of: int, most: 50, title: {zh: 序号, en: Numbers}}}\n"
        f"    do:\n      - {{each: {{one: input.serials}}, do: [{do}]}}\n"
    )
    text = LOAN.replace("actions:\n", f"actions:\n{action}", 1)
    place = "      - {name: within_limit,"
    text = text.replace(place, f"      - {{name: new, that: {promise!r}, {SAY}}}\n{place}")
    return check_definition(read_definition(text), every_word())


def found(checked: Checked, name: str = "new") -> Check:
    """What is found of a promise over the action with the list."""
    report = prove(checked, only={name})
    return next(each for one in report.promises for each in one.checks if each.doer == "write_off")


PAYMENTS = "{create: {payment: {loan: this, serial: one, amount: this.amount}}}"


def test_each__what_no_round_changes_is_proved() -> None:
    assert found(looping(PAYMENTS)).verdict == "proved"
    assert found(looping(PAYMENTS), "pledge_lies").verdict == "proved"
    assert found(looping("{set: {left: 0}}"), "within_limit").verdict == "proved"


@pytest.mark.parametrize(
    "do",
    [
        "{set: {left: this.left + this.left}}",
        "{set: {left: 0}}",
        "{if: 'one > 3', then: [{set: {left: this.amount + this.amount}}]}",
    ],
)
def test_each__what_a_round_can_change_is_left_to_run_time(do: str) -> None:
    checked = looping(do)
    check = found(checked)
    assert (check.verdict, check.reason, check.detail) == ("runtime", "outside", "each")
    assert check.counter is None
    said = Explaining(checked).open(check)
    assert ("对列表逐项办理之后" in said.zh, "each item of a list" in said.en) == (True, True)


def test_each__a_round_that_would_be_refused_proves_nothing() -> None:
    """The list may be empty, so that nothing follows from the rules of a round."""
    report = prove(looping("{refuse: too_much}"))
    assert not [each for each in report.findings if (each.kind, each.name) == ("never", "write_off")]
    moved = looping("{transfer: {asset: coin, from: this, to: this.borrower, amount: this.pledge}}")
    assert (found(moved, "pledge_lies").verdict, found(moved, "terms_fixed").verdict) == ("runtime", "proved")


def test_each__a_total_over_what_rounds_write_is_left_to_run_time() -> None:
    check = found(looping("{set: {left: 0}}", "owed(this.bank) >= 0"))
    assert (check.verdict, check.reason, check.detail) == ("runtime", "outside", "each")


def test_each__what_comes_after_it_may_be_outside_and_then_nothing_is_concluded_of_locked_money() -> None:
    """A total over what the rounds may have written is not known, so neither is what the action does, nor what it lets out."""
    checked = looping("{set: {left: 0}}]}\n      - {if: 'owed(this.bank) >= 0', then: [{set: {left: 0}}")
    report = prove(checked)
    way_out = next(each for each in report.promises if each.name == "holdings_have_a_way_out")
    assert (way_out.verdict, way_out.reason, way_out.checks[0].detail) == ("runtime", "unjudged", "each")
    finding = next(each for each in report.findings if each.kind == "unjudged")
    said = Explaining(checked).finding(finding)
    assert ("未作结论" in said.zh, "nothing is concluded" in said.en) == (True, True)
    assert not [each for each in report.findings if each.kind == "locked"]


@pytest.mark.long
def test_each__is_no_example_of_its_action_and_hides_nothing_else() -> None:
    report = prove(looping(PAYMENTS))
    assert "write_off" not in {each.action for each in report.witnesses}
    assert "repay" in {each.action for each in report.witnesses}
    assert not [each for each in report.findings if each.name == "write_off"]
