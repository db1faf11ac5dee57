"""Titles and proposals through the engine itself: what is signed, judged, kept and announced."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.world import DAY, TestWorld, make_world
from zhulian.errors import Refusal
from zhulian.language.compile import compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Block, Context, Event
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules import every_word
from zhulian.modules.asset.module import AssetModule
from zhulian.modules.identity.messages import OpenHandle
from zhulian.modules.identity.parties import HandleParties
from zhulian.modules.scenario.acting.act import act
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.events import RecordChanged
from zhulian.modules.scenario.messages import Approve, Propose
from zhulian.modules.scenario.proposing.handlers import ProposalHandlers
from zhulian.modules.scenario.state import INSTANCES, MEMBERS, RECORDS, Held, Instance, Member

PERSON = "~" + "7" * 32
NAMED = "11" * 32
DEFINITION = """
scenario: houses
version: 1
title: {zh: 房产, en: Houses}
roles:
  office: {title: {zh: 登记机构, en: Office}, admitted_by: operator}
  court: {title: {zh: 法院, en: Court}, admitted_by: operator}
  user: {title: {zh: 用户, en: User}, admitted_by: operator, persons: true}
refusals:
  burdened: {zh: 尚有他项权利，请先解除, en: There are burdens. Release them first}
records:
  house:
    title: {zh: 房屋, en: House}
    key: number
    owned: true
    fields: {number: {type: int, title: {zh: 编号, en: Number}}}
    always:
      - {name: whole, that: 'part_owned(this, this.owner) > "0%" && size(owners(this)) >= 1'}
actions:
  enter:
    title: {zh: 首次登记, en: Enter}
    by: office
    creates: house
    input: [number, {owner_: {type: party}}]
    do: [{pass: {what: this, to: input.owner_}}]
  sell:
    title: {zh: 转让, en: Sell}
    by: {seller: this.owner, buyer: anyone}
    on: house
    require: {burdened: 'size(burdens(this)) == 0'}
    do: [{pass: {what: this, to: by.buyer}}]
  share_out:
    title: {zh: 转让部分, en: Share out}
    by: this.owner
    on: house
    input: {to: {type: party}, part: {type: rate}}
    do: [{pass: {what: this, to: input.to, part: input.part}}]
  pledge_it:
    title: {zh: 抵押, en: Pledge}
    by: this.owner
    on: house
    input: {to: {type: party}}
    do: [{pledge: {what: this, to: input.to, follows: 'true'}}]
  lift:
    title: {zh: 注销抵押, en: Lift}
    by: anyone
    on: house
    do: [{release: {what: this, holder: actor}}]
  freeze:
    title: {zh: 查封, en: Seize}
    by: court
    on: house
    do: [{seize: {what: this, order: actor}}]
  auction:
    title: {zh: 拍卖, en: Auction}
    by: {judge: court, buyer: anyone}
    on: house
    do:
      - pass: {what: this, to: by.buyer, order: by.judge}
      - release: {what: this, holder: by.judge}
