"""Definitions that would steal, enter twice, overflow or crash: whatever an author writes is a refusal, and nothing of it stays."""

from typing import Any

import msgspec
import pytest

from tests.modules.scenario.acting.shop import SHOP, shop
from tests.modules.scenario.acting.stage import Stage
from tests.modules.scenario.opening.ground import publish, text_of
from tests.world import make_genesis
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition
from zhulian.ledger.types import Applied, Refused
from zhulian.modules import every_word
from zhulian.modules.asset.state import BALANCES
from zhulian.modules.scenario.events import Acted, Alerted
from zhulian.modules.scenario.messages import Act
from zhulian.modules.scenario.state import INSTANCES, MEMBERS, TOTALS, Instance, Member

T = "{zh: 名称, en: Name}"
VAULT = f"""
scenario: vault
version: 1
title: {T}
roles:
  bank: {{title: {T}, admitted_by: operator}}
  user: {{title: {T}, admitted_by: operator}}
assets:
  coin: {{unit: fen, title: {T}, taken_by: [levy]}}
refusals:
  no_more: {{zh: 到此为止，请勿再试, en: No more. Do not try again}}
records:
  box:
    title: {T}
    key: [owner_of, id]
    fields: {{owner_of: party, id: int, friend: {{type: party, optional: true}}, count: {{type: int, default: '0'}}}}
    states: {{start: open_, open: [shut], final: [gone]}}
actions:
  mint: {{title: {T}, by: bank, creates: box, input: [id, {{to: party}}, {{amount: money}}],
    do: [{{set: {{owner_of: actor}}}}, {{issue: {{asset: coin, to: input.to, amount: input.amount}}}}]}}
  make: {{title: {T}, by: user, creates: box, input: [id, friend], do: [{{set: {{owner_of: actor}}}}]}}
  fill: {{title: {T}, by: user, on: box, from: open_, input: {{amount: money}},
    do: [{{transfer: {{asset: coin, from: actor, to: this, amount: input.amount}}}}]}}
  empty: {{title: {T}, by: this.owner_of, on: box, from: [open_, shut],
    do: [{{transfer: {{asset: coin, from: this, to: this.owner_of, amount: 'balance(this, coin)'}}}}]}}
  close: {{title: {T}, by: user, on: box, from: open_, to: gone}}
  levy: {{title: {T}, by: bank, on: box, input: {{who: {{type: party, not: actor}}, amount: money}}, short: pay_less,
    do: [{{transfer: {{asset: coin, from: input.who, to: actor, amount: input.amount}}}}]}}
  multiply: {{title: {T}, by: user, on: box, input: {{by_: int}},
    do: [{{set: {{count: this.count * input.by_}}}}, {{set: {{count: this.count + input.by_}}}}]}}
  stop: {{title: {T}, by: user, on: box, do: [{{set: {{count: '9'}}}}, {{refuse: no_more}}]}}
  shout: {{title: {T}, by: user, on: box, do: [{{alert: {{level: low, say: {{zh: 请看, en: Look}}}}}}]}}
MORE
"""
MORE = """
  early: {title: {zh: 名, en: N}, by: user, creates: box, input: [id], do: [FIRST, {set: {owner_of: actor}}]}
"""


def vault(more: str = "") -> Stage:
    """org1 is the bank, org2 and org3 are users with 1,000 coins each; org2 has box 1."""
    stage = Stage(3)
    stage.open("v", VAULT.replace("MORE", more), {"org1": "bank", "org2": "user", "org3": "user"})
    stage.act("v", "mint", "org1", id=1, to="org2", amount=1000)
    stage.act("v", "mint", "org1", id=2, to="org3", amount=1000)
    stage.act("v", "make", "org2", id=1)
    return stage


def units(stage: Stage, owner: str) -> int:
    found = stage.all(BALANCES).get(("v", "coin", "", owner))
    return 0 if found is None else found.units


BOX = [("org2", "1")]


def test_key__may_come_from_an_effect() -> None:
    stage = vault()
    assert stage.record("v", "box", "org2/1") is not None
    stage.refused("scenario/8", "v", "make", "org2", id=1)


@pytest.mark.parametrize(
    "first",
    [
        "{transfer: {asset: coin, from: actor, to: this, amount: \"'1.00'\"}}",
        "{if: 'this.owner_of == actor', then: [{refuse: no_more}]}",
    ],
)
def test_new_record__cannot_be_named_before_it_has_a_key(first: str) -> None:
    stage = vault(MORE.replace("FIRST", first))
    stage.refused("scenario/17", "v", "early", "org2", id=7)


