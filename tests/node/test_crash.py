"""`kill -9` at random moments: nothing acknowledged is ever missing, and there is one history."""

import asyncio
import os
import random
import secrets
from pathlib import Path
from typing import Any

import pytest

from zhulian.home import Home
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.node.errors import NodeUnreachable
from zhulian.node.rpc import LedgerClient

pytestmark = pytest.mark.crash

ROUNDS = 20
_IN_FLIGHT = 6
_KILL_S = (0.0, 0.25)
_AFTER_AN_ANSWER = 0.8


class _Witness:
    """Remembers what was acknowledged and every header that was shown, and holds the restarted node to it."""

    def __init__(self, home: Home) -> None:
        self.acknowledged: dict[str, int] = {}
        self.headers: dict[int, str] = {}
        self._trusted = trust(home.genesis_bytes())

    async def check(self, client: LedgerClient) -> None:
        """Raise AssertionError where the node has lost or changed anything."""
        height = (await client.status())["height"]
        assert height >= max(self.headers, default=0), "a header that was shown is gone"
        before = None
        headers: dict[int, dict[str, Any]] = {}
        while True:
            page = await client.blocks(before, 100)
            headers.update({each["header"]["height"]: each for each in page})
            if not page or page[-1]["header"]["height"] == 1:
                break
            before = page[-1]["header"]["height"]
        previous = self._trusted.digest.hex()
        for number in range(1, height + 1):
            assert headers[number]["header"]["previous"] == previous, f"the chain breaks at height {number}"
            previous = headers[number]["digest"]
            assert self.headers.setdefault(number, previous) == previous, f"two histories at height {number}"
        for transaction, at in self.acknowledged.items():
            found = await client.transaction(transaction)
            assert found is not None, f"{transaction} was acknowledged and is missing"
            assert found["height"] == at
        newest = [name for name, at in self.acknowledged.items() if at >= height - 2][-5:]
        for each in await client.receipts(newest):
            verify_receipt(each["receipt"], self._trusted)


def test_node__loses_nothing_when_it_is_killed(home: Home, author: Any, start_ledger: Any, until_accepting: Any) -> None:
    seed = int(os.environ.get("ZHULIAN_TEST_SEED", "0")) or secrets.randbits(32)
    chance = random.Random(seed)
    witness = _Witness(home)
    try:
        for _ in range(ROUNDS):
            asyncio.run(_round(home, author, start_ledger, until_accepting, witness, chance))
        asyncio.run(_last(home, start_ledger, until_accepting, witness))
    except BaseException:
        print(f"replay with ZHULIAN_TEST_SEED={seed}")
        raise
    assert len(witness.acknowledged) > 2 * ROUNDS, "the test has acknowledged too little to mean anything"


async def _round(home: Home, author: Any, start: Any, until: Any, witness: _Witness, chance: random.Random) -> None:
    process = start(home)
    client, _ = await until(home, process)
    await witness.check(client)
    before = len(witness.acknowledged)
    streams = [asyncio.create_task(_submit(client, author, witness, chance)) for _ in range(_IN_FLIGHT)]
    if chance.random() < _AFTER_AN_ANSWER:  # however slow the machine is; the other rounds may well end before any
        async with asyncio.timeout(20):
            while len(witness.acknowledged) == before:  # noqa: ASYNC110 (whoever submits knows nothing of this)
                await asyncio.sleep(0.002)
    await asyncio.sleep(chance.uniform(*_KILL_S))
    process.kill()
    process.wait(10)
    await asyncio.wait_for(asyncio.gather(*streams), 10)
    await client.close()


async def _submit(client: LedgerClient, author: Any, witness: _Witness, chance: random.Random) -> None:
    """Send until the node is gone; note only what it answered."""
    while True:
        signed = [author.deposit() for _ in range(chance.choice((1, 1, 1, 8)))]
        try:
            outcomes = await client.submit([raw for _, raw in signed], "sealed")
        except NodeUnreachable:
            return
        for (name, _), outcome in zip(signed, outcomes, strict=True):
            assert (outcome["transaction"], outcome["status"]) == (name, "applied")
            witness.acknowledged[name] = outcome["height"]
        await asyncio.sleep(0)


async def _last(home: Home, start: Any, until: Any, witness: _Witness) -> None:
    client, _ = await until(home, start(home))
    await witness.check(client)
    await client.close()


def test_node__comes_back_from_a_torn_seal_log(home: Home, author: Any, start_ledger: Any, until_accepting: Any) -> None:
    """A power cut may leave half a line; the seal is made again, for the same header."""
    process = start_ledger(home)

    async def first() -> str:
        client, _ = await until_accepting(home, process)
        await client.submit([author.deposit()[1]], "sealed")
        head = await client.head()
        process.kill()
        process.wait(10)
        await client.close()
        return str(head["digest"])

    digest = asyncio.run(first())
    _tear(home.seal_log)

    async def second() -> None:
        client, _ = await until_accepting(home, start_ledger(home))
        head = await client.head()
        assert head["digest"] == digest
        assert len(head["seals"]) == 1
        await client.close()

    asyncio.run(second())


def _tear(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 40])
