"""The gate judges the very address that it connects to, whatever a page, a name server or a browser says."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from zhulian.offchain.addresses import address_of, may_reach, networks_of
from zhulian.offchain.capture.gate import Gate
from zhulian.offchain.capture.limits import Limits

INNER = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fc00::1",
    "fe80::1",
    "ff02::1",
)


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


@asynccontextmanager
async def _opened(*allow: str, **bounds: int) -> AsyncIterator[tuple[Gate, Callable[..., Any]]]:
    """A gate at work, and a way to ask it: number of its answer, then what came through after sending `data`."""
    gate = Gate(networks_of(allow), Limits(**bounds))
    listener = socket.create_server(("127.0.0.1", 0))
    where = listener.getsockname()
    listener.setblocking(False)
    await gate.serve(listener)

    async def ask(host: str, port: int, data: bytes = b"", command: int = 1) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"\x05\x01\x00")
        assert await reader.readexactly(2) == b"\x05\x00"
        writer.write(bytes((5, command, 0, 3, len(host))) + host.encode() + struct.pack("!H", port))
        answer = await reader.readexactly(10)
        if data and answer[1] == 0:
            writer.write(data)
            writer.write_eof()
        found = await reader.read(-1) if answer[1] == 0 else b""
        writer.close()
        return answer[1], found

    try:
        yield gate, ask
    finally:
        await gate.close()


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(-1))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize("address", INNER)
def test_addresses__inner_ones_are_not_reached(address: str) -> None:
    assert not may_reach(address_of(address), [])


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2400:3200::1", "64:ff9b::101:101"])
def test_addresses__public_ones_are(address: str) -> None:
    assert may_reach(address_of(address), [])


def test_gate__refuses_every_inner_address_by_its_literal() -> None:
    async def play() -> None:
        async with _opened() as (gate, ask):
            for each in INNER:
                assert (await ask(each, 80))[0] == 2, each
            assert {each.host for each in gate.turned} == set(INNER)
            assert all(each.inner for each in gate.turned)

    _run(play())


def test_gate__passes_to_an_address_that_the_operator_allows() -> None:
    async def play() -> None:
        async with _echo() as port, _opened("127.0.0.1/32") as (gate, ask):
            assert await ask("127.0.0.1", port, b"hello") == (0, b"hello")
            assert (await ask("127.0.0.2", port, b"hello"))[0] == 2
            assert (gate.received, gate.sent) == (5, 5)
            assert gate.looked["127.0.0.1"].remote == f"127.0.0.1 {port}"

    _run(play())


def test_gate__resolves_a_name_once_and_keeps_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise the second time (DNS rebinding) gains nothing."""
    answers = [["127.0.0.5"], ["127.0.0.1"]]
    asked: list[str] = []

    async def play() -> None:
        loop = asyncio.get_running_loop()

        async def getaddrinfo(host: str, *_: object, **__: object) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in answers[len(asked) - 1]]

        async with _echo() as port, _opened("127.0.0.1/32") as (gate, ask):
            real = loop.getaddrinfo
            monkeypatch.setattr(
                loop, "getaddrinfo", lambda host, *a, **k: (getaddrinfo if host == "rebind.test" else real)(host, *a, **k)
            )
            assert (await ask("rebind.test", port, b"x"))[0] == 2
            assert (await ask("rebind.test", port, b"x"))[0] == 2
            assert asked == ["rebind.test"]
            assert gate.looked["rebind.test"].addresses == ["127.0.0.5"]

    _run(play())


def test_gate__refuses_a_name_one_of_whose_addresses_is_inner(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        loop = asyncio.get_running_loop()

        async def getaddrinfo(*_: object, **__: object) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in ("1.1.1.1", "10.0.0.1")]

        async with _opened() as (gate, ask):
            monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
            real, opened = asyncio.open_connection, []

            async def watch(host: str, *rest: Any, **more: Any) -> Any:
                opened.append(host)
                return await real(host, *rest, **more)

            monkeypatch.setattr(asyncio, "open_connection", watch)
            assert (await ask("mixed.test", 80))[0] == 2
            assert opened == ["127.0.0.1"]  # the question to the gate itself, and nothing beyond it
            assert gate.turned[0].address == "10.0.0.1"

    _run(play())


def test_gate__connects_only_and_says_where_nothing_is() -> None:
    async def play() -> None:
        async with _opened("127.0.0.0/8") as (gate, ask):
            for command in (2, 3):  # BIND, UDP ASSOCIATE
                assert (await ask("127.0.0.1", 80, command=command))[0] == 7
            with socket.create_server(("127.0.0.1", 0)) as taken:
                port = taken.getsockname()[1]
            assert (await ask("127.0.0.1", port))[0] == 4
            assert (await ask("update.googleapis.com", 443))[0] == 2  # the browser's own errands
            assert not gate.turned[0].inner

    _run(play())


def test_gate__ends_where_too_much_comes() -> None:
    async def play() -> None:
        async with _echo() as port, _opened("127.0.0.1/32", bytes_max=1000) as (gate, ask):
            await ask("127.0.0.1", port, b"x" * 1001)
            assert gate.over.is_set()

    _run(play())


def test_gate__ends_where_there_are_too_many_connections() -> None:
    async def play() -> None:
        async with _echo() as port, _opened("127.0.0.1/32", connections_max=2) as (gate, ask):
            await ask("127.0.0.1", port, b"x")
            await ask("127.0.0.1", port, b"x")
            assert not gate.over.is_set()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await ask("127.0.0.1", port, b"x")
            assert gate.over.is_set()

    _run(play())


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\x04\x01", b"\x05", b"\x05\x01\x00\x05\x01\x00\x03\xff"])
def test_gate__closes_on_whoever_speaks_otherwise(said: bytes) -> None:
    async def play() -> None:
        gate = Gate([], Limits())
        listener = socket.create_server(("127.0.0.1", 0))
        where = listener.getsockname()
        listener.setblocking(False)
        await gate.serve(listener)
        reader, writer = await asyncio.open_connection(*where)
        writer.write(said)
        writer.write_eof()
        assert (await reader.read(-1)).removeprefix(b"\x05\x00") == b""
        writer.close()
        await gate.close()
        assert gate.looked == {}

    _run(play())
