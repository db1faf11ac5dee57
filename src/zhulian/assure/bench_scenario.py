"""How many actions of an application a solo node commits: `pass_on` of the receivable pack, real processes, SM2 and fsync on."""

import asyncio
import itertools
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian.assure import bench_crypto
from zhulian.assure.bench_ledger import start_node, stop_node
from zhulian.assure.load import Sent, post_all, sign_messages
from zhulian.assure.scenario_stage import CAST, PACKS, PASSINGS_MOST, measure
from zhulian.assure.spent import since, spent_by_role
from zhulian.client import Chain, connect
from zhulian.client.apps.errors import SpacesMissing
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.ledger.types import Message
from zhulian.modules.scenario.messages import Act
from zhulian.network import found_sample

__all__ = ["LoadRefused", "run"]

_BATCH = 250
_CONNECTIONS = 4
_RATE = 2_000
"""For how many transactions a second load is signed; a faster node ends early and is measured all the same."""
_DRAWN_MAX = 1_000
"""How many receivables are drawn and confirmed by transactions; more would only make the preparation longer."""
_FEW = 1_000
_ACTIONS = 5
"""For each receivable of a thousand."""
_CREDITORS = ("org2", "org3")
_AMOUNT = 10**6
_DAY = 86_400


class LoadRefused(
    Refusal,
    code="bench/3",
    zh="准备测试数据时有交易未获执行：{outcomes}。请查看节点日志。",
    en="Transactions that prepare the measurement were not applied: {outcomes}. See the node's log.",
):
    outcomes: str


def run(seconds: float = 20, records: int = _FEW) -> dict[str, Any]:
    """Measure for `seconds` on a fresh chain, and the handler alone on a thousand receivables and on `records`.

    `committed_per_s` counts transfers that were applied and sealed, from the first byte sent to the last answer. `action_us` is
    the handler in one process: after verification, before the state tree, in microseconds (see `measure`); it is measured again
    on `records` receivables, and `ratio_of_records` is how the medians compare.

    Raises:
        NodeDidNotStart, LoadRefused.
    """
    yardstick = bench_crypto.run(2.0)
    drawn = min(records, _DRAWN_MAX)
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        actions = _ACTIONS * min(records, _FEW)
        few = measure(min(records, _FEW), actions, Path(folder) / "few")
        many = few if records <= _FEW else measure(records, actions, Path(folder) / "many")
        home = Home(Path(folder) / "home")
        found_sample(home, int(time.time()))
        node, host, port = start_node(home)
        try:
            with connect(f"http://{host}:{port}", home=home.root) as chain:
                _found(chain)
            names = _draw(home, host, port, drawn)
            load = _transfers(home, names, min(int(seconds * _RATE), drawn * PASSINGS_MOST))
            before, own = spent_by_role(node.pid), time.process_time()
            sent = _post(host, port, load, "sealed", seconds)
            cpu = {**since(before, spent_by_role(node.pid)), "load generator": round(time.process_time() - own, 2)}
        finally:
            stop_node(node)
    applied = sent.statuses.get("applied", 0)
    rate = round(applied / sent.seconds, 1)
    return {
        "committed_per_s": rate,
        "applied": applied,
        "other": {name: count for name, count in sent.statuses.items() if name != "applied"},
        "seconds": round(sent.seconds, 2),
        "p50_ms": sent.percentile(0.5),
        "p99_ms": sent.percentile(0.99),
        "cpu_s": cpu,
        "action_us": few,
        "action_us_at_most_records": many,
        "ratio_of_records": round(many["p50"] / few["p50"], 3),
        "yardstick_sm2_verify_per_s": yardstick["verify_per_s"],
        "ratio_to_yardstick": round(rate / yardstick["verify_per_s"], 3),
        "conditions": {
            "transaction": "scenario.act, pass_on of the receivable pack, one signer",
            "receivables_by_transactions": drawn,
            "action_us": "in one process, state in memory, receivables loaded below the signature layer",
            "transactions_per_request": _BATCH,
            "connections": _CONNECTIONS,
            "suite": "gm",
            "durable": "fsync of each block and of the seal log before the answer",
            "answer": "sealed",
            "load_generator": "on the same machine, beside the node, signed beforehand",
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": yardstick["conditions"]["load_1m"],
        },
    }


