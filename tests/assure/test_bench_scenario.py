"""The measurement of an application: it runs on few receivables for a second, and says so where it cannot be prepared."""

import pytest

from zhulian.assure import bench_scenario
from zhulian.assure.load import Sent


@pytest.mark.long
def test_bench_scenario__commits_what_it_sends_and_times_the_handler() -> None:
    found = bench_scenario.run(1, 20)
    assert found["applied"] > 0
    assert found["other"] == {}
    assert found["committed_per_s"] > 0
    assert 0 < found["action_us"]["least"] <= found["action_us"]["p50"] <= found["action_us"]["p99"]
    assert found["action_us"]["records"] == 20
    assert found["ratio_to_yardstick"] > 0


def test_bench_scenario__bench_3_where_what_it_measures_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_scenario, "_post", lambda *_: Sent(statuses={"applied": 3, "refused": 2}))
    with pytest.raises(bench_scenario.LoadRefused) as caught:
        bench_scenario._prepare("127.0.0.1", 1, [b"{}"])
    assert caught.value.code == "bench/3"
    assert caught.value.outcomes == "applied 3, refused 2"
