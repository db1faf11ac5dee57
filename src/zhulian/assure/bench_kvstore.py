"""The yardstick of a network: the consensus engine's own key-value store, with as many validators, on the same machine."""

import asyncio
import base64
import contextlib
import hashlib
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhulian.assure.bench_nodes import NotTogether, free_ports
from zhulian.errors import Words
from zhulian.node.children import spawn
from zhulian.node.comet.folder import EnginePeer, EngineValidator, make_keys, write_folder
from zhulian.node.comet.rpc import EngineAway, EngineRpc

__all__ = ["measure"]

_BATCH = 400
_WINDOW = 6_000
"""Transactions that may wait in a mempool before its sender pauses; more only make rechecking dearer."""
_READY_S = 60.0
_PAGE = 20


def measure(folder: Path, program: Path, validators: int, seconds: float, transaction_bytes: int) -> dict[str, Any]:
    """Committed transactions a second: in blocks on all nodes, from the first one sent to the last one committed.

    The nodes run with the very settings that ours run with, and are loaded through all of them in JSON-RPC batches.

    Raises:
        NotTogether: they do not make blocks within a minute.
    """
    with _running(folder, program, validators) as sockets:
        return asyncio.run(_measure(sockets, seconds, transaction_bytes))


async def _measure(sockets: list[Path], seconds: float, transaction_bytes: int) -> dict[str, Any]:
    links = [EngineRpc(each) for each in sockets]
    await _ready(links)
    start_heights = [await _height(each) for each in links]
    began = time.perf_counter()
    sent = sum(await asyncio.gather(*(_send(each, began + seconds, transaction_bytes) for each in links)))
    committed = 0
    while time.perf_counter() - began < seconds + _READY_S:
        committed = min(await asyncio.gather(*(_committed(*each) for each in zip(links, start_heights, strict=True))))
        if committed >= sent:
            break
        await asyncio.sleep(0.02)
    passed = time.perf_counter() - began
    return {
        "committed_per_s": round(committed / passed, 1),
        "committed": committed,
        "seconds": round(passed, 2),
        "transaction_bytes": transaction_bytes,
    }


async def _send(link: EngineRpc, until: float, size: int) -> int:
    """Feed one node's mempool until then; answers how many it has taken."""
    taken = 0
    while time.perf_counter() < until:
        waiting = (await link.call([("num_unconfirmed_txs", {})]))[0]["result"]["n_txs"]
        if int(waiting) > _WINDOW:
            await asyncio.sleep(0.01)
            continue
        raws = [(secrets.token_hex(16) + "=").encode().ljust(size, b"x") for _ in range(_BATCH)]
        answers = await link.call([("broadcast_tx_async", {"tx": base64.b64encode(raw).decode()}) for raw in raws])
        taken += sum("result" in each for each in answers)
    return taken


async def _committed(link: EngineRpc, after: int) -> int:
    height = await _height(link)
    pages = [
        {"minHeight": str(first), "maxHeight": str(min(first + _PAGE - 1, height))}
        for first in range(after + 1, height + 1, _PAGE)
    ]
    answers = await link.call([("blockchain", page) for page in pages]) if pages else []
    return sum(int(each["num_txs"]) for answer in answers for each in answer["result"]["block_metas"])


async def _height(link: EngineRpc) -> int:
    return int((await link.call([("status", {})]))[0]["result"]["sync_info"]["latest_block_height"])


async def _ready(links: list[EngineRpc]) -> None:
    until = time.monotonic() + _READY_S
    while True:
        with contextlib.suppress(EngineAway, KeyError):
            peers = [int((await each.call([("net_info", {})]))[0]["result"]["n_peers"]) for each in links]
            if min(peers) == len(links) - 1 and min([await _height(each) for each in links]) >= 1:
                return
        if time.monotonic() > until:
            raise NotTogether(why=Words("一分钟内 kvstore 未出块", "kvstore made no block within a minute"))
        await asyncio.sleep(0.1)


@contextlib.contextmanager
def _running(folder: Path, program: Path, validators: int) -> Iterator[list[Path]]:
    homes = [folder / f"kv{number}" for number in range(validators)]
    ports = free_ports(validators)
    keys = [make_keys(each) for each in homes]
    listed = [
        EngineValidator(name=home.name, validator_key=each.validator_key, power=1) for home, each in zip(homes, keys, strict=True)
    ]
    peers = [EnginePeer(node_id=each.node_id, host="127.0.0.1", port=port) for each, port in zip(keys, ports, strict=True)]
    now = int(time.time())
    children: list[subprocess.Popen[bytes]] = []
    try:
        for home, port, own in zip(homes, ports, peers, strict=True):
            write_folder(
                home,
                chain=f"zl-kvstore.{hashlib.sha256(os.fsencode(folder)).hexdigest()}",
                created=now,
                app_hash=b"",
                validators=listed,
                moniker=home.name,
                abci=home / "none.sock",
                rpc=home / "rpc.sock",
                host="127.0.0.1",
                port=port,
                peers=[each for each in peers if each is not own],
                block_bytes_max=4 * 1024 * 1024,
                pending_max=20_000,
            )
            config = home / "config" / "config.toml"
            config.write_text(re.sub(r"(?m)^proxy_app = .*$", 'proxy_app = "kvstore"', config.read_text()))
            with (home / "log").open("wb") as log:
                children.append(spawn(["start", "--home", str(home)], stdout=log, stderr=log, program=str(program)))
        yield [each / "rpc.sock" for each in homes]
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
