"""The words of the codes module: what each refuses, that copies are found, and that counts bound what can ever be shown."""

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.lent import Stage
from zhulian.language.lending import Caller, RecordName
from zhulian.merkle.code_list import CodeList, CodesRoot
from zhulian.merkle.proof_texts import proof_text
from zhulian.modules.codes.places import apart_km
from zhulian.modules.codes.state import BATCHES, MARKS, QUOTAS

LOT, OTHER, FIELD = (RecordName("tea", *each) for each in (("lot", ("L-1",)), ("lot", ("L-2",)), ("field", ("F-1",))))
CALLER = Caller("tea", "scan", parties=("org1",))
HANGZHOU, URUMQI = {"latitude": 303, "longitude": 1202}, {"latitude": 438, "longitude": 876}


def codes_of(stage: Stage, *codes: str) -> CodeList:
    return CodeList(stage.world.world.hasher, codes)


def proof(codes: CodeList, code: str) -> str:
    return proof_text(codes.path(code))


def seal(stage: Stage, codes: CodeList, lot: RecordName = LOT, **more: Any) -> str:
    return stage.refusal("seal", CALLER, {"batch": lot, "codes": codes.root.text, **more})


def touch(stage: Stage, code: str, lot: RecordName = LOT, **more: Any) -> str:
    return stage.refusal("touch", CALLER, {"batch": lot, "code": code, **more})


def activate(stage: Stage, code: str, lot: RecordName = LOT, **more: Any) -> str:
    return stage.refusal("activate", CALLER, {"batch": lot, "code": code, **more})


def allow(stage: Stage, count: int, quota: RecordName = FIELD) -> str:
    return stage.refusal("allow_codes", CALLER, {"quota": quota, "count": count})


def elsewhere(lot: RecordName) -> RecordName:
    return lot._replace(instance="other")


def test_allow__walks_its_refusals() -> None:
    stage = Stage()
    assert allow(stage, 5, elsewhere(FIELD)) == "codes/1"
    assert allow(stage, 0) == "codes/2"
    assert allow(stage, 5) == "done"
    assert allow(stage, 2**53 - 5) == "codes/2"
    assert allow(stage, 3) == "done"
    assert stage.ask("codes_left", CALLER, FIELD) == 8


def test_seal__walks_its_refusals() -> None:
    stage = Stage()
    codes = codes_of(stage, "A", "B", "C")
    assert seal(stage, codes, elsewhere(LOT)) == "codes/1"
    assert seal(stage, codes, quota=elsewhere(FIELD)) == "codes/1"
    assert seal(stage, codes_of(stage)) == "codes/4"
    assert seal(stage, codes, quota=FIELD) == "codes/6"
    assert allow(stage, 5) == "done"
    assert seal(stage, codes, quota=FIELD) == "done"
    assert seal(stage, codes_of(stage, "D")) == "codes/3"
    assert seal(stage, codes, OTHER) == "codes/5"
    assert seal(stage, codes_of(stage, "D", "E", "F"), OTHER, quota=FIELD) == "codes/7"
    assert seal(stage, codes_of(stage, "D", "E"), OTHER, quota=FIELD) == "done"
    assert [stage.ask(each, CALLER, LOT) for each in ("sealed_count", "touched_in", "activated_in")] == [3, 0, 0]
    assert stage.ask("codes_left", CALLER, FIELD) == 0


def test_touch__walks_its_refusals() -> None:
    stage = Stage()
    codes, others = codes_of(stage, "A", "B", "C"), codes_of(stage, "A", "X")
    shown = proof(codes, "A")
    assert touch(stage, "A", elsewhere(LOT), proof=shown) == "codes/1"
    assert touch(stage, "A", proof=shown, latitude=303) == "codes/13"
    assert touch(stage, "A", proof=shown, latitude=901, longitude=0) == "codes/13"
    assert touch(stage, "A", proof=shown, latitude=0, longitude=-1801) == "codes/13"
    assert touch(stage, "A", proof=shown) == "codes/8"
    assert (seal(stage, codes), seal(stage, others, OTHER)) == ("done", "done")
    assert touch(stage, "A") == "codes/9"
    assert touch(stage, "D", proof=shown) == "codes/10"
    assert touch(stage, "A", proof="{}") == "codes/10"
    assert touch(stage, "A", proof=proof(others, "A")) == "codes/10"
    assert not stage.ask("in_batch", CALLER, LOT, "D", shown)
    assert not stage.ask("in_batch", CALLER, FIELD, "A", shown)
    assert stage.ask("in_batch", CALLER, LOT, "A", shown)
    assert touch(stage, "A", proof=shown) == "done"
    assert touch(stage, "A", OTHER, proof=proof(others, "A")) == "codes/11"
    assert touch(stage, "A") == "done"
    assert (stage.ask("touched", CALLER, LOT, "A"), stage.ask("touched", CALLER, LOT, "B")) == (2, 0)


