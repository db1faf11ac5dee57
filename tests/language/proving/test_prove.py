"""Promises of a small definition: all are proved; with one word changed in a rule, the promise that it kept is not."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import Played, play
from zhulian.assure.stories.replaying import Replay
from zhulian.errors import Words
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.countering import Finding
from zhulian.language.proving.doing import Doer, doers_of
from zhulian.language.proving.explain import Explaining
from zhulian.language.proving.finding import NOTHING
from zhulian.language.proving.promises import Promised, promises_of
from zhulian.language.proving.prove import prove
from zhulian.language.proving.questions import Question, ask, pose
from zhulian.language.proving.report import Report, report_json
from zhulian.language.proving.trails import STEPS, Purse, trails
from zhulian.modules import every_word

LOAN = (Path(__file__).parent / "loan.yaml").read_text(encoding="utf-8")


def checked(*changes: tuple[str, str]) -> Checked:
    """The loan with some of its words changed."""
    text = LOAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return check_definition(read_definition(text), every_word())


def verdicts(report: Report) -> dict[str, str]:
    """The verdicts of the promises of loans by their names."""
    return {each.name: each.verdict for each in report.promises if each.record == "loan"}


@pytest.fixture(scope="module")
def sound() -> Report:
    return prove(checked())


def test_sound__every_promise_is_proved(sound: Report) -> None:
    assert set(verdicts(sound).values()) == {"proved"}
    assert sound.verdict == "proved"
    assert sound.contradiction == sound.findings == ()


def test_sound__says_which_guards_it_rests_on(sound: Report) -> None:
    left = next(each for each in sound.promises if each.name == "left_bounded")
    repay = next(each for each in left.checks if each.doer == "repay")
    assert repay.by == "solver"
    assert ("require", "too_much") in {(each.kind, each.name) for each in repay.used}
    refuse = next(each for each in left.checks if each.doer == "refuse")
    assert (refuse.verdict, refuse.by) == ("proved", "frame")


def test_sound__has_an_example_of_each_action(sound: Report) -> None:
    assert [each.action for each in sound.witnesses] == ["ask", "mint", "lend", "repay", "close", "refuse"]
    given = {each.what: each.value for each in sound.witnesses[0].given}
    assert float(given["input.amount"]) > 0


def test_report__is_the_same_bytes_every_time_and_reads_back(sound: Report) -> None:
    again = prove(checked())
    assert again.to_json() == sound.to_json()
    assert report_json(sound.to_json()) == sound
    assert sound.engine.name == "z3"
    assert len(sound.digest(lambda data: data[:32])) == 32


FAULTS = {
    "a guard is missing": (
        (("- too_much: 'input.amount <= this.left'", "- too_much: 'input.amount <= this.amount'"),),
        "left_bounded",
    ),
    "more is lent than was asked": ((("set: {left: this.amount,", "set: {left: this.amount + this.amount,"),), "left_bounded"),
    "the pledge is counted twice": ((("pledge: input.pledge}", "pledge: input.pledge + input.pledge}"),), "pledge_lies"),
    "the pledge goes back twice as half": (
        (("amount: this.pledge}\n", 'amount: \'share(this.pledge, 1, 2, "down")\'}\n'),),
        "pledge_lies",
    ),
    "terms change": ((("set: {left: this.left - input.amount}", "set: {left: this.left - input.amount, amount: this.left}"),), "terms_fixed"),
    "the limit is not asked": ((("input.amount <= settings.most'", "input.amount > 0'"),), "within_limit"),
    "a closed loan holds half its pledge": (
        (("amount: this.pledge}\n", 'amount: \'share(this.pledge, 1, 2, "down")\'}\n'),),
        "final_holds_nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault__is_not_proved(fault: str) -> None:
    changes, promise = FAULTS[fault]
    found = verdicts(prove(checked(*changes), only={promise}))
    assert found[promise] != "proved"


def test_contradiction__is_said_and_nothing_is_proved_from_it() -> None:
    found = prove(
        checked(("that: 'this.amount <= settings.most'", "that: 'this.left > this.amount'")),
        only={"left_bounded", "within_limit"},
    )
    assert found.contradiction == ("loan.left_bounded", "loan.within_limit")
    assert {each.reason for each in found.promises if each.kind != "added" or each.name == "final_holds_nothing"} <= {
        "contradiction",
        "",
    }
    assert not any(each.verdict == "proved" for each in found.promises if each.kind == "always")


def test_never__an_action_that_cannot_happen_a_state_that_is_never_left_and_locked_money_are_named() -> None:
    found = prove(checked(("- not_empty: 'this.left == 0'", "- not_empty: 'this.left < 0'")))
    assert [(each.kind, each.name) for each in found.findings if each.kind == "never"] == [("never", "close")]
    assert ("left", "loan.running") in {(each.kind, each.name) for each in found.findings}
    assert ("locked", "loan", "running: coin") in {(each.kind, each.name, each.detail) for each in found.findings}
    assert verdicts(found)["holdings_have_a_way_out"] == "refuted"
    assert found.verdict == "refuted"


HARD = {
    "product": ("'this.left * 2 <= this.amount * 2'", "proved"),
    "nonlinear": ("'number(days(today(), today())) * size(this.number) <= 4096'", None),
    "share": ("'share(this.left, 1, 3, \"up\") <= this.amount'", "proved"),
    "deep": ("'" + "(" * 20 + "this.left <= this.amount" + ")" * 20 + "'", "proved"),
    "list": ("'size([this.left, this.amount] + [this.left]) == 3'", "proved"),
    "text": ("'this.number != \"X\" || this.number == \"X\"'", "proved"),
    "chain": ("'" + " && ".join(["this.left <= this.amount"] * 40) + "'", "proved"),
    "unknowns": ("'!known(payment(this, 1)) || payment(this, 1).amount * payment(this, 1).serial == payment(this, 1).amount * payment(this, 1).serial'", "proved"),
    "powers": ("'!known(payment(this, 1)) || payment(this, 1).serial * payment(this, 1).serial * payment(this, 1).serial != 29'", "proved"),
    "long list": ("'size([" + ", ".join(["this.left"] * 90) + "]) == 90 && this.left in [" + ", ".join(["this.left"] * 90) + "]'", "proved"),
    "is there": ("'has(this.paper) || !has(this.paper)'", "proved"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_hard__has_a_clear_verdict(name: str) -> None:
    that, expected = HARD[name]
    found = prove(checked(("that: 'this.amount <= settings.most'", f"that: {that}")), limit=300_000, only={"within_limit"})
    promise = next(each for each in found.promises if each.name == "within_limit")
    assert promise.verdict in ("proved", "runtime")
    assert (promise.verdict == "proved") == (promise.reason == "")
    if expected is not None:
        assert promise.verdict == expected


def test_private__a_promise_about_a_private_file_is_held_to_at_run_time_only() -> None:
    """The check lets a word take a private file by its digest; the prover does not look into it, whatever it says."""
    asked = "'!has(this.paper) || deposited(this.paper, this.bank)'"
    found = prove(checked(("that: 'this.amount <= settings.most'", f"that: {asked}")), only={"within_limit"})
    (report,) = found.promises
    assert (report.verdict, report.reason) == ("runtime", "private")
    assert {(each.verdict, each.reason, each.by) for each in report.checks} == {("runtime", "private", "")}


def test_unsigned__a_debit_that_nobody_signs_is_named() -> None:
    seized = "  seize:\n    title: {zh: 扣划, en: Seize}\n    by: bank\n    on: loan\n    from: asked\n    do: [{transfer: {asset: coin, from: this.borrower, to: this.bank, amount: this.pledge}}]\n"
    found = prove(
        checked(("actions:\n", f"actions:\n{seized}"), ("coin: {unit: piece,", "coin: {unit: piece, taken_by: [seize],"))
    )
    assert [(each.name, each.detail) for each in found.findings if each.kind == "unsigned"] == [("seize", "coin: this.borrower")]


def test_private__what_can_be_erased_is_held_to_at_run_time_only() -> None:
    erasable = "paper:    {type: file, guarded: [bank, borrower], owner: borrower, optional: true, erasable: true,"
    found = prove(
        checked(
            ("paper:    {type: file, private: [bank], optional: true,", erasable),
            ("that: 'this.amount <= settings.most'", "that: '!has(this.paper) || deposited(this.paper, this.bank)'"),
        ),
        only={"within_limit"},
    )
    assert {each.reason for one in found.promises for each in one.checks} == {"private"}


def test_private__the_reason_is_said_in_both_languages() -> None:
    definition = checked(("that: 'this.amount <= settings.most'", "that: '!has(this.paper) || deposited(this.paper, this.bank)'"))
    (report,) = prove(definition, only={"within_limit"}).promises
    said = Explaining(definition).open(report.checks[0])
    assert said == Words(
        "“申请”：涉及保密或可删除的内容，不作证明", "“Ask”: it asks what is private or can be erased, of which nothing is proved"
    )


def test_untried__is_said_where_nobody_looked_for_steps() -> None:
    definition = checked(*FAULTS["terms change"][0])
    (untried,) = prove(definition, only={"terms_fixed"}).promises
    check = next(each for each in untried.checks if each.reason == "not_inductive")
    said = Explaining(definition).open(check)
    assert "no way to it was tried" in said.en
    assert "未尝试任何办理步骤" in said.zh
    assert "0" not in said.en + said.zh
    tried = Explaining(definition).open(msgspec.structs.replace(check, detail="8"))
    assert "within the limit of the solver's steps (each of up to 8 steps)" in tried.en
    assert "求解步数的规定上限" in tried.zh
    assert "每种至多 8 步" in tried.zh


def test_tried__once_the_steps_are_spent_no_more_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked for in one definition has a bound, and what comes after it says that nothing was tried."""
    definition = checked(*FAULTS["terms change"][0])
    (doer,) = (each for each in doers_of(definition) if each.name == "repay")
    (promise,) = (each for each in promises_of(definition)["loan"] if each.name == "terms_fixed")
    question = pose(definition, promise, doer)
    monkeypatch.setattr("zhulian.language.proving.countering.Purse", lambda: Purse(600_000))
    finding = Finding(definition, list(doers_of(definition)), lambda story, about: "", {})
    tried = []
    while not tried or tried[-1]:
        finding.counter(question, doer, ask(question).model)
        tried.append(finding.tried)
    assert set(tried[:-1]) == {STEPS}
    assert 1 < len(tried) < 8


