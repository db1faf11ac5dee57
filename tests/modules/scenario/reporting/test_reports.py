"""Reports beside a definition: who may file them, and that an instance opens once enough members agree on one that refutes nothing."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied, events, inner_code
from tests.modules.scenario.opening.ground import make_ground, publish, refused, source, walk, why
from tests.world import TestWorld, make_genesis
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.ledger.types import Applied
from zhulian.modules.govern.messages import Propose, Vote
from zhulian.modules.scenario.messages import FileReport, Open, SetReports, Upgrade
from zhulian.modules.scenario.reporting.agreeing import agreed_on
from zhulian.modules.scenario.state import REPORTS, REPORTS_NEEDED, Filed

ONE, OTHER = "aa" * 32, "bb" * 32


def file(definition: str, report: str = ONE, **counts: int) -> FileReport:
    return FileReport(definition=definition, report=report, **{"proved": 5, "refuted": 0, "run_time": 1, **counts})


def asking_for(reports: int, orgs: int = 3) -> TestWorld:
    """A chain whose genesis asks for so many reports."""
    world = make_ground(orgs)
    decide(world, reports)
    return world


def decide(world: TestWorld, needed: int) -> None:
    """Let the members vote how many reports are needed."""
    result = world.run(Propose(actions=[msgspec.to_builtins(SetReports(needed=needed))]), ["org1.admin", "org2.admin"])
    assert isinstance(result, Applied), result


@pytest.fixture
def world() -> TestWorld:
    return make_ground()


def test_file_report__refuses_in_this_order(world: TestWorld) -> None:
    first = publish(world, source())
    walk(
        world,
        ("identity/31", file("00" * 32), ["org1.clerk", "org2.clerk"]),
        ("scenario/94", file("00" * 32), "org2.clerk"),
    )
    assert events(applied(world, file(first), "org2.clerk")) == ["scenario.report_filed"]
    refused(world, "scenario/163", file(first, proved=6), "org2.clerk")
    applied(world, file(first, OTHER, refuted=2), "org2.clerk")
    applied(world, file(first), "org1.clerk")
    found = world.find(REPORTS, first).by
    assert {name: (each.report, each.officer, each.proved, each.refuted, each.run_time) for name, each in found.items()} == {
        "org1": (ONE, "org1.clerk", 5, 0, 1),
        "org2": (OTHER, "org2.clerk", 5, 2, 1),
    }


def test_file_report__is_for_an_officer(world: TestWorld) -> None:
    first = publish(world, source())
    refused(world, "scenario/162", file(first), "org1.counter")


def test_open__waits_for_as_many_reports_as_the_chain_asks_for() -> None:
    world = asking_for(2)
    first = publish(world, source())
    ask = Open(definition=first, instance="hz")
    words = why(world, ask, "org1.clerk")
    assert words.code == "scenario/164"
    assert "nobody" in words.say("en")
    assert "org1, org2, org3" in words.say("en")
    applied(world, file(first), "org2.clerk")
    words = why(world, ask, "org1.clerk")
    assert "已有此项报告的：org2；尚缺：org1、org3；有推翻项或与其他机构不一致的报告不计" in words.say("zh")
    applied(world, file(first, OTHER), "org3.clerk")  # another report does not agree
    refused(world, "scenario/164", ask, "org1.clerk")
    applied(world, file(first), "org3.clerk")
    assert events(applied(world, ask, "org1.clerk")) == ["scenario.opened"]


def test_open__takes_no_report_that_refutes_something() -> None:
    world = asking_for(1)
    first = publish(world, source())
    applied(world, file(first, refuted=1), "org2.clerk")
    refused(world, "scenario/164", Open(definition=first, instance="hz"), "org1.clerk")
    applied(world, file(first, OTHER), "org2.clerk")
    applied(world, Open(definition=first, instance="hz"), "org1.clerk")


def test_upgrade__waits_too(world: TestWorld) -> None:
    first = publish(world, source())
    applied(world, Open(definition=first, instance="hz"), "org1.clerk")
    second = publish(world, source(version=2, more="upgrade: {from: 1, keep: [loan], notice: 1d}"))
    decide(world, 1)
    refused(world, "scenario/164", Upgrade(definition=second, instance="hz"), "org1.clerk")
    applied(world, file(second), "org3.clerk")
    applied(world, Upgrade(definition=second, instance="hz"), "org1.clerk")


def test_set_reports__is_left_to_a_vote_and_keeps_to_the_members(world: TestWorld) -> None:
    refused(world, "govern/1", SetReports(needed=1), "org1.admin")
    assert inner_code(world, SetReports(needed=4)) == "scenario/165"
    proposal = world.sign([Propose(actions=[msgspec.to_builtins(SetReports(needed=3))])], ["org1.admin"])
    block = world.block([proposal])
    applied(world, Vote(proposal=next(iter(block.results)).transaction, vote="yes"), "org2.admin")
    assert world.find(REPORTS_NEEDED) == 3
    decide(world, 0)
    first = publish(world, source())
    applied(world, Open(definition=first, instance="hz"), "org1.clerk")


def test_genesis__may_ask_for_reports_and_says_nothing_where_it_does_not() -> None:
    genesis = make_genesis(3)
    assert b'"reports"' not in CODEC.encode(genesis)
    asks = msgspec.structs.replace(genesis, governance=msgspec.structs.replace(genesis.governance, reports=2))
    assert parse_genesis(CODEC.encode(asks)).governance.reports == 2
    assert asks.digest() != genesis.digest()
    too_many = msgspec.structs.replace(genesis, governance=msgspec.structs.replace(genesis.governance, reports=4))
    with pytest.raises(BadGenesis):
        parse_genesis(CODEC.encode(too_many))


def test_open__counts_what_genesis_asks_for() -> None:
    world = make_ground(reports=1)
    first = publish(world, source())
    refused(world, "scenario/164", Open(definition=first, instance="hz"), "org1.clerk")
    applied(world, file(first), "org1.clerk")
    applied(world, Open(definition=first, instance="hz"), "org1.clerk")


def filed(report: str, refuted: int = 0) -> Filed:
    more: dict[str, Any] = {"height": 1, "officer": "org1.clerk", "transaction": "cc" * 32}
    return Filed(report=report, proved=1, refuted=refuted, run_time=0, **more)


@pytest.mark.parametrize(
    ("by", "active", "agreed"),
    [
        ({}, ("a", "b"), ()),
        ({"a": filed(ONE), "b": filed(ONE)}, ("a", "b", "c"), ("a", "b")),
        ({"a": filed(ONE), "b": filed(OTHER), "c": filed(OTHER)}, ("a", "b", "c"), ("b", "c")),
        ({"a": filed(ONE), "b": filed(ONE)}, ("b", "c"), ("b",)),  # a has left the chain
        ({"a": filed(ONE, 1), "b": filed(ONE, 1)}, ("a", "b"), ()),
        ({"a": filed(OTHER), "b": filed(ONE)}, ("a", "b"), ("a",)),
    ],
)
def test_agreed__are_those_behind_the_report_that_most_have_filed(
    by: dict[str, Filed], active: tuple[str, ...], agreed: tuple[str, ...]
) -> None:
    assert agreed_on(by, active) == agreed
