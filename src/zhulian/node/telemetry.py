"""What the ledger process tells Prometheus: counters that it keeps, and gauges that are read when somebody asks."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zhulian.consensus.solo import Outcome
from zhulian.node.timed import TimedApplication

__all__ = ["Sight", "Telemetry"]

_WATCHED_MAX = 1_000
_TICKS = os.sysconf("SC_CLK_TCK")
_BLOCK_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_SEAL_S = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1, 2, 5, 10)

Sight = dict[str, Any]
"""What the status shows, and beside it `verifying`, `turned_away`, `workers`, `certificates` and `due` (see `Telemetry`)."""


class Telemetry:
    """One ledger process's metrics.

    Args:
        look: Answers the status with what only metrics need: `verifying` (signatures without verdict), `turned_away`
            (transactions, since the start), `workers` (process ids), `certificates` (name → Unix seconds of its end),
            `due` (Unix seconds of the next timer, or None).
    """

    def __init__(self, application: TimedApplication, look: Callable[[], Sight]) -> None:
        self._registry = CollectorRegistry()
        names: dict[str, Any] = {"registry": self._registry}
        self._blocks = Counter("zhulian_blocks", "Ledger blocks committed by this process.", **names)
        self._transactions = Counter(
            "zhulian_transactions", "Transactions in committed blocks, by what came of them.", ["outcome"], **names
        )
        for outcome in ("applied", "refused"):
            self._transactions.labels(outcome)
        self._seal = Histogram(
            "zhulian_seal_seconds", "From the commit of a block to its quorum of seals.", buckets=_SEAL_S, **names
        )
        executed = Histogram("zhulian_block_execution_seconds", "Executing a block.", buckets=_BLOCK_S, **names)
        written = Histogram("zhulian_block_commit_seconds", "Writing a block durably.", buckets=_BLOCK_S, **names)
        application.executed, application.written = executed.observe, written.observe
        self._made: dict[int, float] = {}
        self._registry.register(_Gauges(look))
        ProcessCollector(namespace="zhulian_ledger", registry=self._registry)

    def settled(self, outcomes: Sequence[Outcome], *, sealed: bool) -> None:
        """What became of transactions, as a driver tells it: when their block is committed, and when it has its seals."""
        height = outcomes[0].height if outcomes else 0
        if not height:
            return
        now = time.monotonic()
        if height not in self._made:
            refused = sum(each.code is not None for each in outcomes)
            self._transactions.labels("applied").inc(len(outcomes) - refused)
            self._transactions.labels("refused").inc(refused)
            self._made[height] = now
            while len(self._made) > _WATCHED_MAX:
                del self._made[min(self._made)]
        if sealed:
            self._seal.observe(now - self._made.pop(height))

    def block(self) -> None:
        """A block was committed."""
        self._blocks.inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    """Reads what stands somewhere anyhow, at the moment it is asked for."""

    def __init__(self, look: Callable[[], Sight]) -> None:
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: a look costs something, and no name is used twice."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every gauge."""
        sight = self._look()
        network = sight.get("network") or {}
        versions = sight["versions"]
        info = GaugeMetricFamily(
            "zhulian_build_info", "Versions of this node; always 1.", labels=["version", "engine", "engine_version", "chain"]
        )
        info.add_metric([versions["zhulian"], sight["engine"], versions.get("engine", ""), sight["chain"]], 1)
        yield info
        for name, words, value in _plain(sight, network):
            yield GaugeMetricFamily(name, words, value=value)
        yield CounterMetricFamily(
            "zhulian_turned_away", "Transactions turned away at the door.", value=float(sight["turned_away"])
        )
        yield _labelled("zhulian_seal_silent_headers", "Newest headers without a seal of the member.", "sealer", sight["seals"])
        skews = {name: value / 1000 for name, value in sight["skew_ms"].items()}
        words = "How far a member's clock is ahead of this node's, by the times of its seals."
        yield _labelled("zhulian_clock_skew_seconds", words, "sealer", skews)
        yield _labelled(
            "zhulian_certificate_end_timestamp_seconds",
            "When a certificate of this home runs out.",
            "name",
            sight["certificates"],
        )
        worker = CounterMetricFamily("zhulian_worker_cpu_seconds", "Processor time of a signature worker.", labels=["worker"])
        for number, pid in enumerate(sight["workers"]):
            worker.add_metric([str(number)], _cpu_s(pid))
        yield worker


def _plain(sight: Sight, network: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    yield "zhulian_ledger_height", "Height of the newest ledger block.", sight["height"]
    yield "zhulian_ledger_time_seconds", "Time of the newest ledger block.", sight["time_ms"] / 1000
    yield "zhulian_accepting", "1 while deposits are accepted.", sight["accepting"]
    yield "zhulian_pool_transactions", "Transactions that wait for a block.", sight["pending"]
    yield "zhulian_pool_bytes", "Bytes of the transactions that wait for a block.", sight["pending_bytes"]
    yield "zhulian_verify_queue_signatures", "Signatures that have no verdict yet.", sight["verifying"]
    yield "zhulian_sealers", "Members of the sealer set.", sight["sealers"]
    due = sight["due"]
    late = 0.0 if due is None else max(0.0, time.time() - due)
    yield "zhulian_timers_late_seconds", "For how long the next timer has been due.", late
    disk = sight["disk"]
    yield "zhulian_disk_free_bytes", "Room on the disk that holds the home.", disk["free_bytes"]
    yield "zhulian_disk_size_bytes", "Size of the disk that holds the home.", disk["size_bytes"]
    if network:
        yield "zhulian_engine_height", "Height of the engine's newest block.", network["engine_height"]
        yield "zhulian_engine_catching_up", "1 while the engine fetches blocks that it lacks.", network["catching_up"]
        yield "zhulian_peers", "Other nodes that this one is connected with.", len(network["peers"])
        yield "zhulian_unsealed_headers", "Headers that lack a quorum of seals.", network["unsealed_count"]


def _labelled(name: str, words: str, label: str, values: dict[str, Any]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, words, labels=[label])
    for each, value in sorted(values.items()):
        found.add_metric([each], float(value))
    return found


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
