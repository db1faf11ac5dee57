"""Risk isolation: what is frozen stands still, and whatever has nothing to do with it goes on exactly as before."""

import re
from typing import Any

import pytest

from tests.meta.source import ROOT
from zhulian.assure.stories import playing
from zhulian.assure.stories import stage as stages
from zhulian.assure.stories.company import OFFICER, Company, make_company
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Played
from zhulian.assure.stories.stage import Stage, set_stage
from zhulian.errors import check
from zhulian.language.definition.views import Story
from zhulian.modules.mandate.messages import Freeze
from zhulian.modules.scenario.messages import Open

PATH = ROOT / "src" / "zhulian" / "scenarios" / "settlement" / "scenario.yaml"
STORIES = [each.name for each in read_pack(PATH).definition.tree.stories]
OTHER, PARTY = "cash-b", "fallen"
_YEAR = 366 * 86_400


def _freeze_beside(stage: Stage) -> None:
    """Open the same definition once more, and freeze that instance, a record in it, an organisation and a person."""
    chain = stage.chain
    operator, made = stage.main.operator, stage.main
    digest = made.checked.definition.digests(chain.world.hasher.digest).definition.hex()
    done = chain.send([Open(definition=digest, instance=OTHER, settings=dict(made.settings))], [f"{operator}.{OFFICER}"])
    check(done.refusal is None, str(done.refusal))
    regulator = stage.company.regulator
    for target in (f"@{OTHER}", f"{OTHER}/hold/H-1", PARTY, "~" + "ab" * 16):
        message = Freeze(document="ab" * 32, target=target, until=chain.time + _YEAR)
        done = chain.send([message], [f"{regulator}.{OFFICER}", f"{regulator}.second"])
        check(done.refusal is None, str(done.refusal))


def _play(story: str, monkeypatch: pytest.MonkeyPatch, prepare: Any) -> Played:
    checked = read_pack(PATH)

    def stage_of(*given: Any) -> Stage:
        stage = set_stage(*given)
        before = stage.chain.time
        prepare(stage)
        stage.chain.time = before
        return stage

    def company_of(story: Story) -> Company:
        made = make_company(story)
        made.regulator = made.regulator or made.fresh("watchdog")
        for officer in (OFFICER, "second"):
            made.add(made.regulator, officer)
        return made

    monkeypatch.setattr(stages, "make_company", company_of)
    monkeypatch.setattr(playing, "set_stage", stage_of)
    chosen = next(each for each in checked.definition.tree.stories if each.name == story)
    return playing.play(checked, chosen, Packs(PATH), folder=PATH.parent)


def _seen(played: Played) -> list[Any]:
    """What each step tells; the end of a freeze, in seconds, depends on how long the stage took to set."""
    return [
        (
            *(re.sub(r"[0-9]{10}", "SECONDS", told) for told in (each.told.zh, each.told.en)),
            each.alerts,
            each.refusal and each.refusal.code,
        )
        for each in played.steps
    ]


@pytest.mark.parametrize("story", STORIES)
def test_settlement__goes_on_beside_a_frozen_one(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = _play(story, monkeypatch, lambda stage: None)
    beside = _play(story, monkeypatch, _freeze_beside)
    assert beside.passed, [each.fault for each in beside.steps if each.fault]
    assert _seen(beside) == _seen(alone)