"""


@dataclass
class Town:
    """An instance on a chain, in which `org1` is the office, `org3` the court, and `org2` carries a person."""

    world: TestWorld = field(default_factory=lambda: make_world(4, "intl"))

    def __post_init__(self) -> None:
        self.world.run(OpenHandle(handle=PERSON, instance="town"), "org2.counter")
        asset = AssetModule()
        self.shelf = Shelf(every_word(), (asset,), HandleParties(), None, asset.holding)  # type: ignore[arg-type]
        self.shelf._compiled[NAMED] = compile_definition(check_definition(read_definition(DEFINITION), every_word()))
        self.handlers = ProposalHandlers(self.shelf, self.world.world.authority, act)
        overlay = BlockOverlay(self.world.state)
        opened = Instance(definition=NAMED, height=1, operator="org1", scenario="houses", settings={}, uses={}, version=1)
        INSTANCES.set(overlay, "town", value=opened)
        for role, party in (("office", "org1"), ("court", "org3"), ("user", PERSON)):
            MEMBERS.set(overlay, "town", role, party, value=Member(admitted_by="org1", height=1))
        self.world.state.apply(dict(overlay.changes()))
        self.made = 0

    def run(self, task: Any, signers: Sequence[str]) -> list[Event]:
        self.made += 1
        world = self.world
        overlay = BlockOverlay(world.state)
        state = TransactionOverlay(overlay, Limits().transaction_steps_max)
        rules = world.world.governing.rules(world.state, world.height + 1)
        block = Block(
            height=world.height + 1,
            time_ms=world.time * 1000,
            rules=rules,
            genesis=world.world.genesis,
            hasher=world.world.hasher,
        )
        authority = world.world.authority
        acting = tuple(authority.judge(world.state, each, world.fingerprint(each), world.time) for each in sorted(signers))
        context = Context(block, f"{self.made:064x}", acting, state)
        task(context)
        state.merge()
        world.state.apply(dict(overlay.changes()))
        return context.events

    def do(self, action: str, *signers: str, by: dict[str, str] | None = None, on: bool = True, **given: Any) -> list[Event]:
        keys = (("1",),) if on else ()
        return self.run(lambda context: act(context, self.shelf, "town", action, keys, by or {}, given, context.acting), signers)

    def refused(self, action: str, *signers: str, **more: Any) -> str:
        try:
            self.do(action, *signers, **more)
        except Refusal as refusal:
            return refusal.code
        return "done"

    @property
    def house(self) -> Held:
        return RECORDS.get(self.world.state, "town", "house", "1")


@pytest.fixture
def town() -> Town:
    found = Town()
    found.do("enter", "org1.clerk", on=False, number=1, owner_="org4")
    return found


def changed(events: list[Event]) -> RecordChanged:
    return next(each for each in events if isinstance(each, RecordChanged))


def test_title__is_made_passed_and_shared(town: Town) -> None:
    assert town.house.owner == "org4"
    assert town.refused("share_out", "org1.clerk", to="org1", part=250_000) == "scenario/55"
    event = changed(town.do("share_out", "org4.clerk", to="org1", part=250_000))
    assert (event.owner, event.shares) == (None, {"org1": 250_000, "org4": 750_000})
    # the greatest owner alone does not sell what it owns with another
    assert town.refused("sell", "org4.clerk", "org2.clerk", by={"seller": "org4", "buyer": "org2"}) == "scenario/67"
    town.do("share_out", "org4.clerk", to="org1", part=750_000)
    event = changed(town.do("sell", "org1.clerk", "org2.clerk", by={"seller": "org1", "buyer": "org2"}))
    assert (event.owner, town.house.shares) == ("org2", {})


def test_pledge_and_seizure__stand_in_the_way_until_they_are_lifted(town: Town) -> None:
    town.do("pledge_it", "org4.clerk", to="org2")
    sale = {"seller": "org4", "buyer": "org1"}
    assert town.refused("sell", "org4.clerk", "org1.clerk", by=sale) == "houses:burdened"
    assert town.refused("lift", "org4.clerk") == "scenario/70"
    assert town.refused("freeze", "org4.clerk") == "scenario/55"
    town.do("freeze", "org3.clerk")
    assert town.refused("pledge_it", "org4.clerk", to="org1") == "scenario/65"
    assert town.refused("share_out", "org4.clerk", to="org1", part=1) == "scenario/65"
    event = changed(town.do("auction", "org3.clerk", "org1.clerk", by={"judge": "org3", "buyer": "org1"}))
    assert event.owner == "org1"
    assert [each.holder for each in town.house.burdens] == ["org2"]
    town.do("lift", "org2.clerk")
    assert town.house.burdens == ()


def test_agent__gets_no_title_that_it_signs_away_for_a_person(town: Town) -> None:
    town.do("share_out", "org4.clerk", to=PERSON, part=1_000_000)
    assert town.house.owner == PERSON
    sale = {"seller": PERSON, "buyer": "org2"}
    assert town.refused("sell", "org2.counter", by=sale).startswith("identity/")
    assert town.refused("share_out", "org2.counter", by={"actor": PERSON}, to="org2", part=1).startswith("identity/")
    assert town.refused("share_out", "org2.counter", by={"actor": PERSON}, to="org1", part=1) == "done"


def test_proposal__is_judged_and_done_by_the_engine(town: Town) -> None:
    sale = Propose(
        action="sell", by={"seller": "org4", "buyer": "org2"}, expires=town.world.time + DAY, instance="town", on=(("1",),)
    )
    town.run(lambda context: town.handlers.handle_propose(context, sale), ["org4.clerk"])
    made = f"{town.made:064x}"
    approve = Approve(instance="town", proposal=made)
    town.do("pledge_it", "org4.clerk", to="org1")
    with pytest.raises(Refusal) as refused:
        town.run(lambda context: town.handlers.handle_approve(context, approve), ["org2.clerk"])
    assert refused.value.code == "houses:burdened"
    town.do("lift", "org1.clerk")
    town.run(lambda context: town.handlers.handle_approve(context, approve), ["org2.clerk"])
    assert town.house.owner == "org2"