def _found(chain: Chain) -> None:
    """Publish the two packs, open them, and admit to their roles, all by transactions."""
    chain.identity.set_duties("org1.clerk", ["admin", "maker"], signer="org1.admin")
    chain.identity.set_duties("org1.admin", ["admin", "checker", "voter"], signer="org1.clerk")
    for pack in ("settlement", "receivable"):
        chain.scenario.publish(PACKS / pack / "scenario.yaml", signer="org1.admin")
    chain.scenario.open("settlement", signer="org1.admin")
    limits = {"passings_most": str(PASSINGS_MOST)}
    try:
        chain.scenario.open("receivable", settings=limits, signer="org1.admin")
    except SpacesMissing as missing:
        _decide(chain, missing.actions)
        chain.scenario.open("receivable", settings=limits, signer="org1.admin")
    for role, parties in CAST.items():
        for party in parties.split():
            chain.scenario.admit("receivable", role, party, signer="org1.admin")


def _decide(chain: Chain, actions: list[dict[str, Any]]) -> None:
    """Let the members of the sample consortium decide something."""
    proposal = chain.govern.propose(actions, signers=["org1.admin"]).transaction
    for voter in ("org2.admin", "org3.admin"):
        chain.govern.vote(proposal, "yes", signers=[voter])


def _draw(home: Home, host: str, port: int, count: int) -> dict[str, list[str]]:
    """Let each creditor draw its part of `count` receivables, and the debtor confirm them; the numbers by creditor."""
    due = int(time.time()) // _DAY + 90
    names = {
        creditor: [f"AR-{number:08}" for number in range(count) if number % len(_CREDITORS) == place]
        for place, creditor in enumerate(_CREDITORS)
    }
    drawn = [
        sign_messages(home.root, [f"{creditor}.clerk"], [_drawing(name, due) for name in own]) for creditor, own in names.items()
    ]
    _prepare(host, port, [raw for part in drawn for raw in part])
    confirming: list[Message] = [
        Act(instance="receivable", action="confirm", on=((name,),)) for own in names.values() for name in own
    ]
    _prepare(host, port, sign_messages(home.root, ["org1.clerk", "org1.admin"], confirming))
    return names


def _drawing(name: str, due: int) -> Message:
    given = {
        "number": name, "debtor": "org1", "amount": _AMOUNT, "due": due, "invoice": f"{name[3:]:0>20}", "contract": "ab" * 32,
    }  # fmt: skip
    return Act(instance="receivable", action="draw", input=given)


def _transfers(home: Home, names: dict[str, list[str]], count: int) -> list[bytes]:
    """`count` signed transfers of one fen from either creditor to the other, over all receivables in turn."""
    parts = []
    for creditor, own in names.items():
        other = next(each for each in names if each != creditor)
        given = {"amount": 1, "basis": "cd" * 32, "to": other}
        turns = itertools.islice(itertools.cycle(own), -(-count // len(names)) if own else 0)
        messages: list[Message] = [Act(instance="receivable", action="pass_on", on=((name,),), input=given) for name in turns]
        parts.append(sign_messages(home.root, [f"{creditor}.clerk"], messages))
    return [raw for turn in itertools.zip_longest(*parts) for raw in turn if raw is not None][:count]


def _prepare(host: str, port: int, raws: Sequence[bytes]) -> None:
    sent = _post(host, port, raws, "committed", 600.0)
    if set(sent.statuses) - {"applied"}:
        raise LoadRefused(outcomes=", ".join(f"{name} {count}" for name, count in sorted(sent.statuses.items())))


def _post(host: str, port: int, raws: Sequence[bytes], wait: str, seconds: float) -> Sent:
    bodies = [b"\n".join(raws[at : at + _BATCH]) for at in range(0, len(raws), _BATCH)]
    path, media = f"/v1/transactions/batch?wait={wait}", "application/x-ndjson"
    return asyncio.run(post_all(host, port, path, bodies, media, _CONNECTIONS, seconds))