def test_limit__is_said_where_it_is_reached() -> None:
    found = prove(checked(), limit=1, only={"pledge_lies"})
    assert "limit" in {each.reason for each in found.promises}
    assert found.engine.limit == 1


@pytest.mark.parametrize("fault", ["a guard is missing", "the pledge is counted twice", "terms change", "the limit is not asked"])
def test_fault__is_refuted_by_a_story_that_was_played(fault: str) -> None:
    changes, promise = FAULTS[fault]
    definition = checked(*changes)
    replay = Replay(definition)
    found = prove(definition, only={promise}, play=replay, samples=replay.samples)
    (report,) = found.promises
    assert (report.verdict, report.reason) == ("refuted", "stopped")
    counter = next(each.counter for each in report.checks if each.verdict == "refuted")
    assert counter is not None
    assert counter.played
    assert counter.stopped
    assert f"refused: {promise}" in counter.story
    again = {"title": {"zh": "重演", "en": "Again"}, **yaml.load(counter.story, yaml.BaseLoader)}
    assert playing(definition, again).passed  # the story as the report shows it, with its refusal


def test_broken__what_nobody_asks_is_found_and_seen() -> None:
    """A promise of payments that speaks of their loan: the engine does not ask it when the loan moves on, and the prover does."""
    promise = "    always:\n      - {name: loan_runs, that: 'this.loan.state == \"running\"', say: {zh: 借款存续, en: The loan runs}}\n\ntotals:"
    definition = checked(("\ntotals:", promise))
    replay = Replay(definition)
    found = prove(definition, only={"loan_runs"}, play=replay, samples=replay.samples)
    (report,) = found.promises
    assert (report.verdict, report.reason) == ("refuted", "broken")
    counter = next(each.counter for each in report.checks if each.verdict == "refuted")
    assert counter is not None
    assert not counter.stopped
    again = {"title": {"zh": "重演", "en": "Again"}, **yaml.load(counter.story, yaml.BaseLoader)}
    assert playing(definition, again).passed


