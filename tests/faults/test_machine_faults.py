"""One real process on a machine that does not play along: a full disk, a clock that jumps, a member that floods."""

import asyncio
import resource
import subprocess
import sys
import time
from typing import Any

import msgspec

from tests.trial import Author
from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.node.doctor import examine
from zhulian.node.intake import _SLICE


def _said(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The refusal with which a process ended."""
    assert process.wait(20) == 3
    assert process.stderr is not None
    found: dict[str, Any] = msgspec.json.decode(process.stderr.read().splitlines()[-1])
    return found


def _start(home: Home, *, program: str = "", **how: Any) -> "subprocess.Popen[bytes]":
    command = ["-c", program, str(home.root)] if program else ["-m", "zhulian.node.ledger_process", str(home.root)]
    return subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE, **how)


async def _deposit_until_it_ends(home: Home, process: Any, until_accepting: Any, author: Author, most: int) -> dict[str, int]:
    """What was acknowledged as sealed before the process ended, or until there are so many."""
    client, _ = await until_accepting(home, process)
    acknowledged: dict[str, int] = {}
    try:
        while len(acknowledged) < most:
            signed = [author.deposit() for _ in range(20)]
            outcomes = await client.submit([raw for _, raw in signed], "sealed")
            acknowledged.update({each["transaction"]: each["height"] for each in outcomes})
    except ConnectionError:
        pass
    finally:
        await client.close()
    return acknowledged


async def _require_all(home: Home, process: Any, until_accepting: Any, acknowledged: dict[str, int]) -> None:
    client, _ = await until_accepting(home, process)
    try:
        for each, height in acknowledged.items():
            assert (await client.transaction(each))["height"] == height
        assert (await client.submit([Author(home, "org1.clerk").deposit()[1]], "sealed"))[0]["status"] == "applied"
    finally:
        await client.close()


def test_full_disk__stops_the_process_with_its_number_and_loses_nothing(home: Home, until_accepting: Any) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    author = Author(home, "org1.clerk")
    with _start(home, preexec_fn=little_room) as process:
        acknowledged = asyncio.run(_deposit_until_it_ends(home, process, until_accepting, author, 5_000))
        said = _said(process)
    assert (said["code"], said["fields"]["folder"]) == ("node/7", str(home.database)), said
    assert len(acknowledged) > 20
    with _start(home) as process:
        try:
            asyncio.run(_require_all(home, process, until_accepting, acknowledged))
        finally:
            process.terminate()
            process.wait(20)
    assert examine(home, signatures=False).sound


_JUMPING = """
import sys, time
from pathlib import Path
from zhulian.node import clock, ledger_process
shift = Path(sys.argv[1]) / "shift"
true = clock._wall_ms
clock._wall_ms = lambda: true() + (int(shift.read_text()) if shift.exists() else 0)
sys.exit(ledger_process.main(sys.argv[1:]))
"""


def test_clock_that_jumps__stops_the_process_and_one_behind_does_not_start(home: Home, until_accepting: Any) -> None:
    author = Author(home, "org1.clerk")
    shift = home.root / "shift"
    with _start(home, program=_JUMPING) as process:

        async def jump() -> None:
            client, _ = await until_accepting(home, process)
            await client.submit([author.deposit()[1]], "sealed")
            shift.write_text("3600000", encoding="utf-8")
            try:
                await client.submit([author.deposit()[1]], "sealed")
            except ConnectionError:
                pass
            finally:
                await client.close()

        asyncio.run(jump())
        said = _said(process)
    assert said["code"] == "node/12"
    assert 3_590 < said["fields"]["jump_s"] < 3_610
    shift.write_text("-3600000", encoding="utf-8")
    with _start(home, program=_JUMPING) as process:
        assert _said(process)["code"] == "node/11"
    shift.unlink()
    with _start(home, program=_JUMPING) as process:
        try:
            asyncio.run(_require_all(home, process, until_accepting, {}))
        finally:
            process.terminate()
            process.wait(20)


def test_flood_of_one_member__leaves_the_others_their_share(home: Home, until_accepting: Any) -> None:
    """Good transactions this time, more than the member may have waiting: it alone is told to wait.

    The share is smaller than what is judged in one go, so that many are too many however quickly blocks are made.
    """
    genesis = parse_genesis(home.genesis_bytes())
    limits = msgspec.structs.replace(genesis.limits, organisation_pending_max=_SLICE // 2)
    home.genesis_file.write_bytes(CODEC.encode(msgspec.structs.replace(genesis, limits=limits)))
    flooding, other = Author(home, "org2.clerk"), Author(home, "org1.clerk")
    flood = [flooding.deposit()[1] for _ in range(3_000)]
    with _start(home) as process:

        async def main() -> tuple[list[Any], list[float]]:
            client, _ = await until_accepting(home, process)
            try:
                asked = [asyncio.create_task(client.submit(flood[at : at + 500], "sealed")) for at in range(0, 3_000, 500)]
                took = []
                for _ in range(5):
                    began = time.monotonic()
                    (outcome,) = await client.submit([other.deposit()[1]], "sealed")
                    took.append(time.monotonic() - began)
                    assert outcome["status"] == "applied"
                return [outcome for each in await asyncio.gather(*asked) for outcome in each], took
            finally:
                await client.close()

        try:
            outcomes, took = asyncio.run(main())
        finally:
            process.terminate()
            process.wait(20)
    codes = [each["refusal"]["code"] for each in outcomes if "refusal" in each]
    assert set(codes) == {"tx/16"}, (
        "a member with more waiting than its share is told to wait"
    )  # how often, the machine's speed decides
    assert len(outcomes) - len(codes) >= 100
    assert max(took) < 10
