"""`zhulian bench tree` lets both ways of the tree take the same batches."""

import pytest

from zhulian.assure import bench_tree
from zhulian.errors import Bug
from zhulian.merkle import StateTree


def test_bench_tree__shows_both_ways_side_by_side() -> None:
    found = bench_tree.run(0.05, 10_000)
    assert found["native"]
    for size in (500, 2_000):
        python, native = found[f"batch_{size}"]["python"], found[f"batch_{size}"]["native"]
        assert python["pages_per_update"] == native["pages_per_update"] > 0
        assert native["ratio_tree"] == pytest.approx(python["tree_us"] / native["tree_us"], rel=0.1)
        assert "ratio_tree" not in python


def test_bench_tree__stops_where_the_ways_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    roots = iter(range(1_000))
    monkeypatch.setattr(StateTree, "root", lambda self: bytes([next(roots) % 256]))
    with pytest.raises(Bug, match="same root"):
        bench_tree.run(0.05, 10_000)
