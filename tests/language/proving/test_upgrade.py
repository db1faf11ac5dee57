"""Promises over an upgrade: proved from those of the version before, refuted by a story that goes through it, or said to be beyond the model."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import play
from zhulian.assure.stories.replaying import earlier
from zhulian.errors import Words
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.crossing import cross
from zhulian.language.proving.digests import Digests
from zhulian.language.proving.errors import NotTheVersionBefore
from zhulian.language.proving.explain import Explaining, chapter
from zhulian.language.proving.promises import promises_of
from zhulian.language.proving.prove import prove
from zhulian.language.proving.report import Check, Report, report_json
from zhulian.language.proving.solving import LIMIT, engine
from zhulian.language.proving.stranding import file_of
from zhulian.language.proving.upgrading import Earlier, Upgrading
from zhulian.modules import every_word

NOTE = """  note:
    title: {zh: 便条, en: Note}
    key: id
    fields: {id: {type: int, title: {zh: 编号, en: No.}}, size: {type: int, min: '0', title: {zh: 大小, en: Size}}}

totals:"""
"""A record type that nothing else speaks of, so that it can be kept by itself."""
TAKE = """actions:
  take: {title: {zh: 记录, en: Take}, by: bank, creates: note, input: [id, size]}
"""
LOAN = (
    (Path(__file__).parent / "loan.yaml")
    .read_text(encoding="utf-8")
    .replace("left:     {type: money,", "left:     {type: money, min: '0',")
    .replace("totals:", NOTE)
    .replace("actions:\n", TAKE)
)
MOVES = "move: {loan: {}, payment: {}}"
WAITING = "move: {loan: {states: {running: waiting}}, payment: {}}"
PLACE = "      - {name: within_limit,"
SAY = "say: {zh: 另一项约束, en: Another promise}"


def checked(text: str) -> Checked:
    """A definition from its text."""
    return check_definition(read_definition(text), every_word())


def text_of(*changes: tuple[str, str], text: str = LOAN) -> str:
    """The loan with some of its words changed."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def later(*changes: tuple[str, str], upgrade: str = MOVES, text: str = LOAN) -> str:
    """The second version of the loan."""
    return text_of(("version: 1", f"version: 2\nupgrade: {{from: 1, notice: 2d, {upgrade}}}"), *changes, text=text)


def promise(that: str) -> tuple[str, str]:
    """One more promise of loans, which is called `new`."""
    return PLACE, f"      - {{name: new, that: {that!r}, {SAY}}}\n{PLACE}"


def asked(text: str, name: str, *, played: bool = False) -> tuple[Checked, Check]:
    """The second version, and what is found of one of its promises over the upgrade alone."""
    after = checked(text)
    (found,) = (each for several in promises_of(after).values() for each in several if each.name == name)
    upgrading = Upgrading(earlier(OLD, after) if played else Earlier(OLD), after, LIMIT)
    return after, upgrading.check(found, Digests(after, engine(LIMIT), frozenset()), {})


def crossed(report: Report) -> dict[str, Check]:
    """What was found over the upgrade, by the promise's name."""
    return {one.name: each for one in report.promises for each in one.checks if each.kind == "upgrade"}


OLD = checked(LOAN)


def test_move__every_promise_that_goes_on_is_proved_from_that_of_the_version_before() -> None:
    after = checked(later())
    report = prove(after, earlier=Earlier(OLD))
    found = crossed(report)
    assert {(each.verdict, each.by) for each in found.values()} == {("proved", "solver")}
    assert [(each.kind, each.name) for each in found["left_bounded"].used] == [("before", "loan.left_bounded")]
    assert ("setting", "most") in {(each.kind, each.name) for each in found["within_limit"].used}
    assert report.before is not None
    assert (report.before.version, report.before.definition_sm3) == (1, prove(OLD, only={"none"}).definition_sm3)
    assert "before" in report.assumes
    assert report_json(report.to_json()) == report
    words = Explaining(after, OLD)
    said = list(words.why(next(each for each in report.promises if each.name == "within_limit")))
    assert (
        Words(
            "“升级”之后仍成立，依据：前一版的约束“借款不超过上限”；参数“most”不随升级改动",
            "It still holds after “the upgrade”, since “no loan above the limit” held in the version before; the setting “most” is not changed with the upgrade",
        )
        in said
    )
    assert "loan.within_limit" in chapter(
        after, report, "en", 1
    )  # without the version before its promises are told by their names


def test_move__without_the_version_before_it_is_said_that_it_is_needed() -> None:
    after = checked(later())
    report = prove(after, only={"left_bounded"})
    assert {(each.verdict, each.reason, each.detail) for each in crossed(report).values()} == {("runtime", "outside", "upgrade")}
    assert report.before is None
    assert b'"before":null' not in report.to_json()


BREAKS = {
    "a promise is new": (later(promise('this.left <= "50.00"')), "new"),
    "an amount is moved": (
        later(upgrade="move: {loan: {amount: 'this.amount <= \"500.00\" ? this.amount + this.amount : this.amount'}, payment: {}}"),
        "within_limit",
    ),
    "a new field has a default": (
        later(
            ("      paper:    {type", "      rate:     {type: rate, default: '0.05', title: {zh: 利率, en: Rate}}\n      paper:    {type"),
            promise('this.rate < "0.05"'),
        ),
        "new",
    ),
    "a state is another": (
        later(promise('this.state != "waiting" || this.left == 0'), upgrade=WAITING, text=LOAN.replace("running", "waiting")),
        "new",
    ),
    "a promise is between two states": (
        later(("      - {name: terms_fixed", f"      - {{name: new, that: 'was.state != this.state', {SAY}}}\n      - {{name: terms_fixed")),
        "new",
    ),
}  # fmt: skip


