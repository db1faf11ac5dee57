import asyncio
import json
import signal
from pathlib import Path

import httpx
import pytest
from gateway_fake import FakeLedger, envelope
from gateway_process import on_socket, running

pytestmark = pytest.mark.anyio


async def _raw(port: int, data: bytes, seconds: float = 5) -> bytes:
    """What comes back for these bytes until the line is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        async with asyncio.timeout(seconds):
            return await reader.read()
    finally:
        writer.close()


async def test_process__end_to_end_and_back_after_the_ledger_was_away(ledger: FakeLedger, tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, httpx.AsyncClient(base_url=gateway.url, trust_env=False) as http:
        assert (await http.get("/v1/status")).status_code == 503
        for _ in range(2):  # the ledger comes, goes and comes again
            async with on_socket(ledger, tmp_path):
                assert (await http.get("/v1/status")).status_code == 200
                body = b"\n".join(envelope(number) for number in range(2000))
                answer = await http.post("/v1/transactions/batch", content=body, headers={"Content-Type": "application/x-ndjson"})
                assert {each["status"] for each in answer.json()["outcomes"]} == {"applied"}
                assert (await http.get("/v1/blocks/1")).json()["header"]["height"] == 1
            assert (await http.get("/v1/status")).status_code == 503
        gateway.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(gateway.process.wait, 10) == 0
    assert "Traceback" not in (tmp_path / "gateway.log").read_text()


async def test_process__events_resume_by_height_over_the_wire(ledger: FakeLedger, tmp_path: Path) -> None:
    for _ in range(3):
        ledger.add_block()

    async def heights(http: httpx.AsyncClient, count: int, headers: dict[str, str]) -> list[int]:
        found = []
        async with asyncio.timeout(10), http.stream("GET", "/v1/events?after_height=0", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    found.append(json.loads(line[6:])["height"])
                    if len(found) == count:
                        return found
                    if found[-1] < 6 and len(ledger.log) < 6:
                        ledger.add_block()
        return found

    async with (
        on_socket(ledger, tmp_path),
        running(tmp_path, "streams_max = 1") as gateway,
        httpx.AsyncClient(base_url=gateway.url, trust_env=False) as http,
    ):
        assert await heights(http, 4, {}) == [1, 2, 3, 4]
        await asyncio.sleep(0.3)  # the place is given back when the client has gone
        assert await heights(http, 2, {"Last-Event-ID": "4"}) == [5, 6]
        async with http.stream("GET", "/v1/events"):
            second = await http.get("/v1/events")
            assert (second.status_code, second.json()["code"]) == (429, "gateway/22")
            gateway.process.send_signal(signal.SIGTERM)  # ends although a stream is open
            assert await asyncio.to_thread(gateway.process.wait, 8) == 0


async def test_process__bad_heads_slow_heads_and_too_many_lines(tmp_path: Path) -> None:
    async with running(tmp_path, "head_s = 0.5\nconnections_max = 8\nhead_bytes_max = 4096") as gateway:
        junk, long, silent, dripping, first = await asyncio.gather(
            _raw(gateway.port, b"\x16\x03\x01\x00\x00 junk\r\n\r\n"),
            _raw(gateway.port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
            _raw(gateway.port, b""),
            _raw(gateway.port, b"GET / HTTP/1.1\r\nHost: 127"),
            _raw(gateway.port, b"GET /v1/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
        )
        lines = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(12)]
        refused = await asyncio.gather(*(reader.read() for reader, _ in lines))
        for _, writer in lines:
            writer.close()
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(gateway.url + "/v1/nothing")).status_code == 404
    for answer in (junk, long):
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"application/problem+json" in answer
        assert b"gateway/30" in answer
    assert silent == dripping == b""
    assert first.startswith(b"HTTP/1.1 404")
    assert sum(b"429 Too Many" in each and b"retry-after: 1" in each for each in refused) >= 4


async def test_process__a_flood_is_told_to_come_again_and_memory_stays_bounded(ledger: FakeLedger, tmp_path: Path) -> None:
    settings = "requests_max = 100\nrequest_bytes_max = 8000000\nwait_s = 0.5"
    head = b"POST /v1/transactions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 250000\r\n\r\n"

    async def one(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"x" * 250_000)
        try:
            return await reader.readuntil(b"\r\n\r\n")
        finally:
            writer.transport.abort()

    async with on_socket(ledger, tmp_path), running(tmp_path, settings) as gateway, httpx.AsyncClient(trust_env=False) as http:
        await http.get(gateway.url + "/v1/status")
        before = gateway.resident()
        for _ in range(3):  # 300 MB come in
            ledger.silent = True
            answers = await asyncio.gather(*(one(gateway.port) for _ in range(400)))
            assert gateway.resident() - before < 150_000_000  # 32 bodies in a few copies, and one read a line
            ledger.silent = False
            assert (await http.get(gateway.url + "/v1/status")).status_code == 200
            heads = [answer.lower() for answer in answers]
            assert {each[9:12] for each in heads} == {b"429", b"504"}
            assert all(b"retry-after: 1" in each for each in heads)
            assert sum(each[9:12] == b"429" for each in heads) > 50


async def test_process__says_what_is_wrong_with_its_settings(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="authentication") as fault:
        async with running(tmp_path, "authentication = 'sometimes'"):
            pass
    assert json.loads(str(fault.value).splitlines()[-1])["code"] == "form/9"
