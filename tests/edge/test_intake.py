"""What the edge takes from devices and what it refuses, each by its number; nothing that was taken is lost or taken twice."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edge.bare import DAY_MS, NAME, NOW_MS, Bare, device, signer
from zhulian.client.devices.papers import make_batch
from zhulian.edge import intake as taking
from zhulian.edge.errors import BufferFull, NotHeld
from zhulian.edge.judging import missing_numbers
from zhulian.edge.packets import PACKET, SEALED, Sealed, make_packet, read_message
from zhulian.edge.proving import prove_reading
from zhulian.edge.recorder import Recorder
from zhulian.modules.device.format import Reading

SEED = bytes(range(32))


def rows(first: int, *values: int, start: int = NOW_MS - 60_000, step: int = 1000, name: str = NAME) -> list[Reading]:
    return [
        Reading(device=name, sequence=first + place, time_ms=start + (first + place) * step, value=value)
        for place, value in enumerate(values)
    ]


def packet(bare: Bare, readings: list[Reading], key: int = 7) -> bytes:
    return make_packet(bare.hasher, signer(key), readings)


def sealed(bare: Bare, readings: list[Reading], key: int = 7, **changed: Any) -> bytes:
    paper = make_batch(bare.hasher, signer(key), readings, SEED)
    return SEALED.encode(Sealed(format="zhulian/sealed-readings/1", paper=paper, seed=changed.get("seed", SEED.hex())))


def test_readings__are_refused_by_number_and_the_rest_is_taken(bare: Bare) -> None:
    good = packet(bare, rows(1, 10, 11, 12))
    mistaken = PACKET.decode(good)
    forged = PACKET.encode(msgspec.structs.replace(mistaken, signature="11" * 64))
    retouched = PACKET.encode(
        msgspec.structs.replace(
            mistaken, said=msgspec.structs.replace(mistaken.said, readings=[*mistaken.said.readings[:2], (3, NOW_MS, 4)])
        )
    )
    messages = [
        (b"{}", "edge/1"),
        (b"\xff" * 40_000, "edge/1"),
        (packet(bare, list(reversed(rows(1, 1, 2)))), "edge/1"),
        (packet(bare, rows(1, 1, name="org1.none")), "edge/4"),
        (packet(bare, rows(1, 1), key=8), "edge/6"),
        (forged, "edge/6"),
        (retouched, "edge/6"),
        (good, None),
        (good, "edge/8"),
        (packet(bare, rows(3, 99)), "edge/9"),
        (packet(bare, rows(4, 1, start=NOW_MS + 200_000)), "edge/10"),
        (packet(bare, rows(4, 1, start=NOW_MS - 300_000)), "edge/10"),
        (packet(bare, rows(4, 1, start=NOW_MS - 40 * DAY_MS)), "edge/10"),
        (packet(bare, rows(4, 601)), "edge/12"),
        (packet(bare, rows(4, -401)), "edge/12"),
        (packet(bare, rows(2, 11, 12, 600)), None),
    ]
    assert bare.offer("readings", *(each for each, _ in messages)) == [number for _, number in messages]
    assert [row[2] for row in bare.store.readings(NAME, 1, 9)] == [10, 11, 12, 600]
    assert bare.offer("readings", packet(bare, rows(5, 1)), topic="org1.other") == ["edge/2"]
    assert bare.intake.refused == {"edge/2": 1}


def test_readings__of_a_retired_device_or_behind_its_calibration_are_refused(tmp_path: Path) -> None:
    bare = Bare(tmp_path / "edge", [("org1.old", device(9, retired=True))])
    assert bare.offer("readings", packet(bare, rows(1, 1, name="org1.old"), key=9)) == ["edge/5"]
    bare.now_ms = NOW_MS + 2 * DAY_MS
    late = rows(1, 1, start=NOW_MS + DAY_MS + 1000)
    assert bare.offer("readings", packet(bare, late)) == ["edge/11"]
    bare.store.close()


def test_readings__signed_by_the_former_key_are_those_from_before(tmp_path: Path) -> None:
    bare = Bare(tmp_path / "edge")
    bare.store.keep_devices([(NAME, device(8, former=7))])
    bare.again()
    before, after = packet(bare, rows(1, 1)), packet(bare, rows(2, 1, start=NOW_MS))
    assert bare.offer("readings", before, after, packet(bare, rows(2, 1, start=NOW_MS), key=8)) == [None, "edge/6", None]
    bare.store.close()


def test_batch__is_taken_once_its_readings_are_here(bare: Bare) -> None:
    readings = rows(1, 10, 11, 12, 13, 14)
    batch = sealed(bare, readings)
    assert bare.offer("batch", b"{}", batch) == ["edge/1", "edge/13"]
    assert bare.offer("readings", packet(bare, readings[:2]), packet(bare, readings[3:])) == [None, None]
    assert bare.offer("batch", batch) == ["edge/13"]
    assert bare.offer("readings", packet(bare, readings[2:3])) == [None]
    assert bare.offer("batch", sealed(bare, [*readings[:4], rows(5, 15)[0]])) == ["edge/14"]
    assert bare.offer("batch", sealed(bare, readings, key=8)) == ["edge/6"]
    assert bare.offer("batch", sealed(bare, readings, seed="00" * 32)) == ["edge/14"]
    assert bare.offer("batch", batch, batch) == [None, None]
    assert bare.offer("batch", sealed(bare, readings[1:3])) == ["edge/7"]
    assert bare.offer("readings", packet(bare, readings[:1])) == ["edge/7"]
    assert [each.device for each in bare.store.waiting()] == [NAME]
    assert bare.again().store.counts() == {"held": 1, "recorded": 0, "refused": 0}
    assert bare.offer("readings", packet(bare, readings)) == ["edge/7"]


def test_missing__is_named_as_people_write_it() -> None:
    there = [(number, 0, 0) for number in (1, 2, 6, 9)]
    assert missing_numbers(there, 1, 12) == "3-5, 7-8, 10-12"
    assert missing_numbers([], 4, 4) == "4"
    assert missing_numbers([(2 * number, 0, 0) for number in range(20)], 0, 40).endswith("…")


def test_offer__turns_away_what_does_not_fit_into_memory(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "WAITING_MAX", 2)
    bare.intake = bare._intake()
    bare.intake._waiting = asyncio.Queue(2)

    async def run() -> Any:
        first = [asyncio.ensure_future(bare.intake.offer("readings", b"{}")) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await bare.intake.offer("readings", b"{}")
        for each in first:
            each.cancel()
        return refused

    assert isinstance(asyncio.run(run()), BufferFull)


@given(st.lists(st.sampled_from(["read", "read", "read", "lose", "twice", "restart", "close"]), min_size=1, max_size=25))
@settings(max_examples=12, deadline=None)
def test_recorder_and_edge__lose_nothing_whatever_the_line_does(steps: list[str]) -> None:
    """Packets lost, doubled, the edge restarted at any moment: after catching up every number is held once, with its value."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Bare(Path(folder) / "edge")
        recorder = Recorder(bare.hasher, signer(7), NAME, Path(folder) / "memory.json")
        read: dict[int, int] = {}
        for place, step in enumerate(steps):
            if step == "restart":
                bare.again()
                recorder = Recorder(bare.hasher, signer(7), NAME, Path(folder) / "memory.json")
            elif step == "close":
                recorder.close()
            else:
                message = recorder.read(NOW_MS - 60_000 + place * 1000, place)
                read[len(read) + 1] = place
                if step != "lose":
                    bare.offer("readings", *[message] * (2 if step == "twice" else 1))
        recorder.close()
        for kind, data in recorder.again(0):
            bare.offer("readings" if kind == "readings" else "batch", data)
        held = {number: value for number, _, value in bare.store.readings(NAME, 1, 1000)}
        assert held == read
        last = max(read, default=0)
        assert bare.store.tail(NAME).sealed == last
        recorder.acknowledge(last)
        assert recorder.unacknowledged == 0
        bare.store.close()


