"""What no check of a definition can rule out beforehand: versions side by side, odd keys, other instances, modules that are gone."""

import msgspec
import pytest

from tests.modules.refusals import applied
from tests.modules.scenario.acting.shop import SHOP, shop
from tests.modules.scenario.acting.stage import Stage
from tests.modules.scenario.opening.ground import publish
from zhulian.modules.scenario.acting.settling import Settling
from zhulian.modules.scenario.errors import LentByNobody, SettingMissing
from zhulian.modules.scenario.messages import Upgrade
from zhulian.modules.scenario.state import INSTANCES

DAY = 86_400
T = "{zh: 名称, en: Name}"


def test_versions__stand_side_by_side_and_are_acted_on_apart() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    stage.act("s", "lend", "org1", deal=["A"], id=1, left=100)
    stage.act("s", "lend", "org1", deal=["A"], id=2, left=100)
    later = SHOP.replace("version: 1", "version: 2").replace("this.id >= 0", "this.id >= 2")
    later += "upgrade: {from: 1, keep: [loan], notice: 1d}\n"
    applied(stage.world, Upgrade(definition=publish(stage.world, later), instance="s"), "org1.clerk")
    stage.world.time += 2 * DAY
    stage.act("s", "lend", "org1", deal=["A"], id=3, left=100)
    stage.refused("scenario/9", "s", "mark_late", "org1", [("A", "1"), ("A", "3")])
    stage.act("s", "mark_late", "org1", [("A", "1")])  # by the rules under which it was made
    stage.act("s", "mark_late", "org1", [("A", "3")])
    versions = [stage.record("s", "loan", f"A/{number}").version for number in (1, 2, 3)]  # type: ignore[union-attr]
    assert versions == [1, 1, 2]


ODD = f"""
scenario: odd
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  slip:
    title: {T}
    key: name
    fields: {{name: {{type: text, public: true}}, other: {{type: slip, optional: true}}}}
    states: {{start: open_, final: [shut]}}
actions:
  make: {{title: {T}, by: user, creates: slip, input: [name, other]}}
  shut_it: {{title: {T}, by: user, on: slip, from: open_, to: shut}}
  again: {{title: {T}, by: user, on: slip, input: {{which: slip}}, do: [{{move: {{input.which: open_}}}}]}}
"""


def odd() -> Stage:
    stage = Stage(2)
    stage.open("o", ODD, {"org1": "user"})
    return stage


@pytest.mark.parametrize("name", ["", "x" * 257, "票" * 257])
def test_key__is_neither_empty_nor_longer_than_a_message_takes(name: str) -> None:
    odd().refused("scenario/14", "o", "make", "org1", name=name)


@pytest.mark.parametrize("name", ["a/b", "%2F", "票 据", 'a"b\\', "a%25/"])
def test_key__may_have_any_character(name: str) -> None:
    stage = odd()
    stage.act("o", "make", "org1", name=name)
    stage.refused("scenario/8", "o", "make", "org1", name=name)
    stage.act("o", "make", "org1", name="second", other=[name])
    stage.act("o", "shut_it", "org1", [(name,)])


def test_final_state__is_left_by_no_effect() -> None:
    stage = odd()
    for name in ("a", "b"):
        stage.act("o", "make", "org1", name=name)
    stage.act("o", "shut_it", "org1", [("b",)])
    stage.refused("scenario/18", "o", "again", "org1", [("a",)], which=["b"])
    stage.refused("scenario/7", "o", "again", "org1", [("a",)], which=["c"])


LENDER = f"""
scenario: lender
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
records:
  deal: {{title: {T}, key: id, fields: {{id: int, size: {{type: int, optional: true}}}}}}
actions:
  make: {{title: {T}, by: user, creates: deal, input: [id, size]}}
"""
READER = f"""
scenario: reader
version: 1
title: {T}
uses:
  deal: {{record: lender.deal, key: [id], fields: {{id: int, size: int}}}}
roles:
  user: {{title: {T}, admitted_by: operator}}
refusals: {{small: {{zh: 太小，请换一笔, en: Too small. Choose another}}}}
records:
  note: {{title: {T}, key: id, fields: {{id: int, of: deal}}}}
actions:
  make: {{title: {T}, by: user, creates: note, input: [id, of], require: [{{small: 'input.of.size > 3 && known(input.of)'}}]}}
"""


