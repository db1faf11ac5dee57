import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from zhulian.consensus.comet.heard import Heard
from zhulian.consensus.solo import Outcome
from zhulian.ledger.types import Seal
from zhulian.node.telemetry import Telemetry

ROOT = Path(__file__).parents[2]


class FakeApplication:
    executed = written = None


def sight(**more: Any) -> dict[str, Any]:
    found = {
        "accepting": True,
        "certificates": {"org1.clerk": 2_000_000_000},
        "chain": 'zl-demo."9f3c"',
        "disk": {"free_bytes": 5, "size_bytes": 10},
        "due": None,
        "engine": "cometbft",
        "height": 12,
        "network": {"catching_up": False, "engine_height": 30, "peers": ["org2", "org3"], "unsealed_count": 1},
        "pending": 3,
        "pending_bytes": 900,
        "seals": {"org1": 0, "org2": 25},
        "sealers": 4,
        "skew_ms": {"org2": -1500},
        "time_ms": 1_766_880_000_500,
        "turned_away": 2,
        "verifying": 7,
        "versions": {"zhulian": "0.1.0", "engine": "0.39.0"},
        "workers": [os.getpid()],
    }
    return {**found, **more}


def samples(telemetry: Telemetry) -> dict[tuple[str, tuple[str, ...]], float]:
    found = {}
    for family in text_string_to_metric_families(telemetry.text().decode()):
        assert family.documentation, family.name
        for each in family.samples:
            found[each.name, tuple(value for _, value in sorted(each.labels.items()))] = each.value
    return found


def outcomes(height: int, codes: list[str | None]) -> list[Outcome]:
    return [Outcome("ab" * 32, height, place, code, None) for place, code in enumerate(codes)]


def test_metrics__say_what_the_node_sees() -> None:
    found = samples(Telemetry(FakeApplication(), lambda: sight(due=time.time() - 90)))  # type: ignore[arg-type]
    assert found["zhulian_ledger_height", ()] == 12
    assert found["zhulian_ledger_time_seconds", ()] == 1_766_880_000.5
    assert found["zhulian_seal_silent_headers", ("org2",)] == 25
    assert found["zhulian_clock_skew_seconds", ("org2",)] == -1.5
    assert found["zhulian_turned_away_total", ()] == 2
    assert found["zhulian_peers", ()] == 2
    assert found["zhulian_build_info", ('zl-demo."9f3c"', "cometbft", "0.39.0", "0.1.0")] == 1
    assert 89 < found["zhulian_timers_late_seconds", ()] < 100
    assert found["zhulian_worker_cpu_seconds_total", ("0",)] > 0
    alone = samples(Telemetry(FakeApplication(), lambda: sight(network=None, seals={}, skew_ms={})))  # type: ignore[arg-type]
    assert ("zhulian_peers", ()) not in alone


def test_metrics__count_each_transaction_once_and_time_its_seal() -> None:
    telemetry = Telemetry(FakeApplication(), sight)  # type: ignore[arg-type]
    telemetry.settled(outcomes(1, [None, "evidence/3", None]), sealed=False)
    telemetry.settled(outcomes(0, ["tx/6"]), sealed=True)  # dropped while it waited: in no block
    assert samples(telemetry)["zhulian_seal_seconds_count", ()] == 0
    telemetry.settled(outcomes(1, [None, "evidence/3", None]), sealed=True)
    telemetry.settled(outcomes(2, [None]), sealed=True)  # alone, a block is committed and sealed in one go
    found = samples(telemetry)
    assert found["zhulian_transactions_total", ("applied",)] == 3
    assert found["zhulian_transactions_total", ("refused",)] == 1
    assert found["zhulian_seal_seconds_count", ()] == 2


def test_metrics__are_named_as_prometheus_asks() -> None:
    promtool = shutil.which("promtool") or str(ROOT / ".venv" / "bin" / "promtool")
    text = Telemetry(FakeApplication(), sight).text()  # type: ignore[arg-type]
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()


def seal(sealer: str, time_ms: int) -> Seal:
    return Seal(key="ab" * 32, sealer=sealer, signature="cd" * 64, time_ms=time_ms)


def test_heard__counts_headers_without_a_seal_since_this_node_takes_part() -> None:
    heard = Heard()
    assert heard.silent(500, ["org1", "org2"]) == {"org1": 0, "org2": 0}, "nothing is known yet"
    heard.begin(501)
    heard.note(501, seal("org1", 10), None)
    assert heard.silent(501, ["org1", "org2"]) == {"org1": 0, "org2": 1}
    assert heard.silent(530, ["org1", "org2"]) == {"org1": 29, "org2": 30}
    heard.note(529, seal("org2", 10), None)
    heard.note(505, seal("org2", 10), None)
    assert heard.silent(530, ["org2"]) == {"org2": 1}
    assert not heard.is_news("org2", 529)
    assert heard.is_news("org2", 530)


def test_heard__takes_the_median_of_the_clocks() -> None:
    heard = Heard()
    for height, difference in enumerate((1200, -40, 1180, 90_000, 1210), 1):
        heard.note(height, seal("org2", 1_000_000 + difference), seal("org1", 1_000_000))
    heard.note(6, seal("org1", 5), seal("org1", 5))
    assert heard.skews_ms(["org1", "org2", "org3"]) == {"org2": 1200}
