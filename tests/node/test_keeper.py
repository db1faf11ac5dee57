"""A quiet chain keeps its times: a real node runs a timer when it falls due, without anybody asking."""

import asyncio
import secrets
import signal
import time
from typing import Any

import msgspec

from tests.modules.scenario.timing.court import SOURCE, act
from zhulian.home import Home
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.scenario.messages import Admit, Open, Publish
from zhulian.node.doctor import examine

DAY = 86_400


def with_every_module(home: Home) -> None:
    genesis = parse_genesis(home.genesis_bytes())
    modules = {**genesis.modules, **dict.fromkeys(("asset", "registry", "scenario", "ticket"), 1)}
    home.genesis_file.write_bytes(CODEC.encode(msgspec.structs.replace(genesis, modules=modules)))


def signed(author: Any, message: Message) -> bytes:
    body = encode_body(author.genesis.chain(), int(time.time()) + 300, [message], secrets.token_hex(16), [author.name])
    signature = author.signer.sign(author.hasher.preimage("body", body)).hex()
    return encode_envelope(body, [SignatureEntry(key=author.key, signature=signature, signer=author.name)])


def test_quiet_node__runs_a_timer_within_a_second_of_its_time(
    home: Home, author_at: Any, start_ledger: Any, until_accepting: Any
) -> None:
    with_every_module(home)
    author = author_at(home)
    text = read_definition(SOURCE).to_json()
    definition = author.hasher.digest("definition", text).hex()
    process = start_ledger(home)

    async def before() -> int:
        client, _ = await until_accepting(home, process)
        messages = [
            Publish(definition=definition, text=text.decode()),
            Open(definition=definition, instance="first"),
            Admit(instance="first", party="org1", role="clerk"),
        ]
        for message in messages:
            (outcome,) = await client.submit([signed(author, message)], "sealed")
            assert outcome["status"] == "applied", outcome
        due = int(time.time()) + 3
        raws = [signed(author, act("file", None, number=number, due=due + DAY + later)) for number, later in ((1, 0), (2, 6))]
        assert {each["status"] for each in await client.submit(raws, "sealed")} == {"applied"}
        height = (await client.status())["height"]
        (block,) = await client.events(height, wait_ms=8_000)
        assert 0 <= block["time_ms"] / 1000 - due < 1.0
        assert block["transactions"] == []
        (ran,) = block["ran"]
        assert (ran["module"], ran["events"][-1]["type"], ran["events"][-1]["key"]) == ("scenario", "scenario.timer_ran", "1")
        full = await client.block(block["height"])
        assert full is not None
        assert full["ran"][0]["status"] == "ran"
        await client.close()
        return due

    due = asyncio.run(before())
    process.kill()  # the next timer falls due while no node runs
    process.wait(10)
    time.sleep(max(0.0, due + 6.2 - time.time()))
    again = start_ledger(home)

    async def after() -> None:
        client, status = await until_accepting(home, again)
        blocks = await client.events(status["height"] - 1, wait_ms=5_000)
        if "ran" not in blocks[-1]:
            blocks = await client.events(status["height"], wait_ms=5_000)
        assert [event["key"] for each in blocks[-1]["ran"] for event in each["events"] if "timer" in event] == ["2"]
        await client.close()

    asyncio.run(after())
    again.send_signal(signal.SIGTERM)
    assert again.wait(20) == 0
    report = examine(home)
    assert report.sound
    assert report.replayed_through == report.height, "executed again, every block comes out the same"
