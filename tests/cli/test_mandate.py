"""Freezing on the command line against a running node whose genesis gives that power to org4."""

import json
from pathlib import Path

from tests.cli.conftest import LiveNode, Run


def test_mandate__freezes_by_two_officers_of_the_regulator_and_by_nobody_else(
    run: Run, at_home: LiveNode, tmp_path: Path
) -> None:
    order = tmp_path / "order.pdf"
    order.write_bytes(b"order")
    listed = run("mandate", "list", "--json")
    assert (listed.status, json.loads(listed.out)) == (0, {"frozen": []})
    assert run("mandate", "list").status == 0
    asked = ("mandate", "freeze", "org2", "--document", order, "--days", "30", "--as", "org1.admin")
    once = run(*asked)
    assert once.status != 0
    assert "--as" in once.err
    others = run(*asked, "--as", "org1.clerk")
    assert others.status != 0
    assert "mandate/2" in others.err
    by = ("--as", "org4.admin", "--as", "org4.clerk")
    frozen = run("mandate", "freeze", "org2", "--document", order, "--days", "30", *by)
    assert frozen.status == 0, frozen.err
    assert "org2" in run("mandate", "list").out
    stranger = run("mandate", "thaw", "org2", "--document", order, "--as", "org1.admin", "--as", "org1.clerk")
    assert "mandate/2" in stranger.err
    thawed = run("mandate", "thaw", "org2", "--document", order, *by)
    assert thawed.status == 0, thawed.err
    assert json.loads(run("mandate", "list", "--json").out) == {"frozen": []}
    recall = ("mandate", "recall", "food/lot/L-1", "--document", order, "--days", "30")
    assert "--as" in run(*recall, "--as", "org4.admin").err
    assert "mandate/2" in run(*recall, "--as", "org1.admin", "--as", "org1.clerk").err
    assert "trace/6" in run(*recall, *by).err  # nothing is followed on this chain
    missing = run("mandate", "thaw", "org2", "--document", tmp_path / "none", "--as", "org1.admin", "--as", "org1.clerk")
    assert missing.status != 0
