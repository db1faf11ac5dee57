"""Stories see sweeps through: what a step begins is done in the blocks behind it, and an alert of it may be named."""

from pathlib import Path

from tests.modules.scenario.timing.cans import SOURCE
from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import play_all
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

STORY = """
stories:
  called_in:
    title: {zh: 召回, en: Called in}
    cast: {acme: maker}
    steps:
      - {who: acme, does: pack, with: {number: '1'}}
      - {who: acme, does: fill, with: {code: '1', lot: '1', bad: 'false'}}
      - {who: acme, does: fill, with: {code: '2', lot: '1', bad: 'true'}}
      - {who: acme, does: recall, on: '1'}
      - {wait: 1min, alerts: [stop]}
      - {see: 'can(1).state == "stopped" && can(2).state == "full" && lot(1).told == 1 && lot(1).state == "told_"'}
"""


def test_story__sees_a_sweep_through() -> None:
    report = play_all(
        check_definition(read_definition(SOURCE + STORY), every_word()), Packs(Path(__file__)), folder=Path(__file__).parent
    )
    assert [str(step.fault) for story in report.stories for step in story.steps if step.fault is not None] == []
    assert not [each.name for each in report.unplayed if each.kind == "timer"]