QUICK = ("a promise is new", "an amount is moved")


@pytest.mark.parametrize("name", [each if each in QUICK else pytest.param(each, marks=pytest.mark.long) for each in BREAKS])
def test_break__is_refuted_by_a_story_that_goes_through_the_upgrade(name: str) -> None:
    text, broken = BREAKS[name]
    after, check = asked(text, broken, played=True)
    assert (check.verdict, check.reason) == ("refuted", "stranded")
    assert check.counter is not None
    assert check.counter.before
    assert {each.what for each in check.counter.after} >= {"this.state", "this.amount"}
    assert "upgrades: loan-2.yaml" in check.counter.story
    assert f"refused: {broken}" in check.counter.story
    assert replayed(check.counter.story, after)
    assert not replayed(
        check.counter.story, checked(later())
    )  # without the fault nothing is refused, and the story does not come out
    said = Explaining(after, OLD).open(check)
    assert ("链上此后拒绝" in said.zh, "once it has moved" in said.en) == (True, True)


def replayed(story: str, after: Checked) -> bool:
    """Whether the story of a report passes, played as anybody would play it beside the later version."""
    told: dict[str, Any] = {"title": {"zh": "重演", "en": "Again"}, **yaml.load(story, yaml.BaseLoader)}
    source = yaml.load(LOAN, yaml.BaseLoader)
    text = yaml.safe_dump({**source, "stories": {"again": told}}, allow_unicode=True, default_style='"')
    again = checked(text)
    return play(again, again.definition.tree.stories[0], Packs(), following={file_of(after): after}).passed


HOLDS = {
    "a state is another": (later(upgrade=WAITING, text=LOAN.replace("running", "waiting")), "pledge_while_waiting"),
    "half of it is kept": (
        later(promise("this.left <= this.amount"), upgrade="move: {loan: {left: 'share(this.left, 1, 2, \"down\")'}, payment: {}}"),
        "new",
    ),
    "a total goes on": (later(promise("owed(this.bank) >= this.left")), "new"),
    "a total of other words": (
        later(("owed: {sum: loan.left,", "owed: {sum: loan.left, where: 'left <= amount',"), promise("owed(this.bank) >= this.left")),
        "new",
    ),
    "nothing moves that it is of": (later(promise('this.left <= "1.00"'), upgrade="keep: [loan, payment]"), "new"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDS)
def test_hold__is_proved(name: str) -> None:
    _, check = asked(*HOLDS[name])
    assert (check.verdict, check.reason, check.detail) == ("proved", "", "")


OUTSIDE = {
    "total": later(
        ("owed: {sum: loan.left,", "owed: {sum: loan.amount,"),
        promise("owed(this.bank) >= 0"),
    ),
    "kept": later(promise("!known(note(1)) || note(1).size >= 0"), upgrade="keep: [note], " + MOVES),
    "trail": later(promise("trail_length(this) >= 1")),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside__is_left_to_run_time_with_the_reason(name: str) -> None:
    _, check = asked(OUTSIDE[name], "new")
    assert (check.verdict, check.reason, check.detail) == ("runtime", "outside", name)


def test_unmoved__is_said_where_no_way_to_the_record_was_found() -> None:
    _, check = asked(later(promise('this.left <= "50.00"')), "new")  # nobody can play anything
    assert (check.verdict, check.reason) == ("runtime", "unmoved")
    assert check.counter is not None
    assert "this.left" in {each.what for each in check.counter.after}


def test_since__only_what_the_change_touches_is_asked_again_over_the_upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    after, names = checked(later()), {"left_bounded", "within_limit"}
    first = prove(after, only=names, earlier=Earlier(OLD))
    asked: list[str] = []

    def counted(*parts: Any) -> Any:
        asked.append(parts[3].name)
        return cross(*parts)

    monkeypatch.setattr("zhulian.language.proving.upgrading.cross", counted)
    again = prove(after, only=names, since=first, earlier=Earlier(OLD))
    assert (asked, again.to_json()) == ([], first.to_json())
    other = checked(text_of(("this.left >= 0 &&", 'this.left > "-0.01" &&')))
    prove(after, only=names, since=first, earlier=Earlier(other))
    assert sorted(asked) == ["left_bounded", "within_limit"]


def test_wrong__another_version_or_an_upgrade_that_is_not_sound_is_refused() -> None:
    with pytest.raises(NotTheVersionBefore) as no:
        prove(checked(later()), earlier=Earlier(checked(later())))
    assert (no.value.given, no.value.follows, no.value.code) == ("loan 2", "1", "language/172")
    with pytest.raises(NotTheVersionBefore):
        prove(OLD, earlier=Earlier(OLD))
    with pytest.raises(LanguageFaults):
        prove(checked(later(upgrade="move: {loan: {amount: 'this.amount + this.amount'}, payment: {}}")), earlier=Earlier(OLD))
