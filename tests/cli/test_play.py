"""`zhulian scenario play`: a story told while it plays, and told as data."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
WRONG = """
stories:
  not_so:
    title: {zh: 与剧本不符, en: Not so}
    cast: {ruye: producer, shijian: authority}
    steps:
      - {who: ruye, does: enter_lot, with: {number: RM-260105, identifier: 'https://id.gs1.org/01/06901234567892/10/RM-260105', name: 生乳, authority: shijian, expires: +5d}, refused: expired_lot}
      - {wait: 1d}
"""


def test_play__lists_stories_and_names_packs_that_are_there(run: Run) -> None:
    listed = run("scenario", "play", "receivable", "--json").document["stories"]
    assert {"name": "more_than_there_is", "title": {"zh": listed[1]["title"]["zh"], "en": listed[1]["title"]["en"]}} in listed
    assert "three_tiers" in run("scenario", "play", "receivable").out
    assert "client/270" in run("scenario", "play", "nothing").err
    assert "stories/6" in run("scenario", "play", "receivable", "nope").err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("[按规则拒绝] 未经确认先行流转：xinglan（供应商）", "receivable AR-2026-0001 现为：待确认")),
        ("en", ("[refused, as it should be] Passed on before it is confirmed: xinglan (Supplier)", "AR-2026-0001 is now: Drawn")),
    ],
)
def test_play__tells_each_step_in_the_language_spoken(run: Run, language: str, words: tuple[str, ...]) -> None:
    done = run("scenario", "play", "receivable", "more_than_there_is", "--lang", language)
    assert done.status == 0
    assert [word for word in words if word not in done.out] == []


def test_play__ends_with_one_where_a_story_is_not_so(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "src" / "zhulian" / "scenarios" / "food_trace" / "scenario.yaml").read_text(encoding="utf-8")
    file = tmp_path / "food.yaml"
    file.write_text(text.partition("\nstories:")[0] + WRONG, encoding="utf-8")
    done = run("scenario", "play", file, "not_so", "--json")
    assert done.status == 1
    (scene,) = done.document["scenes"]
    assert (scene["came"], scene["number"], done.document["length"]) == ("wrong", 1, 2)
    assert scene["why"]["en"]
    assert "[not as the story says]" in run("scenario", "play", file, "not_so").out