def test_final_record__holds_nothing() -> None:
    stage = vault()
    stage.act("v", "fill", "org2", BOX, amount=400)
    stage.refused("scenario/21", "v", "close", "org2", BOX)
    stage.act("v", "empty", "org2", BOX)
    stage.act("v", "close", "org2", BOX)
    stage.refused("scenario/10", "v", "close", "org2", BOX)
    assert (units(stage, "org2"), units(stage, "v/box/org2/1")) == (1000, 0)


def test_levy__is_listed_by_the_asset_and_pays_what_there_is() -> None:
    stage = vault()
    stage.act("v", "levy", "org1", BOX, who="org3", amount=5000)
    assert (units(stage, "org1"), units(stage, "org3")) == (1000, 0)


@pytest.mark.parametrize(
    "more",
    [
        "{transfer: {asset: coin, from: input.who, to: actor, amount: \"'1.00'\"}}",
        "{transfer: {asset: coin, from: this.owner_of, to: actor, amount: \"'1.00'\"}}",
        "{if: 'has(this.friend)', then: [{transfer: {asset: coin, from: this.friend, to: actor, amount: \"'1.00'\"}}]}",
        "{each: {one: '[input.who]'}, do: [{transfer: {asset: coin, from: one, to: actor, amount: \"'1.00'\"}}]}",
        "{distribute: {asset: coin, pay: coin, from: input.who, amount: \"'1.00'\", rest: actor}}",
        "{retire: {asset: coin, from: input.who, amount: \"'1.00'\"}}",
    ],
)
def test_theft__that_a_gap_of_the_check_let_pass_is_stopped(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhulian.language.definition.actions.check_authority", lambda *everything: None)
    action = f"  steal: {{title: {T}, by: user, on: box, input: {{who: party}}, do: [{more}]}}"
    stage = vault(action)
    stage.act("v", "make", "org2", id=2, friend="org2")
    stage.refused("scenario/19", "v", "steal", "org3", [("org2", "2")], who="org2")
    assert units(stage, "org2") == 1000


def test_numbers__leave_their_range_as_a_refusal() -> None:
    stage = vault()
    stage.act("v", "multiply", "org2", BOX, by_=2**52)
    stage.refused("language/30", "v", "multiply", "org2", BOX, by_=2)
    stage.refused("language/30", "v", "multiply", "org2", BOX, by_=2**53 - 1)


def test_total__leaves_its_range_as_a_refusal() -> None:
    text = f"""
scenario: heap
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  grain: {{title: {T}, key: id, fields: {{id: int, weight: int}}}}
totals: {{all_of: {{sum: grain.weight}}}}
actions:
  add: {{title: {T}, by: user, creates: grain, input: [id, weight]}}
"""
    stage = Stage(2)
    stage.open("h", text, {"org1": "user"})
    stage.act("h", "add", "org1", id=1, weight=2**53 - 1)
    stage.refused("scenario/24", "h", "add", "org1", id=2, weight=1)
    stage.act("h", "add", "org1", id=2, weight=-(2**53 - 1))


def test_refuse__undoes_what_came_before_and_speaks_the_authors_words() -> None:
    stage = vault()
    stage.refused("vault:no_more", "v", "stop", "org2", BOX)
    assert stage.why() == "No more. Do not try again"
    shopped = shop()
    shopped.act("s", "begin", "org1", name="A", holder="org2")
    shopped.act("s", "lend", "org1", deal=["A"], id=1, left=100_000)
    shopped.act("s", "lend", "org1", deal=["A"], id=2, left=100_000)
    shopped.refused("shop:full", "s", "lend", "org1", deal=["A"], id=3, left=1)
    assert shopped.why() == "It is full {braces}. Open another"


def test_alert__says_where_its_words_stand() -> None:
    stage = vault()
    result = stage.act("v", "shout", "org2", BOX)
    alert = next(each for each in result.events if isinstance(each, Alerted))
    assert (alert.cause, alert.name, alert.key, alert.level) == ("actions.shout.do[0]", "shout", "org2/1", "low")


# Instances that call each other.

PEER = f"""
scenario: peer
version: 1
title: {T}
uses:
  next_: {{record: peer.thing, key: [id], fields: {{id: int, hits: int}}, actions: [hit, pass_by]}}
roles:
  user: {{title: {T}, admitted_by: operator}}
refusals: {{enough: {{zh: 已够, en: Enough}}}}
records:
  thing: {{title: {T}, key: id, fields: {{id: int, hits: {{type: int, default: '0'}}, peer_of: {{type: next_, optional: true}}}}}}
actions:
  put: {{title: {T}, by: user, creates: thing, input: [id, peer_of]}}
  hit: {{title: {T}, by: anyone, on: thing, do: [{{set: {{hits: this.hits + 1}}}}]}}
  pass_by: {{title: {T}, by: user, on: thing, do: [{{set: {{hits: this.hits + 1}}}}, {{call: {{use: next_, action: pass_by, on: [this.id]}}}}]}}
  look: {{title: {T}, by: user, on: thing, require: [{{enough: 'next_(this.id).hits < 2'}}],
    do: [{{call: {{use: next_, action: hit, on: [this.id]}}}}, {{set: {{hits: next_(this.id).hits}}}}]}}
"""


def peers(*ring: str) -> Stage:
    """Instances of which each uses the next, the last one the first; each has thing 1."""
    stage = Stage(2)
    definition = publish(stage.world, PEER)
    for name in ring:
        _open(stage, name, definition, ring[(ring.index(name) + 1) % len(ring)])
        stage.act(name, "put", "org1", id=1)
    return stage


def _open(stage: Stage, name: str, definition: str, following: str) -> None:
    """An instance as an upgrade could leave it: bound to one that is bound back."""
    value = Instance(
        definition=definition, height=1, operator="org1", scenario="peer", settings={}, uses={"next_": following}, version=1
    )
    stage.world.state.values[INSTANCES.key(name)] = msgspec.json.encode(value, order="sorted")
    member = msgspec.json.encode(Member(admitted_by="org1", height=1), order="sorted")
    stage.world.state.values[MEMBERS.key(name, "user", "org1")] = member


def test_call__changes_both_instances_or_none() -> None:
    stage = peers("p1", "p2")
    result = stage.act("p1", "look", "org1", "1")
    assert [each.instance for each in result.events if isinstance(each, Acted)] == ["p2", "p1"]
    assert [stage.record(each, "thing", "1").fields["hits"] for each in ("p1", "p2")] == [1, 1]  # type: ignore[union-attr]
    stage.act("p1", "look", "org1", "1")
    stage.refused("peer:enough", "p1", "look", "org1", "1")


def test_call__never_enters_an_instance_twice() -> None:
    stage = peers("p1", "p2", "p3")
    stage.refused("scenario/22", "p1", "pass_by", "org1", "1")
    assert "p1 is at work" in stage.why()


def test_call__goes_only_so_deep() -> None:
    stage = peers(*[f"p{number}" for number in range(12)])
    stage.refused("scenario/23", "p0", "pass_by", "org1", "1")


def test_uses__that_name_nothing_are_a_refusal() -> None:
    stage = peers("p1", "p2")
    instance = INSTANCES.get(stage.world.state, "p1")
    lost = msgspec.structs.replace(instance, uses={"next_": "gone"})
    stage.world.state.values[INSTANCES.key("p1")] = msgspec.json.encode(lost, order="sorted")
    stage.refused("scenario/7", "p1", "look", "org1", "1")
    stage.refused("scenario/1", "p1", "pass_by", "org1", "1")


def test_record_elsewhere__is_changed_by_its_own_actions_only() -> None:
    text = PEER.replace("{set: {hits: this.hits + 1}}]}", "{set: {'next_(this.id).hits': '9'}}]}", 1)
    with pytest.raises(LanguageFaults):
        check_definition(load_definition(text_of(text).encode()), every_word())


def test_keys_in_a_circle__are_no_crash() -> None:
    text = f"""
scenario: circle
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  hen: {{title: {T}, key: of, fields: {{of: egg}}}}
  egg: {{title: {T}, key: of, fields: {{of: hen}}}}
actions:
  lay: {{title: {T}, by: user, creates: egg, input: [of]}}
  peck: {{title: {T}, by: user, on: hen}}
"""
    stage = Stage(2)
    try:
        stage.open("c", text, {"org1": "user"})
    except AssertionError:  # the check may learn to refuse it
        return
    deep: Any = ["x"]
    stage.refused("scenario/13", "c", "lay", "org1", of=deep)
    stage.refused("scenario/7", "c", "peck", "org1", [("%252525",)])


def test_steps__run_out_as_a_refusal() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    loans = [Act(instance="s", action="lend", input={"deal": ["A"], "id": each, "left": 1}) for each in range(30)]
    assert isinstance(stage.world.run(loans[:10], "org1.clerk"), Applied)
    limits = msgspec.structs.replace(make_genesis(3).limits, transaction_steps_max=2_000)
    small = Stage(3, limits=limits)
    small.open("s", SHOP, {"org1": "clerk", "org2": "client"})
    small.act("s", "begin", "org1", name="A", holder="org2")
    result = small.world.run(loans, "org1.clerk")
    assert isinstance(result, Refused)
    assert result.code == "ledger/1"
    assert small.all(TOTALS) == {}
