"""How much a network commits and how soon it seals: real nodes, real engines, SM2 and fsync on, load signed beforehand."""

import asyncio
import itertools
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian.assure import bench_kvstore
from zhulian.assure.bench_nodes import Nodes, NotTogether, ended_by_signal, running
from zhulian.assure.load import Sent, post_all, post_paced, sign_deposits
from zhulian.assure.spent import since, spent_by_role
from zhulian.errors import Words
from zhulian.node.comet.binary import build_engine
from zhulian.node.comet.starting import engine_cache

__all__ = ["run"]

_BATCH = 250
_CONNECTIONS = 2
"""To each node: one batch is verified while the one before waits for its block."""
_RATE = 2_500
"""For how many transactions a second load is signed, over all nodes."""
_LIGHT_PER_S = 100
_OFFERED_PER_S = 2_500
_OFFERED_BATCH = 25
"""In one request: so small that what waits is decided by the network, not by how much comes at once."""
_SETTLED_S = 60.0
_IDLE_S = 5.0


def run(validators: int = 4, seconds: float = 20) -> dict[str, Any]:
    """Measure a fresh network of `validators` nodes on this machine, with all of them and with one killed.

    `committed_per_s` counts deposits that were applied, from the first byte sent until the ledgers of all running nodes have
    them; it is fed as fast as it takes, so that its latency is what is in flight (2,000 deposits) by how many it commits a second.
    `offered` is at 2,500 deposits a second, whatever becomes of those before: from the moment a request is due until its committed answer.
    `light` is at 100 deposits a second: from the moment a deposit is due to be sent until its sealed answer, in milliseconds.
    `kvstore` is the engine's own store with as many validators, before and after, each for half the time; the ratio to it holds
    better than figures do. Each of the three lasts `seconds`.

    Raises:
        NotTogether, EngineMissing, BuildFailed.
    """
    program = build_engine(engine_cache(), lambda _: None)
    load_before = round(os.getloadavg()[0], 2)
    with ended_by_signal(), tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        size = 600
        yard = [bench_kvstore.measure(Path(folder) / "before", program, validators, seconds / 2, size)]
        with running(Path(folder), validators) as nodes:
            time.sleep(2)
            idle = _idle(nodes)
            whole = _batches(nodes, seconds)
            offered = _offered(nodes, seconds)
            light = _light(nodes, seconds)
            disk = nodes.disk_bytes(nodes.names[0])
            names = nodes.names
            less: dict[str, Any] = {}
            if validators > 3:
                nodes.kill(names[-1])
                less = {"batch": _batches(nodes, seconds), "light": _light(nodes, seconds)}
        yard.append(bench_kvstore.measure(Path(folder) / "after", program, validators, seconds / 2, size))
    kvstore = round(sum(each["committed_per_s"] for each in yard) / len(yard), 1)
    found = {
        "committed_per_s": whole["committed_per_s"],
        "ratio_to_kvstore": _ratio(whole["committed_per_s"], kvstore),
        "light": light,
        "offered": offered,
        "batch": whole,
        "idle": idle,
        "kvstore": {"committed_per_s": kvstore, "runs": yard},
        "disk_bytes_per_transaction": round(disk / max(1, sum(each["applied"] for each in (whole, offered, light)))),
        "conditions": {
            "validators": validators,
            "transaction": "evidence.deposit, one signer, salted commitment",
            "suite": "gm",
            "durable": "fsync of each block and of the seal log before the answer",
            "load": "signed beforehand, handed in through the gateways of all running nodes, from the same machine",
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": load_before,
        },
    }
    if less:
        found["one_down"] = {
            "committed_per_s": less["batch"]["committed_per_s"],
            "ratio_to_whole": _ratio(less["batch"]["committed_per_s"], whole["committed_per_s"]),
            **less,
        }
    return found


def _batches(nodes: Nodes, seconds: float) -> dict[str, Any]:
    names = nodes.names
    share = int(seconds * _RATE / len(names))
    raws = [sign_deposits(nodes.home(name).root, f"{name}.clerk", share) for name in names]
    before, own, heights = spent_by_role(*nodes.pids), time.process_time(), nodes.heights()
    began = time.perf_counter()
    parts = asyncio.run(_post(nodes, raws, seconds))
    tail = _settle(nodes)
    passed = time.perf_counter() - began
    applied = sum(each.statuses.get("applied", 0) for each in parts)
    latencies = Sent(latencies_ms=[one for each in parts for one in each.latencies_ms])
    return {
        "committed_per_s": round(applied / passed, 1),
        "applied": applied,
        "other": _others(parts),
        "seconds": round(passed, 2),
        "until_on_all_nodes_s": round(tail, 3),
        "blocks": min(nodes.heights()) - min(heights),
        "transactions_per_request": _BATCH,
        "connections": _CONNECTIONS * len(names),
        "p50_ms": latencies.percentile(0.5),
        "p99_ms": latencies.percentile(0.99),
        "cpu_s": {**since(before, spent_by_role(*nodes.pids)), "load generator": round(time.process_time() - own, 2)},
        "load_1m_after": round(os.getloadavg()[0], 2),
    }


