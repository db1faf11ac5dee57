"""The clock's offset, from a real time server on loopback."""

import asyncio

import pytest

from tests.offchain.capture.conftest import TimeServer
from zhulian.offchain.capture.clock import Reading, read_clock


def _ask(*servers: str) -> list[Reading]:
    return asyncio.run(read_clock(servers))


@pytest.mark.parametrize("ahead_s", [0.0, 7.5, -3600.0])
def test_clock__is_held_against_a_server(ahead_s: float) -> None:
    server = TimeServer(ahead_s)
    (found,) = _ask(server.name)
    server.close()
    assert found.failure == ""
    assert found.stratum == 2
    assert abs(found.offset_ms - ahead_s * 1000) <= 100 + found.delay_ms


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda good: good[:40], "short"),
        (lambda good: bytes((0x23,)) + good[1:], "mode"),
        (lambda good: good[:1] + b"\x00" + good[2:], "kiss of death"),
        (lambda good: good[:1] + b"\x10" + good[2:], "not synchronised"),
        (lambda good: good[:24] + bytes(8) + good[32:], "another question's"),
        (lambda good: good[:40] + bytes(8), "no time"),
    ],
)
def test_clock__does_not_believe_strange_answers(spoil: object, what: str) -> None:
    server = TimeServer(mend=spoil)  # type: ignore[arg-type]
    (found,) = _ask(server.name)
    server.close()
    assert found.failure, what
    assert found.offset_ms == 0


def test_clock__says_where_nobody_answers(time_server: TimeServer) -> None:
    found = _ask("name.invalid", time_server.name, "127.0.0.1:no")
    assert [bool(each.failure) for each in found] == [True, False, True]
    assert _ask() == []