def test_activate__happens_once() -> None:
    stage = Stage()
    codes = codes_of(stage, "A", "B", "C")
    shown = proof(codes, "A")
    assert activate(stage, "A", elsewhere(LOT), proof=shown) == "codes/1"
    assert activate(stage, "A", proof=shown) == "codes/8"
    assert (seal(stage, codes), seal(stage, codes_of(stage, "A"), OTHER)) == ("done", "done")
    assert activate(stage, "A") == "codes/9"
    assert activate(stage, "B", proof=shown) == "codes/10"
    assert not stage.ask("activated", CALLER, LOT, "A")
    assert activate(stage, "A", proof=shown) == "done"
    assert stage.ask("activated", CALLER, LOT, "A")
    assert activate(stage, "A", proof=shown) == "codes/12"
    assert activate(stage, "A", OTHER, proof=shown) == "codes/11"
    assert touch(stage, "A") == "done"
    assert [stage.ask(each, CALLER, LOT) for each in ("sealed_count", "touched_in", "activated_in")] == [3, 1, 1]


def test_touch__marks_a_code_that_was_in_two_far_places() -> None:
    stage = Stage()
    codes = codes_of(stage, "A", "B")
    assert seal(stage, codes) == "done"
    assert touch(stage, "A", proof=proof(codes, "A"), **HANGZHOU) == "done"
    assert touch(stage, "A", latitude=305, longitude=1205) == "done"
    assert not stage.ask("suspected", CALLER, LOT, "A")
    stage.world.time += 3600
    events = stage.do("touch", CALLER, {"batch": LOT, "code": "A", **URUMQI})
    assert [type(each).__name__ for each in events] == ["CodeTouched", "CodeSuspected"]
    assert stage.ask("suspected", CALLER, LOT, "A")
    assert touch(stage, "A", **HANGZHOU) == "done"  # what is suspected once stays so, and is told once
    assert BATCHES.get(stage.world.state, LOT.text).suspected == 1


def test_touch__lets_a_thing_travel_in_its_time() -> None:
    stage = Stage()
    codes = codes_of(stage, "A")
    assert seal(stage, codes) == "done"
    assert touch(stage, "A", proof=proof(codes, "A"), **HANGZHOU) == "done"
    stage.world.time += 4 * 3600
    assert touch(stage, "A", **URUMQI) == "done"
    assert touch(stage, "A") == "done"  # without a place it says nothing
    assert not stage.ask("suspected", CALLER, LOT, "A")


def test_seal__bounds_what_can_ever_be_shown() -> None:
    """Who states fewer codes than the list has cannot show any of them by the list's own paths; who states more can, and is held to that."""
    stage = Stage()
    codes = codes_of(stage, *(f"C-{each}" for each in range(9)))
    less = replace(codes.root, count=8)
    assert stage.refusal("seal", CALLER, {"batch": LOT, "codes": less.text}) == "done"
    for code in codes:
        path = codes.path(code)
        for claimed in (path, replace(path, count=8)):
            assert touch(stage, code, proof=proof_text(claimed)) == "codes/10"


@given(st.tuples(st.integers(-900, 900), st.integers(-1800, 1800)), st.tuples(st.integers(-900, 900), st.integers(-1800, 1800)))
@settings(max_examples=200, deadline=None)
def test_apart__is_the_chord_and_never_more_than_the_way(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = ([radians(each / 10) for each in place] for place in (one, other))
    half = sin((second[0] - first[0]) / 2) ** 2 + cos(first[0]) * cos(second[0]) * sin((second[1] - first[1]) / 2) ** 2
    found = apart_km(one, other)
    assert abs(found - 2 * 6357 * sqrt(half)) <= 1
    assert found <= 2 * 6371 * asin(min(1.0, sqrt(half))) + 1
    assert found == apart_km(other, one)


CODES = [f"T-{each:02d}" for each in range(12)]


@given(st.lists(st.tuples(st.sampled_from(["touch", "activate", "seal"]), st.sampled_from(CODES), st.booleans()), max_size=30))
@settings(max_examples=40, deadline=None)
def test_batches__keep_their_counts(several: list[tuple[str, str, bool]]) -> None:
    """Against a plain model: the first ten codes are of the batch, two are beside it."""
    stage = Stage()
    assert allow(stage, 10) == "done"
    codes = codes_of(stage, *CODES[:10])
    assert seal(stage, codes, quota=FIELD) == "done"
    touches: dict[str, int] = {}
    used: set[str] = set()
    for verb, code, shows in several:
        given_proof = {"proof": proof(codes, code if code in codes else CODES[0])} if shows else {}
        may = code in touches or (shows and code in codes)
        match verb:
            case "touch":
                assert (touch(stage, code, **given_proof) == "done") == may
            case "activate":
                may = may and code not in used
                assert (activate(stage, code, **given_proof) == "done") == may
                used |= {code} if may else set()
            case _:
                may = False
                assert seal(stage, codes_of(stage, code, "Z"), OTHER, quota=FIELD) == "codes/7"
        touches[code] = touches.get(code, 0) + 1 if may else touches.get(code, 0)
        touches = {name: count for name, count in touches.items() if count}
    there = BATCHES.get(stage.world.state, LOT.text)
    assert (there.touched, there.activated) == (len(touches), len(used))
    assert {key[1]: mark.touches for key, mark in stage.all(MARKS).items()} == touches
    assert QUOTAS.get(stage.world.state, FIELD.text).sealed == 10
    assert CodesRoot.of_text(there.codes).count == there.count == 10
