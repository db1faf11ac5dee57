"""How many deposits a solo node commits: real processes, real HTTP, SM2 and fsync on, load signed beforehand."""

import asyncio
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from zhulian.assure import bench_crypto
from zhulian.assure.load import Sent, post_all, sign_deposits
from zhulian.assure.spent import since, spent_by_role
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.network import found_sample

__all__ = ["NodeDidNotStart", "run", "start_node", "stop_node"]

_SIGNER = "org1.clerk"
_BATCH = 250
_BATCH_CONNECTIONS = 4
_SINGLE_CONNECTIONS = 64
_BATCH_RATE, _SINGLE_RATE = 4_000, 2_000
"""For how many transactions a second load is signed; a faster node ends early and is measured all the same."""


class NodeDidNotStart(
    Refusal,
    code="bench/1",
    zh="测试节点未能启动：{why.zh}。请查看其日志。",
    en="The node to be measured did not start: {why.en}. See its log.",
):
    why: Words


def run(seconds: float = 20) -> dict[str, Any]:
    """Measure for `seconds` in batches and for `seconds` one per request, each on the same fresh chain.

    `committed_per_s` is the batch path: transactions applied and sealed, divided by the time from the first byte sent to
    the last answer. Latencies are of requests, in milliseconds. `cpu_s` is processor time by process.
    """
    yardstick = bench_crypto.run(2.0)
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        home = Home(Path(folder) / "home")
        found_sample(home, int(time.time()))
        node, host, port = start_node(home)
        try:
            batch = _measure(home, node, host, port, seconds, batched=True)
            single = _measure(home, node, host, port, seconds, batched=False)
        finally:
            stop_node(node)
        size = sum(each.stat().st_size for each in home.database.rglob("*") if each.is_file())
    applied = batch["applied"] + single["applied"]
    return {
        "committed_per_s": batch["committed_per_s"],
        "one_per_request_per_s": single["committed_per_s"],
        "batch": batch,
        "single": single,
        "disk_bytes_per_transaction": round(size / max(1, applied)),
        "yardstick_sm2_verify_per_s": yardstick["verify_per_s"],
        "ratio_to_yardstick": round(batch["committed_per_s"] / yardstick["verify_per_s"], 3),
        "conditions": {
            "transaction": "evidence.deposit, one signer, salted commitment",
            "suite": "gm",
            "durable": "fsync of each block and of the seal log before the answer",
            "answer": "sealed",
            "load_generator": "on the same machine, beside the node",
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": yardstick["conditions"]["load_1m"],
        },
    }


def _measure(
    home: Home, node: "subprocess.Popen[bytes]", host: str, port: int, seconds: float, *, batched: bool
) -> dict[str, Any]:
    raws = sign_deposits(home.root, _SIGNER, int(seconds * (_BATCH_RATE if batched else _SINGLE_RATE)))
    before = spent_by_role(node.pid)
    own = time.process_time()
    if batched:
        bodies = [b"\n".join(raws[at : at + _BATCH]) for at in range(0, len(raws), _BATCH)]
        path, media, connections = "/v1/transactions/batch?wait=sealed", "application/x-ndjson", _BATCH_CONNECTIONS
    else:
        bodies, path, media, connections = raws, "/v1/transactions?wait=sealed", "application/json", _SINGLE_CONNECTIONS
    sent = asyncio.run(post_all(host, port, path, bodies, media, connections, seconds))
    cpu = {**since(before, spent_by_role(node.pid)), "load generator": round(time.process_time() - own, 2)}
    return _figures(sent, cpu, batched)


def _figures(sent: Sent, cpu: dict[str, float], batched: bool) -> dict[str, Any]:
    applied = sent.statuses.get("applied", 0)
    return {
        "committed_per_s": round(applied / sent.seconds, 1),
        "applied": applied,
        "other": {name: count for name, count in sent.statuses.items() if name != "applied"},
        "seconds": round(sent.seconds, 2),
        "transactions_per_request": _BATCH if batched else 1,
        "connections": _BATCH_CONNECTIONS if batched else _SINGLE_CONNECTIONS,
        "p50_ms": sent.percentile(0.5),
        "p99_ms": sent.percentile(0.99),
        "cpu_s": cpu,
    }


def stop_node(node: "subprocess.Popen[bytes]") -> None:
    """End a node that `start_node` has started, and wait for it."""
    node.send_signal(signal.SIGTERM)
    node.wait(30)


def start_node(home: Home) -> "tuple[subprocess.Popen[bytes], str, int]":
    """Start the node of a home; its process, and the host and port where it listens.

    Raises:
        NodeDidNotStart.
    """
    environment = {**os.environ, "ZHULIAN_HOME": str(home.root)}
    environment.pop("ZHULIAN_PORT", None)
    log = home.root / "bench.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "zhulian.cli.main", "run", "--port", "0"]
        node = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if node.poll() is not None:
            raise NodeDidNotStart(why=Words.quote(log.read_text("utf-8", "replace")[-300:]))
        if home.node_file.is_file():
            url = msgspec.json.decode(home.node_file.read_bytes())["url"]
            found = re.fullmatch(r"http://([^:/]+):([0-9]+)/?", url)
            if found:
                return node, found[1], int(found[2])
        time.sleep(0.1)
    node.kill()
    raise NodeDidNotStart(why=Words("一分钟内未报告监听地址", "it did not say where it listens within a minute"))
