"""Devices through the words of definitions: cards, batches in the order of their guards, and the figures of any period."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.device.made import CALLER, CERTIFICATE, DAY, NAME, Bench, read_at
from zhulian.errors import Refusal
from zhulian.language.lending import Caller
from zhulian.modules.device.errors import DeviceFull, NothingMeasured, PeriodUnfit, UnknownDevice
from zhulian.modules.device.format import BATCH_PAPER, CARD_PAPER, Batch, BatchPaper, CardPaper, batch_preimage
from zhulian.modules.device.judging import require_sound
from zhulian.modules.device.limits import BATCHES_MAX
from zhulian.modules.device.state import BATCHES, DEVICES, LINES, SPANS

HOUR = 3_600_000


def bench() -> Bench:
    made = Bench()
    assert made.enrol() == "done"
    made.world.time += 3600
    return made


def signed(made: Bench, batch: Batch, key: int = 7) -> BatchPaper:
    """A batch as it stands, right or wrong, signed by a key."""
    signer = made.signer(key)
    paper = made.batch(read_at(made.now_ms, 1, [0]), signer)
    return msgspec.structs.replace(paper, batch=batch, signature=signer.sign(batch_preimage(made.hasher, batch)).hex())


def test_enrol__walks_its_refusals() -> None:
    made = Bench()
    other = made.card("org2.probe-1")
    card = made.card()
    assert made.enrol(owner="org2") == "device/2"
    assert made.enrol(other, device="org2.probe-1") == "device/2"
    assert made.enrol("{}") == "device/1"
    assert made.enrol("x") == "device/1"
    assert made.enrol(other) == "device/9"
    assert made.enrol(made.card(low=10, high=9)) == "device/4"
    assert made.enrol(until=made.world.time) == "device/6"
    assert made.enrol(until=made.world.time + 6 * 366 * DAY) == "device/6"
    assert (
        made.enrol(msgspec.structs.replace(card, card=msgspec.structs.replace(card.card, public_key="04" + "11" * 64)))
        == "crypto/3"
    )
    assert made.enrol(msgspec.structs.replace(card, card=msgspec.structs.replace(card.card, high=601))) == "device/11"
    assert made.enrol() == "done"
    assert made.enrol() == "device/3"
    assert made.enrol(made.card("org1.probe-8"), device="org1.probe-8") == "device/5"
    assert made.ask("enrolled", NAME)
    assert not made.ask("enrolled", "org1.probe-8")
    device = DEVICES.get(made.world.state, NAME)
    assert (device.owner, device.unit, device.calibration.certificate) == ("org1", "°C", CERTIFICATE)


def test_calibrate_and_retire__are_the_owners() -> None:
    made = Bench()
    calibration = {"device": NAME, "owner": "org1", "until": made.world.time + 60 * DAY, "certificate": "cf" * 32}
    ending = {"device": NAME, "owner": "org1", "why": "broken"}
    do = made.stage.refusal
    assert do("calibrate", CALLER, calibration) == "device/7"
    assert made.enrol() == "done"
    assert do("calibrate", Caller("cold", "do", parties=("org2",)), calibration) == "device/2"
    assert do("calibrate", CALLER, {**calibration, "until": made.world.time}) == "device/6"
    assert do("calibrate", CALLER, calibration) == "done"
    assert DEVICES.get(made.world.state, NAME).calibration.until == calibration["until"]
    assert do("retire_device", Caller("cold", "do", parties=("org2",)), {**ending, "owner": "org2"}) == "device/2"
    assert do("retire_device", CALLER, {**ending, "why": "dull"}) == "language/190"
    assert do("retire_device", CALLER, ending) == "done"
    assert do("retire_device", CALLER, ending) == "device/8"
    assert do("calibrate", CALLER, calibration) == "device/8"
    assert made.measure(made.batch(read_at(made.now_ms, 1, [1]))) == "device/8"
    assert not made.ask("enrolled", NAME)


def test_measure__walks_its_refusals() -> None:
    made = bench()
    start = made.now_ms - 1_800_000
    good = made.batch(read_at(start, 5, [-180, -185, -179]))
    assert made.measure("[]") == "device/1"
    assert made.measure(good, "org1.probe-8") == "device/9"
    assert made.measure(made.batch(read_at(start, 5, [1], device="org1.none")), "org1.none") == "device/7"
    assert made.measure(made.batch(read_at(start, 5, [1]), made.signer(8))) == "device/10"
    assert made.measure(signed(made, msgspec.structs.replace(good.batch, newest=-100))) == "device/12"
    assert made.measure(msgspec.structs.replace(good, batch=msgspec.structs.replace(good.batch, most=-100))) == "device/11"
    assert made.measure(good) == "done"
    assert made.measure(good) == "device/13"
    assert made.measure(made.batch(read_at(start + HOUR // 2, 7, [1, 2]))) == "device/13"
    assert made.measure(made.batch(read_at(start - 60_000, 8, [1]))) == "device/14"
    assert made.measure(made.batch(read_at(made.now_ms + 120_001, 8, [1]))) == "device/15"
    assert made.measure(made.batch(read_at(start + 5000, 8, [601]))) == "device/18"
    assert made.measure(made.batch(read_at(start + 5000, 8, [-401]))) == "device/18"
    assert made.measure(made.batch(read_at(start + 5000, 8, [600, -400]))) == "done"
    made.world.time += 40 * DAY
    assert made.measure(made.batch(read_at(made.now_ms, 10, [1]))) == "device/17"


def test_measure__takes_nothing_from_before_enrolment() -> None:
    made = Bench()
    assert made.enrol() == "done"
    assert made.measure(made.batch(read_at(made.now_ms - 120_001, 1, [1]))) == "device/16"
    assert made.measure(made.batch(read_at(made.now_ms - 119_000, 1, [1]))) == "done"


def test_measure__stops_where_a_sum_or_the_number_of_batches_ends() -> None:
    made = Bench()
    assert made.enrol(made.card(low=-(10**12), high=10**12)) == "done"
    one = made.batch(read_at(made.now_ms, 1, [10**12]))
    heavy = msgspec.structs.replace(one.batch, count=9008, last=9008, total=2**53 - 1, until=made.now_ms + 1, least=0, newest=0)
    assert made.measure(signed(made, heavy)) == DeviceFull.code
    assert made.measure(one) == "done"
    line = LINES.get(made.world.state, NAME)
    full = LINES.key(NAME), msgspec.json.encode(msgspec.structs.replace(line, batches=BATCHES_MAX), order="sorted")
    made.world.state.apply(dict([full]))
    assert made.measure(made.batch(read_at(made.now_ms + 1, 2, [1]))) == DeviceFull.code


@pytest.mark.parametrize(
    "changed",
    [
        {"last": 9},
        {"count": 4},
        {"count": 1},
        {"count": 2, "last": 10},
        {"until": 999},
        {"pause": 2001},
        {"newest": 4},
        {"newest": 0},
        {"total": 2},
        {"total": 10},
    ],
)
def test_batch__that_contradicts_itself_is_none(changed: dict[str, Any]) -> None:
    made = Bench()
    batch = made.batch(read_at(1000, 10, [1, 2, 3])).batch
    require_sound(batch)
    with pytest.raises(Refusal) as refusal:
        require_sound(msgspec.structs.replace(batch, **changed))
    assert refusal.value.code == "device/12"


def test_papers__come_back_from_their_text_and_no_other_text_reads_as_one() -> None:
    made = Bench()
    card, batch = CARD_PAPER.encode(made.card()), BATCH_PAPER.encode(made.batch(read_at(1000, 1, [5])))
    assert CARD_PAPER.decode(card, 4096) == made.card() or isinstance(CARD_PAPER.decode(card, 4096), CardPaper)
    assert made.measure(batch.decode() + " ") == "device/1"
    assert made.measure(batch.decode().replace('"count":1', '"count":1.0')) == "device/1"
    assert made.measure("[" * 5000) == "device/1"


def test_reads__of_a_period_where_nothing_was_measured() -> None:
    made = bench()
    now = made.world.time
    assert (made.ask("metered", NAME, now - 60, now), made.ask("gap", NAME, now - 60, now)) == (0, 0)
    assert made.ask("silence", NAME, now - 60, now + 600) == 60
    for read in ("highest", "lowest"):
        with pytest.raises(NothingMeasured):
            made.ask(read, NAME, now - 60, now)
        with pytest.raises(UnknownDevice):
            made.ask(read, "org1.none", now - 60, now)
    for read in ("latest", "latest_at"):
        with pytest.raises(NothingMeasured):
            made.ask(read, NAME)
    with pytest.raises(PeriodUnfit):
        made.ask("metered", NAME, now, now - 1)
    assert made.ask("measured", NAME) == 0


def test_silence__counts_the_edges_of_the_period() -> None:
    made = bench()
    now = made.world.time
    assert made.measure(made.batch(read_at((now - 1800) * 1000, 1, [1, 2, 3], step_ms=60_000))) == "done"
    assert made.measure(made.batch(read_at((now - 900) * 1000, 4, [1, 2]))) == "done"
    assert made.ask("silence", NAME, now - 3600, now) == 1800
    assert made.ask("silence", NAME, now - 1800, now) == 899
    assert made.ask("silence", NAME, now - 1800, now - 800) == 780
    assert made.ask("silence", NAME, now - 900, now - 890) == 9
    assert made.ask("latest_at", NAME) == now - 899
    assert made.ask("latest", NAME) == 2


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(-400, 600), min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 90), st.integers(1, 20)
        ),
        min_size=1,
        max_size=20,
    ),
    st.data(),
)
@settings(max_examples=25, deadline=None)
def test_period__is_what_a_plain_list_of_batches_says(
    batches: list[tuple[list[int], int, int, int]], data: st.DataObject
) -> None:
    """Against a list: every figure of every period, whatever gaps and pauses lie in it, in bounded steps (held by `ask`)."""
    made = bench()
    at, number = made.now_ms // 1000, 1
    told: list[tuple[int, int, list[int], int]] = []  # since, until, values, missing before
    first_ever = True
    for values, missing, wait, step in batches:
        at, number = at + wait, number + missing
        made.world.time = max(made.world.time, at + step * len(values))
        readings = read_at(at * 1000, number, values, step_ms=step * 1000)
        assert made.measure(made.batch(readings)) == "done"
        until = at + step * (len(values) - 1)
        told.append((at, until, values, 0 if first_ever else missing))
        at, number, first_ever = until, number + len(values), False
    for _ in range(4):
        since = data.draw(st.integers(told[0][0] - 20, told[-1][1] + 20))
        end = data.draw(st.integers(since, told[-1][1] + 40))
        inside = [each for each in told if since <= each[1] < end]
        values = [value for each in inside for value in each[2]]
        assert made.ask("metered", NAME, since, end) == sum(values)
        assert made.ask("gap", NAME, since, end) == sum(each[3] for each in inside)
        if inside:
            assert made.ask("highest", NAME, since, end) == max(values)
            assert made.ask("lowest", NAME, since, end) == min(values)
    assert made.ask("measured", NAME) == sum(len(each[2]) for each in told)
    count = len(made.stage.all(BATCHES))
    assert count == len(told)
    assert len(made.stage.all(SPANS)) == sum(count >> level for level in range(1, 23))