def test_prove__needs_a_batch_that_is_on_the_chain(bare: Bare) -> None:
    readings = rows(1, 10, 11)
    bare.offer("readings", packet(bare, readings))
    bare.offer("batch", sealed(bare, readings))
    for number in (1, 3):
        with pytest.raises(NotHeld):
            prove_reading(None, bare.store, NAME, number)  # type: ignore[arg-type]


def test_forget__drops_only_what_is_settled_and_old(bare: Bare) -> None:
    readings = rows(1, 10, 11)
    bare.offer("readings", packet(bare, readings))
    bare.offer("batch", sealed(bare, readings))
    assert bare.store.forget(NOW_MS + DAY_MS) == 0
    (held,) = bare.store.waiting()
    bare.store.settle(held, "recorded", "ab" * 32, 7)
    assert bare.store.forget(NOW_MS - DAY_MS) == 0
    assert bare.store.forget(NOW_MS + DAY_MS) == 2
    assert bare.store.batch(NAME, 2) is not None


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
@settings(max_examples=12, deadline=None)
def test_messages__that_are_none_are_refused_and_never_a_fault(data: bytes) -> None:
    for codec in (PACKET, SEALED):
        with pytest.raises(Exception) as refusal:
            read_message(codec, data)  # type: ignore[arg-type]
        assert getattr(refusal.value, "code", "") == "edge/1"
