"""Watch rules over whole chains: what stories see set off is what the index raises, in whatever batches, and again when it is built anew."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.offchain.watch.chain_of_story import FOLDER, LedgerOfStory, play_story
from zhulian.language.definition.reading import read_definition
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.models import Base
from zhulian.offchain.index.texts import NoTexts
from zhulian.offchain.index.writing import Writer
from zhulian.offchain.watch.tables import Alert

pytestmark = pytest.mark.anyio
POST = Path(__file__).parent / "post.yaml"
ALERTS: Any = Alert.__table__
STORIES = [
    (path.parent.name, story.name)
    for path in sorted(FOLDER.glob("*/scenario.yaml"))
    for tree in (read_definition(path.read_bytes()).tree,)
    for story in tree.stories
    if any(set(step.alerts) & {each.name for each in tree.watch} for step in story.steps)
]
"""Pack and story of all stories in which a watch rule is set off."""


def alerts(database: Database, **wanted: str) -> list[Any]:
    with database.reading() as connection:
        rows = list(connection.execute(sa.select(ALERTS)).all())
    rows.sort(key=lambda row: (row.height, row.rule, row.label))
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def dump(database: Database) -> dict[str, list[Any]]:
    with database.reading() as connection:
        return {
            each.name: sorted(map(str, connection.execute(sa.select(*[c for c in each.columns if c.name != "number"])).all()))
            for each in Base.metadata.sorted_tables
        }


def opened(folder: Path) -> Database:
    database = Database("", folder)
    database.migrate()
    return database


async def follow(ledger: LedgerOfStory, database: Database, batch: int) -> None:
    """Follow to the end in batches, each by a follower of its own, as after restarts."""
    end = ledger.upto
    for height in [*range(batch, end, batch), end]:
        ledger.upto = height
        follower = Follower(ledger, Writer(database), NoTexts(), lambda *_, **__: None)
        while await follower.step() < height:
            pass


def test_stories__set_watch_rules_off_in_several_packs() -> None:
    assert len({pack for pack, _ in STORIES}) >= 2


@pytest.mark.parametrize(("pack", "story"), STORIES)
async def test_rules__raise_what_the_story_sees(pack: str, story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played, stage = play_story(pack, story, monkeypatch.setattr)
    watches = {each.name for each in stage.main.tree.watch}
    wanted = sorted(name for step in played.steps for name in step.alerts if name in watches)
    assert wanted
    ledger = LedgerOfStory(stage.chain.application)
    whole, cut = opened(tmp_path / "whole"), opened(tmp_path / "cut")
    await follow(ledger, whole, 1_000)
    assert sorted(row.rule for row in alerts(whole, source="rule", instance=stage.main.name)) == wanted
    await follow(ledger, cut, 3)
    assert dump(whole) == dump(cut)
    anew = Follower(ledger, Writer(cut), NoTexts(), lambda *_, **__: None)
    await anew.begin_anew()
    await anew.catch_up(lambda *_: None)
    assert dump(whole) == dump(cut)
    whole.close()
    cut.close()


async def test_emergency__of_an_action_is_its_alert_and_no_second_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played, stage = play_story("health_record", "emergency_and_review", monkeypatch.setattr)
    database = opened(tmp_path / "one")
    await follow(LedgerOfStory(stage.chain.application), database, 1_000)
    opened_so = sum("read_in_emergency" in step.alerts for step in played.steps)
    assert len(alerts(database, source="definition", rule="read_in_emergency")) == opened_so > 0
    assert alerts(database, source="chain") == []
    database.close()


async def test_rules__count_add_up_and_notice_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story(POST, "days_of_post", monkeypatch.setattr)
    ledger, database, cut = LedgerOfStory(stage.chain.application), opened(tmp_path / "one"), opened(tmp_path / "two")
    await follow(ledger, database, 1_000)
    parties = {name: each.party for name, each in stage.company.players.items()}
    told = [(row.rule, row.label, json.loads(row.figures), bool(row.ended_height)) for row in alerts(database, source="rule")]
    assert [(rule, label, ended) for rule, label, _, ended in told] == [
        ("changed", parties["anna"], True),
        ("dear", parties["anna"], True),
        ("loaded", "", True),
        ("spread", parties["anna"], True),
        ("priced", "700", False),  # what a proposal handed in counts when it is done
        ("silent", "AA", True),
        ("all_quiet", "", False),
        ("loaded", "", False),
        ("silent", "AA", False),
        ("silent", "BB", False),
    ]
    figures = {rule: each for rule, _, each, _ in told}
    assert figures["dear"]["sum"] == "100001"
    assert figures["spread"]["different"] == 3
    assert figures["loaded"]["sum"] == "120401"
    assert figures["silent"]["count"] == 0
    await follow(ledger, cut, 1)
    assert dump(database) == dump(cut)
    with database.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM watch_proposals")).scalar() == 0
    database.close()
    cut.close()