async def _post(nodes: Nodes, raws: Sequence[Sequence[bytes]], seconds: float) -> list[Sent]:
    works = []
    for name, own in zip(nodes.names, raws, strict=True):
        bodies = [b"\n".join(own[at : at + _BATCH]) for at in range(0, len(own), _BATCH)]
        path = "/v1/transactions/batch?wait=committed"
        works.append(post_all(*nodes.place(name), path, bodies, "application/x-ndjson", _CONNECTIONS, seconds))
    return await asyncio.gather(*works)


def _offered(nodes: Nodes, seconds: float) -> dict[str, Any]:
    names = nodes.names
    per_s = _OFFERED_PER_S / _OFFERED_BATCH
    share = -(-int(seconds * per_s) // len(names))
    signed = [sign_deposits(nodes.home(name).root, f"{name}.clerk", share * _OFFERED_BATCH) for name in names]
    bodies = [
        (nodes.place(name), b"\n".join(own[at : at + _OFFERED_BATCH]))
        for at in range(0, share * _OFFERED_BATCH, _OFFERED_BATCH)
        for name, own in zip(names, signed, strict=True)
    ]
    before, heights = spent_by_role(*nodes.pids), nodes.heights()
    sent = asyncio.run(post_paced("/v1/transactions/batch?wait=committed", bodies, "application/x-ndjson", per_s))
    applied = sent.statuses.get("applied", 0)
    return {
        "per_s": _OFFERED_PER_S,
        "transactions_per_request": _OFFERED_BATCH,
        "committed_per_s": round(applied / sent.seconds, 1),
        "committed_ms": _percentiles(sent),
        "applied": applied,
        "other": _others([sent]),
        "seconds": round(sent.seconds, 2),
        "blocks": min(nodes.heights()) - min(heights),
        "cpu_s": since(before, spent_by_role(*nodes.pids)),
    }


def _percentiles(sent: Sent) -> dict[str, float]:
    return {name: sent.percentile(share) for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))}


def _settle(nodes: Nodes) -> float:
    """Wait until all running nodes have the same height, which no load raises any more; answers how long it took, seconds."""
    began = time.monotonic()
    while time.monotonic() - began < _SETTLED_S:
        heights = nodes.heights()
        if len(set(heights)) == 1:
            return time.monotonic() - began
        time.sleep(0.01)
    raise NotTogether(why=Words("一分钟内各节点高度未一致", "the nodes were not at one height within a minute"))


def _light(nodes: Nodes, seconds: float) -> dict[str, Any]:
    names = nodes.names
    share = -(-int(seconds * _LIGHT_PER_S) // len(names))
    signed = [sign_deposits(nodes.home(name).root, f"{name}.clerk", share, 1) for name in names]
    places = itertools.cycle([nodes.place(name) for name in names])
    bodies = [(next(places), raw) for turn in zip(*signed, strict=True) for raw in turn]
    before = spent_by_role(*nodes.pids)
    sent = asyncio.run(post_paced("/v1/transactions?wait=sealed", bodies, "application/json", _LIGHT_PER_S))
    return {
        "per_s": _LIGHT_PER_S,
        "sealed_ms": _percentiles(sent),
        "applied": sent.statuses.get("applied", 0),
        "other": _others([sent]),
        "seconds": round(sent.seconds, 2),
        "cpu_s": since(before, spent_by_role(*nodes.pids)),
    }


def _idle(nodes: Nodes) -> dict[str, Any]:
    heights, before = nodes.heights(), spent_by_role(*nodes.pids)
    time.sleep(_IDLE_S)
    cpu = since(before, spent_by_role(*nodes.pids))
    return {"blocks": max(nodes.heights()) - max(heights), "share_of_a_core": round(sum(cpu.values()) / _IDLE_S, 3), "cpu_s": cpu}


def _others(parts: Sequence[Sent]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in parts:
        for status, count in each.statuses.items():
            if status != "applied":
                found[status] = found.get(status, 0) + count
    return found


def _ratio(value: float, whole: float) -> float:
    return round(value / whole, 3) if whole else 0.0
