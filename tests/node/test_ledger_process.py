"""The ledger process with a real chain: what is submitted, answered and read."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from zhulian.home import Home
from zhulian.ledger.receipts import trust, verify_receipt, verify_state_fact
from zhulian.node.children import REFUSED
from zhulian.node.errors import RemoteRefusal
from zhulian.node.rpc import LedgerClient

Use = Callable[[LedgerClient], Awaitable[None]]


@pytest.fixture
def with_ledger(home: Home, start_ledger: Any, until_accepting: Any) -> Callable[[Use], None]:
    """Runs a test against a started ledger process, which must stop in good order."""

    def run(use: Use) -> None:
        process = start_ledger(home)

        async def main() -> None:
            client, _ = await until_accepting(home, process)
            try:
                await asyncio.wait_for(use(client), 30)
            finally:
                await client.close()

        asyncio.run(main())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not home.socket.exists()

    return run


def test_submit__is_applied_proved_and_read_back(with_ledger: Any, home: Home, author: Any) -> None:
    trusted = trust(home.genesis_bytes())

    async def use(client: LedgerClient) -> None:
        name, raw = author.deposit()
        (outcome,) = await client.submit([raw], "sealed")
        assert outcome == {"transaction": name, "status": "applied", "height": 1, "index": 0}
        (found,) = await client.receipts([name])
        proved = verify_receipt(found["receipt"], trusted)
        assert (proved.transaction, proved.height) == (name, 1)
        read = await client.transaction(name)
        assert read is not None
        assert read["body"] == json.loads(raw)["body"]
        page = await client.page("evidence/deposits")
        assert len(page["items"]) == 1
        fact = await client.state(page["items"][0]["key"])
        assert verify_state_fact(fact, trusted).value == page["items"][0]["value"]
        absent = await client.state(["evidence/deposits", "0" * 64, "org1"])
        assert not verify_state_fact(absent, trusted).present
        head = await client.head()
        block = await client.block(1)
        assert head["digest"] == block["digest"] == (await client.status())["header"]
        assert block["transactions"][0]["result"]["transaction"] == name
        assert (await client.genesis())["digest"] == proved.genesis_digest

    with_ledger(use)


def test_submit__gives_each_item_of_a_batch_its_own_outcome(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        good = [author.deposit() for _ in range(300)]
        (bad,) = author.forgeries(1)
        late = author.deposit(expires_in=-1)[1]
        raws = [raw for _, raw in good]
        outcomes = await client.submit([*raws[:200], bad, b"{}", late, *raws[200:], raws[0]])
        assert [each["status"] for each in outcomes[:200] + outcomes[203:303]] == ["applied"] * 300
        assert [each["refusal"]["code"] for each in outcomes[200:203]] == ["tx/8", "tx/12", "tx/3"]
        assert outcomes[303]["refusal"]["code"] == "tx/5"
        (again,) = await client.submit([raws[7]])
        assert (again["status"], again["refusal"]["code"]) == ("turned_away", "tx/5")
        assert again["height"] == outcomes[7]["height"]
        status = await client.status()
        assert (status["pending"], status["pending_bytes"]) == (0, 0)

    with_ledger(use)


def test_submit__answers_admitted_before_there_is_a_block(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        name, raw = author.deposit()
        (outcome,) = await client.submit([raw], "admitted")
        assert outcome == {"transaction": name, "status": "admitted"}
        for _ in range(200):
            if await client.transaction(name):
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never came into a block")

    with_ledger(use)


def test_submit__records_what_a_rule_refuses(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        await client.submit([author.deposit(commitment="ab" * 32)[1]])
        name, raw = author.deposit(commitment="ab" * 32)
        (outcome,) = await client.submit([raw])
        assert outcome["status"] == "refused"
        assert outcome["refusal"]["code"].startswith("evidence/")
        assert outcome["refusal"]["zh"]
        (receipt,) = await client.receipts([name])
        assert receipt["receipt"] is None

    with_ledger(use)


def test_events__wait_for_the_next_block_and_resume(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        assert await client.events(0) == []
        assert await client.events(0, wait_ms=30) == []
        waiting = asyncio.create_task(client.events(0, wait_ms=10_000))
        await asyncio.sleep(0.05)
        names = [author.deposit() for _ in range(3)]
        await client.submit([names[0][1]])
        (first,) = await waiting
        assert [each["id"] for each in first["transactions"]] == [names[0][0]]
        assert first["transactions"][0]["events"][0]["type"] == "evidence.deposited"
        for _, raw in names[1:]:
            await client.submit([raw])
        assert [each["height"] for each in await client.events(1)] == [2, 3]
        assert [each["height"] for each in await client.events(0, limit=2)] == [1, 2]
        assert [each["header"]["height"] for each in await client.blocks()] == [3, 2, 1]
        assert [each["header"]["height"] for each in await client.blocks(before=3, limit=1)] == [2]

    with_ledger(use)


def test_page__walks_through_everything_once(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        await client.submit([author.deposit()[1] for _ in range(25)])
        seen: list[str] = []
        cursor = None
        while True:
            page = await client.page("evidence/deposits", after=cursor, limit=10)
            seen += [each["key"][1] for each in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == 25
        assert seen == sorted(set(seen))
        assert len((await client.page("evidence/deposits", [seen[3]]))["items"]) == 1
        for asked in (
            client.page("no/such"),
            client.page("evidence/deposits", limit=101),
            client.page("evidence/deposits", after="x"),
        ):
            with pytest.raises(RemoteRefusal):
                await asked

    with_ledger(use)


def test_reads__refuse_what_they_cannot_answer(with_ledger: Any, author: Any) -> None:
    async def use(client: LedgerClient) -> None:
        assert await client.transaction("0" * 64) is None
        assert await client.block(99) is None
        assert await client.receipts(["0" * 64]) == [{"receipt": None, "why": "unknown"}]
        assert (await client.head())["header"] is None
        for asked, code in (
            (client.transaction("no"), "node/6"),
            (client.state(["evidence/deposits", "x", "org1"], 7), "ledger/5"),
            (client.state([]), "node/6"),
            (client.state(["nothing", "x"]), "node/16"),
            (client.receipts(["0" * 64] * 1001), "node/6"),
            (client.submit([b""] * 10_001), "node/6"),
        ):
            with pytest.raises(RemoteRefusal) as caught:
                await asked
            assert caught.value.code == code

    with_ledger(use)


def test_reads__refuse_numbers_out_of_bounds_and_go_on(with_ledger: Any, author: Any) -> None:
    """A number that no key can hold must not end the node, whatever the gateway lets through."""

    async def use(client: LedgerClient) -> None:
        await client.submit([author.deposit()[1]], "sealed")
        for number in (-1, -(2**63), 2**53, 2**63, 2**64 - 1):
            for asked in (
                client.block(number),
                client.blocks(number),
                client.blocks(None, number),
                client.events(number),
                client.events(0, number),
                client.events(0, 1, number),
                client.page("evidence/deposits", limit=number),
                client.state(["evidence/deposits", "x", "org1"], number),
            ):
                with pytest.raises(RemoteRefusal) as caught:
                    await asked
                assert caught.value.code == "node/6"
        most = 2**53 - 1
        assert await client.block(most) is None
        assert await client.events(most) == []
        assert [each["header"]["height"] for each in await client.blocks(most)] == [1]
        assert await client.blocks(0) == []

    with_ledger(use)


def test_stop__finishes_what_was_taken_in(home: Home, author: Any, start_ledger: Any, until_accepting: Any) -> None:
    process = start_ledger(home)
    raws = [author.deposit() for _ in range(1_500)]

    async def main() -> list[dict[str, Any]]:
        client, _ = await until_accepting(home, process)
        try:
            asyncio.get_running_loop().call_later(0.03, process.send_signal, signal.SIGTERM)
            return await asyncio.wait_for(client.submit([raw for _, raw in raws], "sealed"), 15)
        finally:
            await client.close()
            await asyncio.sleep(0)

    outcomes = asyncio.run(main())
    assert {each["status"] for each in outcomes} == {"applied"}
    assert process.wait(15) == 0


def test_start__accepts_nothing_before_the_workers_are_ready(home: Home, start_ledger: Any, until_accepting: Any) -> None:
    process = start_ledger(home)
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not any(b"zhulian.node.worker" in Path(f"/proc/{each}/cmdline").read_bytes() for each in workers.read_text().split()):
        time.sleep(0.001)  # stopped any earlier, it would hold up its parent's fork instead
    (worker,) = map(int, workers.read_text().split())
    os.kill(worker, signal.SIGSTOP)
    try:
        time.sleep(2)
        assert process.poll() is None
        assert not home.socket.exists()
    finally:
        os.kill(worker, signal.SIGCONT)

    async def main() -> None:
        client, _ = await asyncio.wait_for(until_accepting(home, process), 20)
        await client.close()

    asyncio.run(main())


def test_folder__is_for_one_node(home: Home, start_ledger: Any, until_accepting: Any) -> None:
    first = start_ledger(home)

    async def main() -> None:
        client, _ = await until_accepting(home, first)
        await client.close()

    asyncio.run(main())
    second = start_ledger(home)
    assert second.wait(20) == REFUSED
    said = json.loads(second.stderr.read().splitlines()[-1])
    assert said["code"] == "node/1"
    assert said["fields"]["pid"] == first.pid
    assert first.poll() is None


def test_start__refuses_a_clock_behind_the_chain(home: Home, author: Any, start_ledger: Any, until_accepting: Any) -> None:
    async def use(process: Any) -> int:
        client, _ = await until_accepting(home, process)
        await client.submit([author.deposit()[1]], "sealed")
        height = (await client.status())["height"]
        await client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        return int(height)

    assert asyncio.run(use(start_ledger(home))) == 1
    _move_newest_block(home, 10 * 60 * 1000)
    refused = start_ledger(home)
    assert refused.wait(20) == REFUSED
    assert json.loads(refused.stderr.read().splitlines()[-1])["code"] == "node/11"
    confirmed = start_ledger(home, "--confirm-clock")

    async def main() -> None:
        client, status = await until_accepting(home, confirmed)
        assert status["height"] == 1
        await client.close()

    asyncio.run(main())


@pytest.mark.parametrize("remove", ["away", "torn"])
def test_start__refuses_blocks_without_their_seal_log(
    home: Home, author: Any, start_ledger: Any, until_accepting: Any, remove: str
) -> None:
    """An old copy of the store without the log would begin a second history, and no digest would meet it."""

    async def use(*arguments: str, deposits: int = 0) -> tuple[int, str]:
        process = start_ledger(home, *arguments)
        client, status = await until_accepting(home, process)
        for _ in range(deposits):
            await client.submit([author.deposit()[1]], "sealed")
        await client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        return int(status["height"]), str(status["header"])

    assert asyncio.run(use(deposits=1 if remove == "torn" else 2))[0] == 0
    if remove == "away":
        home.seal_log.unlink()
    else:
        home.seal_log.write_bytes(home.seal_log.read_bytes()[:40])
    for _ in range(2):  # the first refusal leaves nothing behind that the second start would take for the log
        process = start_ledger(home)
        assert process.wait(20) == REFUSED
        said = json.loads(process.stderr.read().splitlines()[-1])
        assert said["code"] == "node/17"
        assert "--new-seal-log" in said["zh"]
        assert str(home.seal_log) in said["en"]
    height, digest = asyncio.run(use("--new-seal-log"))
    line = json.loads(home.seal_log.read_text())
    assert (line["height"], line["header"]) == (height, digest)
    assert any("--new-seal-log" in each.read_text() for each in home.logs.glob("ledger*"))
    assert asyncio.run(use()) == (height, digest)


def test_start__seals_a_first_block_that_a_crash_left_unsealed(
    home: Home, author: Any, start_ledger: Any, until_accepting: Any
) -> None:
    """The log is empty then, and rightly so."""
    process = start_ledger(home)

    async def first() -> None:
        client, _ = await until_accepting(home, process)
        await client.submit([author.deposit()[1]], "sealed")
        process.kill()
        process.wait(10)
        await client.close()

    asyncio.run(first())
    home.seal_log.write_bytes(b"")  # the store keeps a seal with the next block only

    async def second() -> None:
        client, status = await until_accepting(home, start_ledger(home))
        assert status["height"] == 1
        assert len((await client.head())["seals"]) == 1
        await client.close()

    asyncio.run(second())


def _move_newest_block(home: Home, by_ms: int) -> None:
    """As if the newest block had been made while the clock was ahead."""
    import msgspec

    from zhulian.ledger.chain_store import Batch, ChainStore
    from zhulian.node.rocks import RocksStore

    with RocksStore(home.database) as store:
        chain = ChainStore(store)
        head = chain.head()
        assert head is not None
        batch = Batch()
        chain.put_head(batch, msgspec.structs.replace(head, time_ms=head.time_ms + by_ms))
        store.write(batch.puts)
