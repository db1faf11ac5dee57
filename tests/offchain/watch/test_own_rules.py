"""An operator's own rules: read from a file, followed beside those of definitions, and told of where they cannot be."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.offchain.watch.chain_of_story import LedgerOfStory, play_story
from tests.offchain.watch.test_watching import POST, alerts, opened
from zhulian.language.definition.errors import LanguageFaults
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.texts import NoTexts
from zhulian.offchain.index.writing import Writer
from zhulian.offchain.watch.errors import OwnRulesUnreadable, OwnRulesWrong
from zhulian.offchain.watch.own import OwnRules, read_own_rules
from zhulian.offchain.watch.watcher import Watcher

RULES = """
rules:
  opened:   {over: events.scenario.opened, by: operator, window: 30d, raise: 'count > 0', level: low, title: {zh: 新开应用, en: An application}}
  changes:  {over: events.scenario.record_changed, by: record, distinct: key, window: 1h, raise: 'count > 3', title: {zh: 记录密集变动, en: Many changes}}
  weighty:  {app: post, over: actions.send, sum: this.value, window: 30d, raise: "sum > '1500.00'", level: high, title: {zh: 累计保价, en: Value in all}}
  asking:   {app: post, over: records.line, window: 1d, raise: 'under_way() > 0', title: {zh: 只有链上能答, en: Asks the chain}}
  nowhere:  {app: post, over: actions.fly, window: 1d, raise: 'count > 0', title: {zh: 没有的操作, en: No such action}}
"""


def file(folder: Path, text: str) -> OwnRules:
    path = folder / "watch.yaml"
    path.write_text(text)
    return OwnRules(path)


async def caught_up(ledger: LedgerOfStory, database: Database, watcher: Watcher) -> None:
    follower = Follower(ledger, Writer(database, watcher=watcher), NoTexts(), lambda *_, **__: None)
    while await follower.step() < ledger.upto:
        pass


@pytest.mark.anyio
async def test_own_rules__are_followed_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story(POST, "days_of_post", monkeypatch.setattr)
    ledger, database = LedgerOfStory(stage.chain.application), opened(tmp_path / "index")
    sound = RULES.replace(RULES[RULES.index("  nowhere") :], "")
    watcher = Watcher(file(tmp_path, sound))
    await caught_up(ledger, database, watcher)
    told = [(row.rule, row.label, json.loads(row.figures)) for row in alerts(database, source="own")]
    assert [each[:2] for each in told] == [("opened", "operator"), ("weighty", ""), ("changes", "parcel")]
    assert told[1][2]["sum"] == "160001"
    assert told[2][2]["different"] == 4
    assert "under_way" in watcher.rests["own:post:asking"].en
    assert len(alerts(database, source="rule")) == 10
    database.close()


@pytest.mark.anyio
async def test_own_rules__say_what_the_definition_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story(POST, "days_of_post", monkeypatch.setattr)
    ledger, database = LedgerOfStory(stage.chain.application), opened(tmp_path / "index")
    own = file(tmp_path, RULES)
    watcher = Watcher(own)
    ledger.upto = 20
    await caught_up(ledger, database, watcher)
    assert "fly" in watcher.rests["own:post:nowhere"].en
    assert [row.rule for row in alerts(database, source="own")] == [
        "opened",
        "changes",
    ]  # one wrong rule of an application rests all of it
    (tmp_path / "watch.yaml").write_text(RULES.replace("actions.fly", "actions.report"))
    os.utime(tmp_path / "watch.yaml", (1, 1))
    ledger.upto = stage.chain.application.head.height
    await caught_up(ledger, database, watcher)
    assert "own:post:nowhere" not in watcher.rests
    with database.reading() as connection:
        since = dict(connection.execute(sa.text("SELECT rule, height FROM watch_rules")).all())  # type: ignore[arg-type]
    assert since["own:post:weighty"] == 20  # a rule that is new looks at what comes from there on
    assert since["own::opened"] == 0
    database.close()


def test_file__that_is_wrong_leaves_the_rules_as_they_were(tmp_path: Path) -> None:
    own = file(tmp_path, RULES)
    before = own.look()
    assert len(before.events) == 2
    assert own.fault is None
    (tmp_path / "watch.yaml").write_text("rules: {a: {over: actions.x}}")
    assert own.look() is before
    assert isinstance(own.fault, OwnRulesWrong)
    assert own.fault.code == "watch/1"
    (tmp_path / "watch.yaml").unlink()
    (tmp_path / "watch.yaml").mkdir()
    assert own.look() is before
    assert isinstance(own.fault, OwnRulesUnreadable)
    (tmp_path / "watch.yaml").rmdir()
    assert own.look().events == ()
    assert own.fault is None


@pytest.mark.anyio
async def test_rule__that_cannot_be_answered_rests_and_the_index_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story(POST, "days_of_post", monkeypatch.setattr)
    ledger, database = LedgerOfStory(stage.chain.application), opened(tmp_path / "index")
    rules = """
rules:
  endless: {over: events.scenario.acted, window: 30d, raise: '9007199254740991 + count > 0', title: {zh: 溢出, en: Overflows}}
"""
    watcher = Watcher(file(tmp_path, rules))
    await caught_up(ledger, database, watcher)
    assert alerts(database, source="own") == []
    assert "own::endless" in watcher.unanswered
    database.close()


GOOD: dict[str, Any] = {
    "over": "events.mandate.frozen",
    "window": "1d",
    "raise": "'count > 0'",
    "title": "{zh: 冻结, en: Frozen}",
}


@pytest.mark.parametrize(
    "more",
    [
        {"over": "events.Frozen"},
        {"over": "events.mandate"},
        {"raise": "'value > 0'"},
        {"raise": "'count'"},
        {"by": "../x"},
        {"window": "soon"},
        {"level": "worst"},
        {"title": "{zh: 冻结}"},
        {"colour": "red"},
        {"over": "actions.pay"},
        {"over": "actions.pay", "app": "Not_An_App"},
        {"over": "[events.a.b]"},
    ],
)
def test_rule__that_is_wrong_names_its_place(more: dict[str, str]) -> None:
    said = {**GOOD, **more}
    text = "rules:\n  one: {" + ", ".join(f"{name}: {value}" for name, value in said.items()) + "}\n"
    with pytest.raises(LanguageFaults) as no:
        read_own_rules(text.encode())
    assert no.value.found[0].line == 2


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"rules: [1]", b"- a", b"rules: {x: 3}", b"&a a", b"rules: {over: {over: events.a.b}}"]
)
def test_file__of_another_form_is_refused(text: bytes) -> None:
    with pytest.raises(LanguageFaults):
        read_own_rules(text)
