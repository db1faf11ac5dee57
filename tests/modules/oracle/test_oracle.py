"""Quotes: only where enough readers agree, each with a valid key, and only forward in time."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.refusals import applied, events, refused, walk
from tests.world import TestWorld, key_of, make_world
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.language.lending import Caller, bind
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules.identity.messages import Revoke
from zhulian.modules.oracle.errors import NeverQuoted, OracleFault, QuoteStale
from zhulian.modules.oracle.format import PAPER, QuotePaper, Report, SignedReport, report_preimage
from zhulian.modules.oracle.judging import agree
from zhulian.modules.oracle.messages import Ask, Close, HandIn, Open, Quote
from zhulian.modules.oracle.module import OracleModule
from zhulian.modules.oracle.state import ASKS, QUOTES, REPORTS, SOURCES, Source
from zhulian.modules.oracle.words import READS, VERBS

SOURCE = "org1.rain"
CALLER = Caller("insurance", "settle", parties=("org1",))


@pytest.fixture(params=["gm", "intl"])
def world(request: pytest.FixtureRequest) -> TestWorld:
    return make_world(3, request.param, modules=("oracle",))


def opening(**changed: Any) -> Open:
    given: dict[str, Any] = {
        "about": "ab" * 32,
        "agreement": "exact",
        "fresh_s": 600,
        "needed": 2,
        "readers": ["org1", "org2", "org3"],
        "scale": 1,
        "source": SOURCE,
        "unit": "mm",
    }
    return Open(**{**given, **changed})


def report(world: TestWorld, organisation: str, value: int, **changed: Any) -> SignedReport:
    suite = world.world.hasher.suite
    signer = SoftwareSigner(suite, key_of(suite.name, f"{organisation}.clerk"))
    said = Report(**{"digest": "cd" * 32, "source": SOURCE, "time": world.time, "value": value, **changed})
    signature = signer.sign(report_preimage(world.world.hasher, said)).hex()
    return SignedReport(
        key=fingerprint(suite, signer.public_key), report=said, signature=signature, signer=f"{organisation}.clerk"
    )


def quote(*reports: SignedReport, source: str = SOURCE) -> Quote:
    return Quote(quote=QuotePaper(format="zhulian/quote/1", reports=list(reports), source=source))


def test_open__walks_its_refusals(world: TestWorld) -> None:
    walk(
        world,
        ("identity/32", opening(), "org2.clerk"),
        ("oracle/3", opening(readers=["org2", "org1"]), "org1.clerk"),
        ("oracle/3", opening(readers=["org1", "org1", "org2"]), "org1.clerk"),
        ("oracle/3", opening(needed=4), "org1.clerk"),
        ("oracle/3", opening(readers=["org1", "org2", "org3", "org4"]), "org1.clerk"),
        ("oracle/3", opening(tolerance=1), "org1.clerk"),
    )
    assert events(applied(world, opening(), "org1.clerk")) == ["oracle.opened"]
    refused(world, "oracle/2", opening(), "org1.clerk")
    assert SOURCES.get(world.state, SOURCE).owner == "org1"


def test_close__walks_its_refusals(world: TestWorld) -> None:
    refused(world, "oracle/4", Close(source=SOURCE), "org1.clerk")
    applied(world, opening(), "org1.clerk")
    refused(world, "identity/32", Close(source=SOURCE), "org2.clerk")
    assert events(applied(world, Close(source=SOURCE), "org1.clerk")) == ["oracle.closed"]
    refused(world, "oracle/5", Close(source=SOURCE), "org1.clerk")
    refused(world, "oracle/5", quote(report(world, "org1", 7), report(world, "org2", 7)), "org1.clerk")


def test_quote__walks_its_refusals(world: TestWorld) -> None:
    one, two, three = (report(world, each, 70) for each in ("org1", "org2", "org3"))
    refused(world, "oracle/4", quote(one, two), "org1.clerk")
    applied(world, opening(readers=["org1", "org2"]), "org1.clerk")
    walk(
        world,
        ("oracle/6", quote(report(world, "org1", 70, source="org1.wind"), two), "org3.clerk"),
        ("oracle/7", quote(one, three), "org3.clerk"),
        ("oracle/8", quote(two, one), "org3.clerk"),
        ("oracle/8", quote(one, one), "org3.clerk"),
        ("oracle/9", quote(report(world, "org1", 70, time=world.time + 500), two), "org3.clerk"),
        ("oracle/9", quote(report(world, "org1", 70, time=world.time - 700), two), "org3.clerk"),
        ("oracle/10", quote(msgspec.structs.replace(one, signer="org1.admin"), two), "org3.clerk"),
        ("oracle/11", quote(msgspec.structs.replace(one, signature=two.signature), two), "org3.clerk"),
        ("oracle/12", quote(one), "org3.clerk"),
        ("oracle/12", quote(one, report(world, "org2", 71)), "org3.clerk"),
    )
    assert events(applied(world, quote(one, two), "org3.clerk")) == ["oracle.quoted"]
    refused(world, "oracle/13", quote(one, two), "org3.clerk")
    found = QUOTES.get(world.state, SOURCE)
    assert (found.value, found.readers, found.time) == (70, ("org1", "org2"), one.report.time)
    later = [report(world, each, 75) for each in ("org1", "org2")]
    applied(world, Revoke(reason="lost", signer="org2.clerk"), "org2.admin")
    refused(world, "oracle/10", quote(*later), "org3.clerk")


def test_quote__by_a_liar_among_three_is_outvoted_and_two_liars_are_needed(world: TestWorld) -> None:
    applied(world, opening(), "org1.clerk")
    applied(world, quote(report(world, "org1", 70), report(world, "org2", 999), report(world, "org3", 70)), "org1.clerk")
    assert QUOTES.get(world.state, SOURCE).readers == ("org1", "org3")
    world.time += 5
    split = [report(world, each, value) for each, value in (("org1", 1), ("org2", 2), ("org3", 3))]
    refused(world, "oracle/12", quote(*split), "org1.clerk")


def test_ask__walks_its_refusals_and_waits_for_the_next_quote(world: TestWorld) -> None:
    asking = Ask(source=SOURCE)
    refused(world, "oracle/4", asking, "org2.clerk")
    applied(world, opening(), "org1.clerk")
    assert events(applied(world, asking, "org2.clerk")) == ["oracle.asked"]
    refused(world, "oracle/16", asking, "org3.clerk")
    assert (ASKS.get(world.state, SOURCE).party, ASKS.get(world.state, SOURCE).number) == ("org2", 0)
    world.time += 700  # nobody has answered for longer than a report is fresh
    applied(world, asking, "org3.clerk")
    applied(world, quote(report(world, "org1", 70), report(world, "org2", 70)), "org1.clerk")
    applied(world, asking, "org2.clerk")
    assert ASKS.get(world.state, SOURCE).number == 1
    applied(world, Close(source=SOURCE), "org1.clerk")
    refused(world, "oracle/5", asking, "org2.clerk")


def test_report__walks_its_refusals(world: TestWorld) -> None:
    one = report(world, "org1", 70)
    refused(world, "oracle/4", HandIn(report=one), "org1.clerk")
    applied(world, opening(readers=["org1", "org2"]), "org1.clerk")
    walk(
        world,
        ("oracle/7", HandIn(report=report(world, "org3", 70)), "org3.clerk"),
        ("oracle/9", HandIn(report=report(world, "org1", 70, time=world.time + 500)), "org1.clerk"),
        ("oracle/9", HandIn(report=report(world, "org1", 70, time=world.time - 700)), "org1.clerk"),
        ("oracle/10", HandIn(report=msgspec.structs.replace(one, signer="org1.admin")), "org1.clerk"),
        ("oracle/11", HandIn(report=msgspec.structs.replace(one, signature=report(world, "org2", 70).signature)), "org1.clerk"),
    )
    assert events(applied(world, HandIn(report=one), "org3.clerk")) == ["oracle.reported"]  # whoever carries it
    refused(world, "oracle/17", HandIn(report=one), "org1.clerk")
    assert REPORTS.get(world.state, SOURCE, "org1") == one
    assert QUOTES.find(world.state, SOURCE) is None


def test_report__is_quoted_once_enough_agree_and_counts_for_one_quote_only(world: TestWorld) -> None:
    applied(world, opening(), "org1.clerk")
    applied(world, HandIn(report=report(world, "org1", 70)), "org1.clerk")
    assert events(applied(world, HandIn(report=report(world, "org2", 99)), "org2.clerk")) == ["oracle.reported"]
    done = applied(world, HandIn(report=report(world, "org3", 70)), "org3.clerk")
    assert events(done) == ["oracle.reported", "oracle.quoted"]
    first = QUOTES.get(world.state, SOURCE)
    assert (first.value, first.readers, first.number) == (70, ("org1", "org3"), 0)
    world.time += 5
    assert events(applied(world, HandIn(report=report(world, "org1", 71)), "org1.clerk")) == ["oracle.reported"]
    world.time += 700  # what org1 has read is no longer fresh
    assert events(applied(world, HandIn(report=report(world, "org2", 71)), "org2.clerk")) == ["oracle.reported"]
    assert events(applied(world, HandIn(report=report(world, "org1", 71)), "org1.clerk"))[-1] == "oracle.quoted"
    second = QUOTES.get(world.state, SOURCE)
    assert second.number == 1
    refused(world, "oracle/17", HandIn(report=report(world, "org3", 71, time=second.time)), "org3.clerk")


def test_report__of_a_key_that_was_revoked_since_counts_no_more(world: TestWorld) -> None:
    applied(world, opening(), "org1.clerk")
    applied(world, HandIn(report=report(world, "org2", 70)), "org1.clerk")
    applied(world, Revoke(reason="lost", signer="org2.clerk"), "org2.admin")
    assert events(applied(world, HandIn(report=report(world, "org1", 70)), "org1.clerk")) == ["oracle.reported"]
    assert events(applied(world, HandIn(report=report(world, "org3", 70)), "org3.clerk"))[-1] == "oracle.quoted"


def source_of(agreement: str, tolerance: int) -> Source:
    return Source(
        about="", agreement=agreement, fresh_s=1, height=1, needed=1, owner="", readers=(), scale=0, signers=(),  # type: ignore[arg-type]
        tolerance=tolerance, unit="",
    )  # fmt: skip


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9), st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_agree__is_what_most_say_or_what_lies_near_the_median(values: list[int], tolerance: int) -> None:
    reports = [
        (f"org{place}", Report(digest="00" * 32, source="a.b", time=place, value=each)) for place, each in enumerate(values)
    ]
    exact = agree(source_of("exact", 0), reports)
    assert len(exact.readers) == values.count(exact.value) == max(values.count(each) for each in values)
    median = agree(source_of("median", tolerance), reports)
    assert sum(each <= median.value for each in values) * 2 >= len(values)
    assert sum(each >= median.value for each in values) * 2 >= len(values)
    assert len(median.readers) == sum(abs(each - median.value) <= tolerance for each in values)
    assert median.time == min(int(each.removeprefix("org")) for each in median.readers)


def ask(world: TestWorld, read: str, *values: Any) -> Any:
    module = next(each for each in world.world.modules if isinstance(each, OracleModule))
    entry = next(each for each in READS if each.name == read)
    state = TransactionOverlay(BlockOverlay(world.state), Limits().transaction_steps_max)
    found = module.reads[read](block(world), state, CALLER, bind(entry.parameters, values))
    assert state.steps <= entry.cost
    return found


def block(world: TestWorld) -> Block:
    rules = world.world.governing.rules(world.state, world.height + 1)
    return Block(
        height=world.height + 1, time_ms=world.time * 1000, rules=rules, genesis=world.world.genesis, hasher=world.world.hasher
    )


def do_quote(world: TestWorld, text: str, source: str = SOURCE) -> str:
    module = next(each for each in world.world.modules if isinstance(each, OracleModule))
    state = TransactionOverlay(BlockOverlay(world.state), Limits().transaction_steps_max)
    try:
        module.verbs["quote"](Context(block(world), "ab" * 32, (), state), CALLER, {"source": source, "paper": text})
    except OracleFault as fault:
        assert not state._writes
        return fault.code
    assert state.steps <= next(each.cost for each in VERBS)
    return "done"


def text_of(reports: Sequence[SignedReport]) -> str:
    return PAPER.encode(quote(*reports).quote).decode()


def test_words__take_a_quote_and_refuse_a_stale_one(world: TestWorld) -> None:
    applied(world, opening(), "org1.clerk")
    with pytest.raises(NeverQuoted):
        ask(world, "quoted", SOURCE, 60)
    with pytest.raises(NeverQuoted):
        ask(world, "quoted_at", SOURCE)
    text = text_of([report(world, each, 70) for each in ("org1", "org2", "org3")])
    assert do_quote(world, "{}") == "oracle/1"
    assert do_quote(world, text, "org1.wind") == "oracle/6"
    assert do_quote(world, text) == "done"
    applied(world, quote(report(world, "org1", 70), report(world, "org2", 70)), "org1.clerk")
    assert ask(world, "quoted", SOURCE, 60) == 70
    at = ask(world, "quoted_at", SOURCE)
    world.time = at + 61
    with pytest.raises(QuoteStale):
        ask(world, "quoted", SOURCE, 60)