def test_search__goes_on_for_as_many_promises_as_its_steps_reach() -> None:
    """Six promises that borrowing breaks: steps are found for each, not for the first few alone."""
    more = [
        f"      - {{name: small_{n}, that: 'this.amount != \"0.0{n}\"', say: {{zh: 小额, en: Small}}}}\n" for n in range(2, 8)
    ]
    place = "      - {name: within_limit,"
    definition = checked((place, "".join(more) + place))
    replay = Replay(definition)
    names = {f"small_{n}" for n in range(2, 8)}
    found = prove(definition, only=names, play=replay, samples=replay.samples)
    assert {each.name: (each.verdict, each.reason) for each in found.promises} == dict.fromkeys(names, ("refuted", "stopped"))


def test_search__ends_when_its_steps_are_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a way costs does not hang on the machine, so neither does what is found; without steps nothing is tried, and that is said."""
    definition = checked(*FAULTS["a guard is missing"][0])
    replay = Replay(definition)
    purse = Purse(200_000)
    doer = next(each for each in doers_of(definition) if each.name == "repay")
    promise = next(each for each in promises_of(definition)["loan"] if each.name == "left_bounded")
    several = list(doers_of(definition))
    once = len(list(trails(definition, promise, doer, several, purse)))
    other = Purse(200_000)
    assert (len(list(trails(definition, promise, doer, several, other))), other.left) == (once, purse.left)
    monkeypatch.setattr("zhulian.language.proving.countering.Purse", lambda: Purse(0))
    found = prove(definition, only={"left_bounded"}, play=replay, samples=replay.samples)
    assert [(each.verdict, each.reason) for each in found.promises] == [("runtime", "not_inductive")]
    assert {each.detail for one in found.promises for each in one.checks if each.reason == "not_inductive"} == {"0"}


def playing(definition: Checked, story: dict[str, Any]) -> Played:
    """The story of a report, played from its YAML as anybody would play it."""
    source = yaml.load(definition.definition.source or b"", yaml.BaseLoader)
    text = yaml.safe_dump({**source, "stories": {"again": story}}, allow_unicode=True, default_style='"')
    again = check_definition(read_definition(text), every_word())
    return play(again, again.definition.tree.stories[0], Packs())


def test_since__only_what_a_change_touches_is_proved_again(sound: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    posed: list[str] = []

    def counted(definition: Checked, promise: Promised, doer: Doer, names: frozenset[tuple[str, str]]) -> Question:
        posed.append(doer.name)
        return pose(definition, promise, doer, names)

    monkeypatch.setattr("zhulian.language.proving.prove.pose", counted)
    monkeypatch.setattr("zhulian.language.proving.prove.look_around", lambda *parts, **more: NOTHING)
    again = prove(checked(), since=sound)
    assert posed == []
    assert again.promises == sound.promises
    prove(checked(("title: {zh: 还款, en: Repay}", "title: {zh: 归还, en: Pay back}")), since=sound)
    assert posed == []
    prove(checked(("- too_much: 'input.amount <= this.left'", "- too_much: 'input.amount < this.left'")), since=sound)
    assert set(posed) == {"repay"}
