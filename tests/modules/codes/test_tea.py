"""The example of the how-to page: every story comes out, and what the module refuses is what the story is about."""

from pathlib import Path

from tests.meta.source import ROOT
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import play_all

TEA = ROOT / "docs" / "tutorial" / "tea.yaml"


def test_tea__plays_all_its_stories(tmp_path: Path) -> None:
    report = play_all(read_pack(TEA), Packs(TEA), folder=tmp_path)
    assert [each.name for each in report.stories if not each.passed] == []
    assert list(report.unplayed) == []
    codes = {each.name: [step.refusal.code for step in each.steps if step.refusal is not None] for each in report.stories}
    assert codes["one_harvest"] == []
    assert codes["more_than_the_garden_bears"] == ["codes/6", "codes/7", "codes/7", "tea_codes:not_your_garden", "codes/5"]
    assert codes["copied_labels"] == ["codes/10", "codes/12", "tea_codes:copied"]
