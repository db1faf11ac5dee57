"""More than a node can take: it says so at once, and does not grow."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.node.errors import RemoteRefusal

_ROOM_MIB = 250
"""How much the process may grow while it holds what it may hold and the frames that brought it."""


def test_flood__of_forgeries_fills_nobodys_share_and_has_bounded_memory(
    home: Home, author_at: Any, start_ledger: Any, until_accepting: Any
) -> None:
    """Whoever forges in a member's name takes none of its share: all is found to be forged, and the member still gets in."""
    _share(home, 200)  # fewer than there are forgeries
    author = author_at(home)
    floods = [author.forgeries(1_000) for _ in range(3)]
    answers, grown = _flood(home, start_ledger(home), until_accepting, floods, author.deposit()[1])
    assert all(isinstance(each, list) for each in answers)
    codes = {outcome["refusal"]["code"] for each in answers for outcome in each}
    assert codes == {"tx/8"}
    assert grown < _ROOM_MIB


def _share(home: Home, pending_max: int) -> None:
    genesis = parse_genesis(home.genesis_bytes())
    limits = msgspec.structs.replace(genesis.limits, organisation_pending_max=pending_max)
    home.genesis_file.write_bytes(CODEC.encode(msgspec.structs.replace(genesis, limits=limits)))


def test_flood__by_many_members_is_answered_busy_with_bounded_memory(
    home: Home, author: Any, author_of: Any, start_ledger: Any, until_accepting: Any
) -> None:
    """Four organisations' shares are more than the node holds, so some are told to come again, before signatures are checked."""
    process = start_ledger(home, "--pending-max", "1500")
    members = [author_of(f"org{number}.clerk") for number in (1, 2, 3, 4)]
    floods = [member.forgeries(500) for _ in range(4) for member in members]
    answers, grown = _flood(home, process, until_accepting, floods, author.deposit()[1])
    busy = [each for each in answers if isinstance(each, RemoteRefusal)]
    assert busy, "the node took in more than it may hold"
    assert {each.code for each in busy} == {"node/2"}
    assert all(each.fields["retry_after_s"] >= 1 for each in busy)
    assert all(isinstance(each, list | RemoteRefusal) for each in answers)
    codes = {outcome["refusal"]["code"] for each in answers if isinstance(each, list) for outcome in each}
    assert codes <= {"tx/8", "tx/16"}, "a forged transaction was let in"
    assert grown < _ROOM_MIB


def _flood(home: Home, process: Any, until_accepting: Any, floods: list[list[bytes]], later: bytes) -> tuple[list[Any], int]:
    """The answers, and by how many MiB the process grew at most; afterwards it must be empty and take a deposit."""

    async def main() -> tuple[list[Any], int]:
        client, _ = await until_accepting(home, process)
        try:
            before = _resident_mib(process.pid)
            asked = [asyncio.create_task(client.submit(each, "admitted")) for each in floods]
            answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 50)
            grown = _peak_mib(process.pid) - before
            (outcome,) = await client.submit([later], "sealed")
            assert outcome["status"] == "applied"
            status = await client.status()
            assert (status["pending"], status["pending_bytes"]) == (0, 0)
            return answers, grown
        finally:
            await client.close()
            await asyncio.sleep(0)

    return asyncio.run(main())


def test_flood__does_not_keep_an_honest_request_waiting_long(
    home: Home, author: Any, start_ledger: Any, until_accepting: Any
) -> None:
    """Another organisation's thousands of signatures stand in the queue; one more is sealed long before they are through."""
    process = start_ledger(home)
    forged = author.forgeries(10_000)
    honest = author.deposit()[1]

    async def main() -> None:
        client, _ = await until_accepting(home, process)
        flood = asyncio.create_task(client.submit(forged, "admitted"))
        await asyncio.sleep(0.05)
        (outcome,) = await asyncio.wait_for(client.submit([honest], "sealed"), 30)
        assert outcome["status"] == "applied"
        assert not flood.done(), "the flood was over before the honest request, so this shows nothing"
        await flood
        await client.close()

    asyncio.run(main())


def _mib(pid: int, entry: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(entry):
            return int(line.split()[1]) // 1024
    pytest.fail("the process is gone")


def _resident_mib(pid: int) -> int:
    return _mib(pid, "VmRSS:")


def _peak_mib(pid: int) -> int:
    return _mib(pid, "VmHWM:")
