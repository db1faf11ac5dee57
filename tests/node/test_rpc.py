"""Frames, the ledger process's door, and the client of the gateway."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.errors import Bug
from zhulian.node import methods, server
from zhulian.node.errors import Busy, FrameTooLong, NodeUnreachable, RemoteRefusal
from zhulian.node.frames import FRAME_BYTES_MAX, FrameReader, frame
from zhulian.node.guard import Guard
from zhulian.node.rpc import LedgerClient
from zhulian.node.server import Server


@given(payloads=st.lists(st.binary(max_size=50), max_size=8), cuts=st.lists(st.integers(1, 20), min_size=1, max_size=50))
def test_frames__survive_any_cutting(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(each) for each in payloads)
    reader, found, at = FrameReader(), [], 0
    for turn in range(len(stream) + 1):
        size = cuts[turn % len(cuts)]
        found += reader.feed(stream[at : at + size])
        at += size
    assert found == payloads


def test_frames__are_bounded_on_both_sides() -> None:
    with pytest.raises(FrameTooLong):
        frame(bytes(FRAME_BYTES_MAX + 1))
    with pytest.raises(FrameTooLong):
        FrameReader().feed(struct.pack(">I", FRAME_BYTES_MAX + 1))


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 10))  # type: ignore[arg-type]


@asynccontextmanager
async def serving(path: Path, **handlers: Any) -> AsyncIterator[tuple[LedgerClient, Server, Guard]]:
    guard = Guard(asyncio.get_running_loop())
    door = Server(handlers, guard)
    await door.start(path)
    client = LedgerClient(path)
    try:
        yield client, door, guard
    finally:
        await client.close()
        await door.close()


async def _submit(params: methods.Submit) -> list[dict[str, Any]]:
    return [{"transaction": each.hex(), "status": params.wait} for each in params.txs]


def test_client__asks_and_is_answered(tmp_path: Path) -> None:
    async def test() -> None:
        async with serving(tmp_path / "s", submit=_submit) as (client, _, _):
            assert await client.submit([b"\x01", b"\xff"], "sealed") == [
                {"transaction": "01", "status": "sealed"},
                {"transaction": "ff", "status": "sealed"},
            ]
            assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600
        assert not (tmp_path / "s").exists()

    run(test)


def test_client__has_many_requests_under_way_and_answers_out_of_order(tmp_path: Path) -> None:
    gates = {each: asyncio.Event() for each in range(3)}

    async def block(params: methods.Block) -> int:
        await gates[params.height].wait()
        return params.height

    async def test() -> None:
        async with serving(tmp_path / "s", block=block) as (client, _, _):
            tasks = [asyncio.create_task(client.block(each)) for each in range(3)]
            for each in (2, 0, 1):
                gates[each].set()
                assert await tasks[each] == each

    run(test)


def test_client__gets_a_refusal_as_it_was_raised(tmp_path: Path) -> None:
    async def head(_: methods.Nothing) -> None:
        raise Busy(pending=7, retry_after_s=3)

    async def test() -> None:
        async with serving(tmp_path / "s", head=head) as (client, _, _):
            with pytest.raises(RemoteRefusal) as caught:
                await client.head()
            original = Busy(pending=7, retry_after_s=3)
            assert caught.value.as_problem() == original.as_problem()
            assert str(caught.value) == str(original)

    run(test)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("open_sesame", {}, "node/5"),
        ("head", {}, "node/5"),
        ("submit", {"txs": "no"}, "node/6"),
        ("submit", {"txs": [], "wait": "never"}, "node/6"),
        ("submit", {"txs": [], "x": 1}, "node/6"),
    ],
)
def test_server__refuses_what_it_does_not_know(tmp_path: Path, method: str, params: Any, code: str) -> None:
    async def test() -> None:
        async with serving(tmp_path / "s", submit=_submit) as (client, _, _):
            with pytest.raises(RemoteRefusal) as caught:
                await client.call(method, params)
            assert caught.value.code == code

    run(test)


def test_server__hangs_up_on_garbage_and_serves_the_next(tmp_path: Path) -> None:
    async def test() -> None:
        async with serving(tmp_path / "s", submit=_submit) as (client, _, guard):
            for garbage in (b"\xff\xff\xff\xff", frame(b"\xc1"), frame(b"")):
                reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
                writer.write(garbage)
                assert await reader.read() == b""
                writer.close()
            assert await client.submit([]) == []
            assert guard.error is None

    run(test)


def test_server__is_busy_beyond_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUESTS_MAX", 2)
    gate = asyncio.Event()

    async def head(_: methods.Nothing) -> int:
        await gate.wait()
        return 1

    async def test() -> None:
        async with serving(tmp_path / "s", head=head) as (client, _, _):
            first = [asyncio.create_task(client.head()) for _ in range(2)]
            await asyncio.sleep(0.05)
            with pytest.raises(RemoteRefusal) as caught:
                await client.head()
            assert caught.value.code == "node/2"
            assert caught.value.fields["retry_after_s"] >= 1
            gate.set()
            assert await asyncio.gather(*first) == [1, 1]

    run(test)


def test_server__turns_requests_away_while_it_stops(tmp_path: Path) -> None:
    async def test() -> None:
        async with serving(tmp_path / "s", submit=_submit) as (client, door, _):
            await client.submit([])
            door.refuse_new()
            with pytest.raises(RemoteRefusal) as caught:
                await client.submit([])
            assert caught.value.code == "node/14"
            await door.drain()

    run(test)


def test_client__says_that_nobody_is_there(tmp_path: Path) -> None:
    async def test() -> None:
        with pytest.raises(NodeUnreachable) as caught:
            await LedgerClient(tmp_path / "nobody").head()
        assert isinstance(caught.value, ConnectionError)
        assert caught.value.fields["socket"].endswith("nobody")

    run(test)


def test_client__hears_of_a_break_and_connects_again(tmp_path: Path) -> None:
    async def head(_: methods.Nothing) -> None:
        await asyncio.sleep(60)

    async def test() -> None:
        async with serving(tmp_path / "s", head=head, submit=_submit) as (client, door, _):
            waiting = asyncio.create_task(client.head())
            await asyncio.sleep(0.05)
            await door.close()
            with pytest.raises(NodeUnreachable):
                await waiting
            with pytest.raises(NodeUnreachable):
                await client.head()
        async with serving(tmp_path / "s", submit=_submit):
            assert await client.submit([b"\x01"]) == [{"transaction": "01", "status": "committed"}]
            await client.close()

    run(test)


@pytest.mark.parametrize("error", [KeyError("nobody foresaw this"), Bug("broken promise")])
def test_guard__an_unforeseen_exception_ends_the_process(tmp_path: Path, error: BaseException) -> None:
    async def head(_: methods.Nothing) -> None:
        raise error

    async def test() -> None:
        async with serving(tmp_path / "s", head=head) as (client, _, guard):
            task = asyncio.create_task(client.head())
            with pytest.raises(type(error)):
                await guard.wait()
            with pytest.raises(type(error)):
                guard.check()
            task.cancel()

    run(test)


def test_guard__hears_of_callbacks_too() -> None:
    async def test() -> None:
        loop = asyncio.get_running_loop()
        guard = Guard(loop)
        loop.call_soon(lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            await guard.wait()

    run(test)
