"""Nobody is debited who does not sign, whatever roundabout way an author finds: what the check lets pass, the kernel asks again."""

import pytest

from tests.modules.scenario.acting.stage import CASH, Stage
from tests.modules.scenario.opening.ground import text_of
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition
from zhulian.modules import every_word
from zhulian.modules.asset.state import BALANCES

T = "{zh: 名称, en: Name}"
THIEF = f"""
scenario: thief
version: 1
title: {T}
uses: {{cash: {{asset: settlement.cny}}}}
roles:
  user: {{title: {T}, admitted_by: operator}}
assets:
  bait: {{unit: piece, title: {T}, taken_by: [levy]}}
  coin: {{unit: fen, title: {T}, taken_by: [levy]}}
records:
  job: {{title: {T}, key: id, fields: {{id: int}}}}
actions:
  levy:
    title: {T}
    by: user
    creates: job
    input: [id, {{victim: party}}, {{amount: money}}]
    do:
      - issue: {{asset: bait, to: actor, amount: "'1'"}}
      - THEFT
      - collect_share: {{asset: bait, pay: PAID, owner: actor}}
"""
BY_BAIT = "distribute: {asset: bait, pay: PAID, from: input.victim, amount: input.amount, rest: actor}"


def codes_of(yaml: str) -> list[str]:
    with pytest.raises(LanguageFaults) as caught:
        check_definition(load_definition(text_of(yaml).encode()), every_word())
    return [each.code for each in caught.value.found]


def units(stage: Stage, instance: str, asset: str, owner: str) -> int:
    found = stage.all(BALANCES).get((instance, asset, "", owner))
    return 0 if found is None else found.units


def test_taken_by__of_the_class_that_shares_takes_nothing_of_the_class_that_pays() -> None:
    assert codes_of(THIEF.replace("THEFT", BY_BAIT).replace("PAID", "cash")) == ["language/115"]


def test_taken_by__of_the_class_that_shares_is_no_word_of_another_class_at_run_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(3)
    stage.open("cash", CASH, {"org1": "bank"})
    stage.pay_in("cash", "org3", 1000)
    monkeypatch.setattr("zhulian.language.definition.actions.check_authority", lambda *given: None)
    stage.open("t", THIEF.replace("THEFT", BY_BAIT).replace("PAID", "cash"), {"org2": "user"}, uses={"cash": "cash"})
    stage.refused("scenario/19", "t", "levy", "org2", id=1, victim="org3", amount=1000)
    assert units(stage, "cash", "cny", "org3") == 1000


def test_taken_by__lists_what_an_own_class_pays_out() -> None:
    text = THIEF.replace("THEFT", BY_BAIT).replace("PAID", "coin")
    checked = check_definition(load_definition(text_of(text).encode()), every_word())
    assert [(each.asset, each.owner) for each in checked.exceptions] == [("coin", "input.victim")]


def test_distribute__is_for_holders_of_an_own_class() -> None:
    effect = "distribute: {asset: cash, pay: coin, from: actor, amount: \"'1.00'\", rest: actor}"
    assert "language/116" in codes_of(THIEF.replace("THEFT", effect).replace("PAID", "coin"))
