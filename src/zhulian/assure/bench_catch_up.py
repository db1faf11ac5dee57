"""How fast a node that was away takes up what the others have made meanwhile: real nodes, real engines, SM2 and fsync on."""

import asyncio
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from zhulian.assure.bench_nodes import Nodes, NotTogether, ended_by_signal, running
from zhulian.assure.load import Sent, post_all, sign_deposits
from zhulian.assure.spent import since, spent_by_role
from zhulian.errors import Words
from zhulian.node.comet.binary import build_engine
from zhulian.node.comet.starting import engine_cache

__all__ = ["run"]

_CONNECTIONS = 2
_SIGNED = 20_000
"""Transactions signed at a time: they are good for ten minutes."""
_LOOK_S = 0.05
_CAUGHT_UP_S = 1_800.0


def run(transactions: int = 100_000, validators: int = 4, batch: int = 250) -> dict[str, Any]:
    """Kill a node, let the others commit `transactions` deposits, start it again, and take the time until it has them all.

    `caught_up_per_s` counts from the moment that its processes are started; `replayed_per_s` from its first new block, as its
    processes need some seconds to load. No new load comes while it catches up. `batch` is how many go in one request: small
    ones make many small blocks.

    Raises:
        NotTogether, EngineMissing, BuildFailed.
    """
    build_engine(engine_cache(), lambda _: None)
    load_before = round(os.getloadavg()[0], 2)
    with (
        ended_by_signal(),
        tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder,
        running(Path(folder), validators) as nodes,
    ):
        away = nodes.names[-1]
        nodes.kill(away)
        behind = nodes.heights()[0]
        applied = 0
        while applied < transactions:
            applied += _fill(nodes, min(_SIGNED, transactions - applied), batch)
        top = nodes.heights()[0]
        before = spent_by_role(*nodes.pids)
        began = time.monotonic()
        nodes.begin(away)
        first = _until(nodes, away, behind + 1, began)
        whole = _until(nodes, away, top, began)
        cpu = since(before, spent_by_role(*nodes.pids))
        nodes.wait([away])
    return {
        "caught_up_per_s": round(applied / whole, 1),
        "replayed_per_s": round(applied / max(whole - first, 0.001), 1),
        "transactions": applied,
        "blocks": top - behind,
        "seconds": round(whole, 2),
        "until_first_block_s": round(first, 2),
        "cpu_s": cpu,
        "conditions": {
            "validators": validators,
            "transaction": "evidence.deposit, one signer, salted commitment",
            "suite": "gm",
            "durable": "fsync of each block",
            "transactions_per_request": batch,
            "load": "none while it catches up; the other nodes run on the same machine",
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": load_before,
        },
    }


def _fill(nodes: Nodes, count: int, batch: int) -> int:
    """Commit so many deposits at the nodes that run; answers how many were applied."""
    names = nodes.names
    share = -(-count // len(names))
    raws = [sign_deposits(nodes.home(name).root, f"{name}.clerk", share) for name in names]

    async def post() -> list[Sent]:
        works = []
        for name, own in zip(names, raws, strict=True):
            bodies = [b"\n".join(own[at : at + batch]) for at in range(0, len(own), batch)]
            path = "/v1/transactions/batch?wait=committed"
            works.append(post_all(*nodes.place(name), path, bodies, "application/x-ndjson", _CONNECTIONS, _CAUGHT_UP_S))
        return await asyncio.gather(*works)

    return sum(each.statuses.get("applied", 0) for each in asyncio.run(post()))


def _until(nodes: Nodes, name: str, height: int, began: float) -> float:
    """Wait until a node has a height; answers the seconds since `began`.

    Raises:
        NotTogether.
    """
    while time.monotonic() - began < _CAUGHT_UP_S:
        if nodes.height(name) >= height:
            return time.monotonic() - began
        time.sleep(_LOOK_S)
    raise NotTogether(why=Words(f"{name} 未能同步到高度 {height}", f"{name} has not reached the height {height}"))
