"""The measurement of an application runs, on few receivables and for a second."""

from zhulian.assure.bench_scenario import run


def test_bench_scenario__commits_what_it_sends_and_times_the_handler() -> None:
    found = run(1, 20)
    assert found["applied"] > 0
    assert found["other"] == {}
    assert found["committed_per_s"] > 0
    assert 0 < found["action_us"]["least"] <= found["action_us"]["p50"] <= found["action_us"]["p99"]
    assert found["action_us"]["records"] == 20
    assert found["ratio_to_yardstick"] > 0
