"""Sealed groups on chain: what is bound, what counts as false, what can be replaced; and the stories of a tender."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.modules.scenario.acting.stage import Stage
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Report, play_all
from zhulian.language.sealing import reveal_of, sealed_commitment
from zhulian.modules.scenario.errors import InputMissing
from zhulian.modules.scenario.state import Held, Seal

TENDER = Path(__file__).with_name("tender.yaml")
T = "{zh: 名称, en: Name}"
BIDS = f"""
scenario: bids
version: 1
title: {T}
roles:
  bidder: {{title: {T}, admitted_by: operator}}
records:
  bid:
    title: {T}
    key: [tender, bidder]
    fields: {{tender: {{type: text, pattern: '[A-Z0-9]{{1,8}}'}}, bidder: party, price: {{type: money, min: '1.00', optional: true}},
      grades: {{type: list, of: {{type: choice, values: [a, b]}}, most: 3, optional: true}}, note: {{type: text, public: true, optional: true}}}}
    states: {{start: shut, open: [shown], final: [out]}}
    sealed: {{offer: [price, grades], extra: {{fields: [note], replace: true}}}}
actions:
  bid: {{title: {T}, by: bidder, creates: bid, seals: offer, input: [tender], do: [{{set: {{bidder: actor}}}}]}}
  add: {{title: {T}, by: bidder, on: bid, from: [shut, shown], seals: extra}}
  again: {{title: {T}, by: bidder, on: bid, from: [shut, shown], seals: offer}}
  show: {{title: {T}, by: bidder, on: bid, from: shut, to: shown, opens: offer, else: [{{move: out}}]}}
  tell: {{title: {T}, by: bidder, on: bid, from: [shut, shown], opens: extra}}
