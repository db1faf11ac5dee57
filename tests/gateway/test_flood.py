import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from gateway_fake import FakeLedger, Make, envelope

from zhulian.gateway.app import Gateway

pytestmark = pytest.mark.anyio


async def test_flood__beyond_the_queue_is_told_to_come_again(client: Make, ledger: FakeLedger, gateways: list[Gateway]) -> None:
    ledger.silent = True
    async with client(requests_max=20, wait_s=0.3) as http:
        tasks = [asyncio.create_task(http.post("/v1/transactions", content=envelope(number))) for number in range(60)]
        answers = await asyncio.gather(*tasks)
    turned = [each for each in answers if each.status_code == 429]
    assert len(turned) == 40
    assert all(each.headers["retry-after"] == "1" and each.json()["code"] == "gateway/5" for each in turned)
    assert sum(each.status_code == 504 for each in answers) == 20


async def test_flood__the_bytes_of_all_bodies_are_bounded(client: Make, ledger: FakeLedger, gateways: list[Gateway]) -> None:
    ledger.silent = True
    body = b"x" * 100_000
    async with client(request_bytes_max=1_000_000, wait_s=0.3) as http:
        tasks = [asyncio.create_task(http.post("/v1/transactions", content=body)) for _ in range(25)]
        await asyncio.sleep(0.1)
        assert gateways[0].context.gate.bytes == 1_000_000
        answers = await asyncio.gather(*tasks)
    assert sum(each.status_code == 429 for each in answers) == 15


async def test_single_submissions_of_one_turn_travel_together(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        answers = await asyncio.gather(*(http.post("/v1/transactions", content=envelope(number)) for number in range(50)))
    assert all(each.status_code == 200 for each in answers)
    assert sum(items for _, items in ledger.calls) == 50
    assert len(ledger.calls) < 25
    assert len({each.json()["transaction"] for each in answers}) == 50


async def test_single_submissions_never_travel_in_more_than_one_frame_holds(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        await asyncio.gather(*(http.post("/v1/transactions", content=b"x" * 250_000) for _ in range(100)))
    assert sum(items for _, items in ledger.calls) == 100
    assert max(items for _, items in ledger.calls) <= 34


async def _drip(seconds: float) -> AsyncIterator[bytes]:
    while True:
        yield b"x"
        await asyncio.sleep(seconds)


async def test_a_body_that_drips_is_given_up(client: Make) -> None:
    async with client(body_s=0.2) as http:
        answer = await http.post("/v1/transactions", content=_drip(0.03))
    assert (answer.status_code, answer.json()["code"]) == (408, "gateway/4")


async def _endless(sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent[0] += 65_536
        yield b"x" * 65_536


async def test_an_endless_body_is_cut_off_at_its_limit(client: Make) -> None:
    sent = [0]
    async with client() as http:
        answer = await http.post("/v1/transactions", content=_endless(sent))
    assert (answer.status_code, answer.json()["code"]) == (413, "gateway/3")
    assert sent[0] <= 256 * 1024 + 2 * 65_536


async def test_a_length_that_is_too_long_is_refused_before_reading(client: Make) -> None:
    async with client() as http:
        request = http.build_request("POST", "/v1/transactions", content=_drip(10), headers={"Content-Length": "99999999"})
        answer: httpx.Response = await http.send(request)
    assert answer.status_code == 413
