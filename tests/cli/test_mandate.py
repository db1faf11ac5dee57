"""Freezing on the command line against a running node whose genesis gives nobody that power."""

import json
from pathlib import Path

from tests.cli.conftest import LiveNode, Run


def test_mandate__lists_and_is_refused_without_a_mandate(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    order = tmp_path / "order.pdf"
    order.write_bytes(b"order")
    listed = run("mandate", "list", "--json")
    assert (listed.status, json.loads(listed.out)) == (0, {"frozen": []})
    assert run("mandate", "list").status == 0
    asked = ("mandate", "freeze", "org2", "--document", order, "--days", "30", "--as", "org1.admin")
    once = run(*asked)
    assert once.status != 0
    assert "--as" in once.err
    refused = run(*asked, "--as", "org1.clerk")
    assert refused.status != 0
    assert "mandate/1" in refused.err
    thawed = run("mandate", "thaw", "org2", "--document", order, "--as", "org1.admin", "--as", "org1.clerk")
    assert "mandate/1" in thawed.err
    missing = run("mandate", "thaw", "org2", "--document", tmp_path / "none", "--as", "org1.admin", "--as", "org1.clerk")
    assert missing.status != 0
