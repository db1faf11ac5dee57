"""The times of a transaction's way: each station when it is passed, the newest only, and nothing of what came in elsewhere."""

import time

from zhulian.consensus.solo import Outcome
from zhulian.node.stations import Stations


def _outcome(transaction: str, height: int = 7) -> Outcome:
    return Outcome(transaction, height, 0, None)


def test_stations__are_told_in_the_order_in_which_they_are_passed() -> None:
    stations, received = Stations(), time.time_ns() // 1_000_000 - 5
    stations.admitted(["a"], received)
    assert set(stations.of("a")) == {"received_ms", "verified_ms"}
    stations.settled([_outcome("a")], received + 6, sealed=False)
    committed = stations.of("a")["committed_ms"]
    stations.settled([_outcome("a")], received + 99, sealed=True)
    found = stations.of("a")
    assert found["received_ms"] == received
    assert found["proposed_ms"] == received + 6, "a second telling changes nothing of the first"
    assert found["committed_ms"] == committed
    assert list(found) == ["received_ms", "verified_ms", "proposed_ms", "committed_ms", "sealed_ms"]


def test_stations__where_block_and_seals_come_at_once() -> None:
    stations = Stations()
    stations.admitted(["a"], 1)
    stations.settled([_outcome("a")], 2, sealed=True)
    found = stations.of("a")
    assert found["committed_ms"] == found["sealed_ms"] >= found["verified_ms"]


def test_stations__forget_the_oldest_what_is_dropped_and_never_knew_the_others() -> None:
    stations = Stations(kept_max=2)
    stations.admitted(["a", "b", "c"], 1)
    assert stations.of("a") == {}
    assert stations.of("b")["received_ms"] == 1
    stations.settled([_outcome("b", height=0)], 2, sealed=True)
    assert stations.of("b") == {}
    stations.settled([_outcome("x")], 2, sealed=True)
    assert stations.of("x") == {}