"""
SALT = bytes(range(32))
OFFER: dict[str, Any] = {"grades": ["a", "b"], "price": 500}


@cache
def _report() -> Report:
    return play_all(read_pack(TENDER), Packs(TENDER), folder=TENDER.parent)


def test_stories__come_out_as_they_say() -> None:
    for each in _report().stories:
        faults = [str(step.fault) for step in each.steps if step.fault is not None]
        assert each.passed, (each.name, each.fault, faults)


@pytest.fixture
def stage() -> Stage:
    stage = Stage(4)
    stage.open("hz", BIDS, {"org2": "bidder", "org3": "bidder"})
    return stage


def commit(
    stage: Stage, values: dict[str, Any] = OFFER, key: str = "bid/T1/org2", group: str = "offer", party: str = "org2"
) -> str:
    return sealed_commitment(stage.world.world.hasher, "hz", key, group, party, SALT, values).hex()


def bid(stage: Stage, sealed: str, who: str = "org2", tender: str = "T1") -> Held:
    stage.act("hz", "bid", who, tender=tender, offer=sealed)
    return held(stage, f"{tender}/{who}")


def held(stage: Stage, leaf: str) -> Held:
    found = stage.record("hz", "bid", leaf)
    assert found is not None
    return found


def test_bid__keeps_the_commitment_and_who_made_it(stage: Stage) -> None:
    sealed = commit(stage)
    assert bid(stage, sealed).sealed == {"offer": Seal(commitment=sealed, party="org2")}
    stage.act("hz", "show", "org2", [("T1", "org2")], offer=reveal_of(SALT, OFFER))
    now = held(stage, "T1/org2")
    assert (now.state, now.fields["price"], now.fields["grades"]) == ("shown", 500, ["a", "b"])
    assert now.sealed["offer"].opened is True
    stage.refused("scenario/10", "hz", "show", "org2", [("T1", "org2")], offer=reveal_of(SALT, OFFER))
    stage.refused("scenario/144", "hz", "again", "org2", [("T1", "org2")], offer=commit(stage))


@pytest.mark.parametrize(
    "where",
    [
        {"key": "bid/T2/org2"},
        {"key": "bid/T1/org3"},
        {"group": "extra"},
        {"party": "org3"},
        {"key": "bid/T1"},
        {"values": {**OFFER, "price": 501}},
    ],
)
def test_show__of_what_was_sealed_elsewhere_or_otherwise_is_false(stage: Stage, where: dict[str, Any]) -> None:
    bid(stage, commit(stage, **where))
    stage.act("hz", "show", "org2", [("T1", "org2")], offer=reveal_of(SALT, OFFER))
    now = held(stage, "T1/org2")
    assert now.state == "out"
    assert "price" not in now.fields
    assert now.sealed["offer"].opened is False


def test_show__by_another_is_no_false_reveal_of_mine(stage: Stage) -> None:
    """Whoever may show, a bid can only be spoilt by the party that sealed it; and it stays as it is."""
    bid(stage, commit(stage))
    stage.refused("scenario/146", "hz", "show", "org3", [("T1", "org2")], offer=reveal_of(SALT, {**OFFER, "price": 900}))
    stage.act("hz", "show", "org3", [("T1", "org2")], offer=reveal_of(SALT, OFFER))
    assert held(stage, "T1/org2").fields["price"] == 500


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (InputMissing.code, None),
        ("scenario/145", {}),
        ("scenario/145", "00" * 32),
        ("scenario/145", {"salt": "00" * 32}),
        ("scenario/145", {"salt": "00" * 31, "values": OFFER}),
        ("scenario/145", {"salt": "AA" * 32, "values": OFFER}),
        ("scenario/145", {"salt": 7, "values": OFFER}),
        ("scenario/145", {"salt": "00" * 32, "values": {"price": 500}}),
        ("scenario/145", {"salt": "00" * 32, "values": {**OFFER, "note": "x"}}),
        ("scenario/145", {"salt": "00" * 32, "values": {**OFFER, "price": 99}}),
        ("scenario/145", {"salt": "00" * 32, "values": {**OFFER, "price": "500"}}),
        ("scenario/145", {"salt": "00" * 32, "values": {**OFFER, "grades": ["c"]}}),
        ("scenario/145", {"salt": "00" * 32, "values": [500]}),
        ("scenario/145", {"salt": "00" * 32, "values": OFFER, "more": 1}),
    ],
)
def test_show__takes_salt_and_all_values_in_their_form(stage: Stage, code: str, shown: Any) -> None:
    bid(stage, commit(stage))
    more = {} if shown is None else {"offer": shown}
    result = stage.send("hz", "show", "org2", [("T1", "org2")], **more)
    assert result.code == code
    assert held(stage, "T1/org2").sealed["offer"].opened is None


@pytest.mark.parametrize("sealed", ["", "AA" * 32, "00" * 31, 7, {"salt": "00" * 32, "values": OFFER}, ["00" * 32]])
def test_bid__takes_one_commitment(stage: Stage, sealed: Any) -> None:
    stage.refused("scenario/140", "hz", "bid", "org2", tender="T1", offer=sealed)


def test_seal__is_replaced_only_where_the_definition_lets_it(stage: Stage) -> None:
    bid(stage, commit(stage))
    on = [("T1", "org2")]
    stage.refused("scenario/141", "hz", "again", "org2", on, offer=commit(stage, {**OFFER, "price": 900}))
    first, second = ({"note": word} for word in ("one", "two"))
    stage.refused("scenario/143", "hz", "tell", "org2", on, extra=reveal_of(SALT, first))
    stage.act("hz", "add", "org2", on, extra=commit(stage, first, group="extra"))
    stage.act("hz", "add", "org2", on, extra=commit(stage, second, group="extra"))
    stage.refused("scenario/142", "hz", "add", "org3", on, extra=commit(stage, first, group="extra", party="org3"))
    stage.refused("scenario/146", "hz", "tell", "org2", on, extra=reveal_of(SALT, first))
    stage.act("hz", "tell", "org2", on, extra=reveal_of(SALT, second))
    assert held(stage, "T1/org2").fields["note"] == "two"
    stage.refused("scenario/144", "hz", "add", "org2", on, extra=commit(stage, first, group="extra"))
    stage.refused("scenario/144", "hz", "tell", "org2", on, extra=reveal_of(SALT, second))


def test_seal__stands_in_the_event_and_the_trail(stage: Stage) -> None:
    result = stage.act("hz", "bid", "org2", tender="T1", offer=commit(stage))
    changed = next(each for each in result.events if type(each).__name__ == "RecordChanged")
    assert changed.sealed == {"offer": Seal(commitment=commit(stage), party="org2")}
    assert changed.trail == held(stage, "T1/org2").trail


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(100, 10**9), st.lists(st.sampled_from("ab"), max_size=3), st.binary(min_size=32, max_size=32), st.booleans())
def test_show__fills_exactly_what_was_sealed(price: int, grades: list[str], salt: bytes, true: bool) -> None:
    stage = _shared()
    tender = f"P{_count()}"
    values = {"grades": grades, "price": price}
    sealed = sealed_commitment(stage.world.world.hasher, "hz", f"bid/{tender}/org2", "offer", "org2", salt, values).hex()
    bid(stage, sealed, tender=tender)
    shown = values if true else {**values, "price": price + 1}
    stage.act("hz", "show", "org2", [(tender, "org2")], offer=reveal_of(salt, shown))
    now = held(stage, f"{tender}/org2")
    assert (now.state, now.fields.get("price"), now.fields.get("grades")) == (
        ("shown", price, grades) if true else ("out", None, None)
    )


@cache
def _shared() -> Stage:
    stage = Stage(4)
    stage.open("hz", BIDS, {"org2": "bidder"})
    return stage


_numbers = iter(range(10_000))


def _count() -> int:
    return next(_numbers)
