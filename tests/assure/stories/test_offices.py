"""Steps about proposals, roles and upgrades: who cheats there is refused by the right number, and what a story says wrongly is caught."""

from functools import cache
from pathlib import Path

import pytest

from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Played, play_all
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.language.manual import manual
from zhulian.modules import every_word

DEAL = Path(__file__).with_name("deal.yaml")


@cache
def _stories() -> dict[str, Played]:
    return {each.name: each for each in play_all(read_pack(DEAL), Packs(DEAL), folder=DEAL.parent).stories}


def _play(story: str, old: str, new: str) -> Played:
    text = DEAL.read_text(encoding="utf-8")
    assert old in text
    checked = check_definition(read_definition(text.replace(old, new, 1)), every_word())
    return play_all(checked, Packs(DEAL), folder=DEAL.parent, only=story).stories[0]


@pytest.mark.parametrize(
    ("story", "refused"),
    [
        ("one_by_one", {4: "scenario/76", 8: "scenario/73"}),
        ("too_late", {3: "scenario/77", 6: "scenario/74", 9: "scenario/73"}),
        ("dismissed", {2: "scenario/115", 3: "scenario/102", 5: "scenario/106"}),
        ("in_the_middle", {4: "scenario/89", 6: "scenario/110", 7: "scenario/76", 9: "scenario/79"}),
    ],
)
def test_story__is_refused_by_these_numbers(story: str, refused: dict[int, str]) -> None:
    played = _stories()[story]
    assert played.passed, [str(each.fault) for each in played.steps if each.fault is not None]
    assert {place: each.refusal.code for place, each in enumerate(played.steps, 1) if each.refusal is not None} == refused


def test_narrator__tells_of_proposals_by_their_names() -> None:
    said = [each.told for each in _stories()["one_by_one"].steps]
    assert said[1].zh == "chen（卖方）提出“签订”：协议 1，价款 12.50 元。"
    assert said[2].en == "dong.maker (Buyer): signs the proposal “Sign”, Deal 1."
    assert "has signed the proposal first" in said[3].en
    upgraded = _stories()["in_the_middle"].steps[4].told
    assert upgraded.zh == "gov 将应用升级为 deal-2.yaml。结果：第 2 版自 2026年1月6日 09:00 起适用。"


@pytest.mark.parametrize(
    ("story", "old", "new", "said"),
    [
        ("too_late", "- {wait: 2d}\n", "- {wait: 1d}\n", "expected to be refused (expired"),
        (
            "too_late",
            "with: {price: '1'}, as: second}",
            "with: {price: '1'}, as: second, refused: wrong_state}",
            "and it was done",
        ),
        ("in_the_middle", "upgrades: deal-2.yaml}\n", "upgrades: deal-9.yaml}\n", "there is no such file"),
        ("in_the_middle", "upgrades: deal-2.yaml}\n", "upgrades: ../stories/deal-2.yaml}\n", ""),
        ("in_the_middle", "upgrades: deal-2.yaml}\n", "upgrades: ../../world.py}\n", "there is no such file"),
        ("in_the_middle", "upgrades: deal-2.yaml}\n", "upgrades: test_offices.py}\n", "cannot be used"),
        (
            "in_the_middle",
            "does: sign, on: 1, with: {price: '1', place",
            "does: seal, on: 1, with: {price: '1', place",
            "has no seal",
        ),
    ],
)
def test_play__catches_what_a_story_says_wrongly(story: str, old: str, new: str, said: str) -> None:
    played = _play(story, old, new)
    assert played.passed == (not said)
    if said:
        fault = next(each.fault for each in played.steps if each.fault is not None)
        assert said in fault.en


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{who: dong.maker, approves: first}", "{who: dong.maker, approves: fist}", "language/90"),
        ("proposes: sign, by", "proposes: sing, by", "language/90"),
        ("by: {one: chen, other: dong}", "by: {one: chen}", "language/127"),
        ("by: {one: chen, other: dong}", "by: {one: chen, other: doug}", "language/90"),
        ("{who: gov, admits: {seller: chen}}", "{who: gov, admits: {sailor: chen}}", "language/90"),
        ("{who: gov, dismisses: {seller: chen}}", "{who: gov, dismisses: {seller: nobody}}", "language/90"),
        ("{who: gov, dismisses: {seller: chen}}", "{dismisses: {seller: chen}}", "language/126"),
        ("{who: chen, withdraws: second}", "{who: chen, withdraws: second, on: 1}", "language/126"),
        ("{who: chen, withdraws: second}", "{who: chen, withdraws: second, as: third}", "language/126"),
        ("{who: dong.maker, approves: first}", "{who: dong.cook, approves: first}", "language/90"),
        (
            "{who: dong.checker, approves: first, refused: expired}",
            "{who: dan.checker, approves: first, refused: expired}",
            "language/90",
        ),
    ],
)
def test_check__finds_what_no_story_can_play(old: str, new: str, code: str) -> None:
    text = DEAL.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LanguageFaults) as faults:
        check_definition(read_definition(text.replace(old, new)), every_word())
    assert code in [each.code for each in faults.value.found]


def test_manual__tells_these_steps_in_words() -> None:
    zh, en = manual(read_pack(DEAL), "zh"), manual(read_pack(DEAL), "en")
    assert "chen 提出“签订”（协议 1）：价款 12.50 元" in zh
    assert "签署提案 first" in zh
    assert "将应用升级为 deal-2.yaml" in zh
    assert "gov: admits chen as seller" in en