def test_record_of_another_instance__is_read_as_it_is_there() -> None:
    stage = Stage(2)
    stage.open("lend", LENDER.replace("size: {type: int, optional: true}", "size: int"), {"org1": "user"})
    stage.open("read", READER, {"org1": "user"}, uses={"deal": "lend"})
    stage.act("lend", "make", "org1", id=1, size=9)
    stage.act("lend", "make", "org1", id=2, size=3)
    stage.act("read", "make", "org1", id=1, of=["1"])
    stage.refused("reader:small", "read", "make", "org1", id=2, of=["2"])
    stage.refused("scenario/7", "read", "make", "org1", id=3, of=["3"])
    held = stage.record("read", "note", "1")
    assert held is not None
    assert held.fields == {"id": 1, "of": ["1"]}


def test_record_of_another_instance__that_is_otherwise_than_agreed_is_a_refusal() -> None:
    stage = Stage(2)
    stage.open("lend", LENDER, {"org1": "user"})
    stage.open(
        "other", LENDER.replace("lender", "leaner").replace("size: {type: int, optional: true}", "size: int"), {"org1": "user"}
    )
    stage.act("lend", "make", "org1", id=1)
    wanted = READER.replace("lender", "leaner")
    stage.open("read", wanted, {"org1": "user"}, uses={"deal": "other"})
    instance = INSTANCES.get(stage.world.state, "read")
    bent = msgspec.structs.replace(instance, uses={"deal": "lend"})
    stage.world.state.values[INSTANCES.key("read")] = msgspec.json.encode(bent, order="sorted")
    stage.refused("scenario/27", "read", "make", "org1", id=1, of=["1"])


def test_setting__that_an_instance_lacks_is_a_refusal() -> None:
    stage = shop()
    stage.act("s", "begin", "org1", name="A", holder="org2")
    later = SHOP.replace("{type: money, default: '1000.00'}", "money").replace("scenario: shop", "scenario: shop_two")
    stage.open("t", later, {"org1": "clerk", "org2": "client"}, settings={"most": 100_000})
    stage.act("t", "begin", "org1", name="A", holder="org2")
    instance = INSTANCES.get(stage.world.state, "t")
    stage.world.state.values[INSTANCES.key("t")] = msgspec.json.encode(
        msgspec.structs.replace(instance, settings={}), order="sorted"
    )
    stage.refused(SettingMissing.code, "t", "lend", "org1", deal=["A"], id=1, left=100)


def test_words__that_nobody_lends_any_more_are_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(2)
    text = LENDER.replace("scenario: lender", "scenario: silent").replace(
        "input: [id, size]}",
        "input: [id, size], require: [{no_: 'supply(coin) >= \"0\"'}], do: [{issue: {asset: coin, to: actor, amount: \"'1.00'\"}}]}",
    )
    text += f"assets: {{coin: {{unit: fen, title: {T}}}}}\nrefusals: {{no_: {{zh: 否，请勿再试, en: No. Do not try again}}}}\n"
    stage.open("l", text, {"org1": "user"})
    stage.act("l", "make", "org1", id=1)
    shelf = next(each for each in stage.world.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
    monkeypatch.setattr(shelf, "reads", {})
    stage.refused(LentByNobody.code, "l", "make", "org1", id=2)
    monkeypatch.undo()
    monkeypatch.setattr(shelf, "verbs", {})
    stage.refused(LentByNobody.code, "l", "make", "org1", id=2)
    settling = Settling.__new__(Settling)
    settling._claims = None
    with pytest.raises(LentByNobody):
        settling._registry(type("Field", (), {"space": "cn.x"}))  # type: ignore[arg-type]
