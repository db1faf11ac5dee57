"""Sandboxes against a running node: copied, tried, compared, thrown away; and nothing of them verifies on production."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client import connect

LEASE = Path(__file__).resolve().parents[1] / "offchain" / "lease.yaml"
APP = "tried-lease"
STEPS = """
steps:
  - {who: org1, does: file, with: {number: HT-2021-9, place: 西湖区, kind: flat, rent: '900.00', memo: 附注}}
  - {who: org1, does: end, on: HT-2020-1}
  - {who: org1, does: end, on: HT-2020-1}
"""


def _url(live: LiveNode) -> str:
    return str(json.loads((live.home / "run" / "node.json").read_bytes())["url"])


@pytest.fixture(scope="module")
def leases(live: LiveNode) -> None:
    with connect(_url(live), home=live.home) as chain:
        chain.scenario.publish(LEASE)
        chain.scenario.open("lease", as_=APP)
        app = chain.app(APP)
        app.admit("lessor", "org1")
        for number in (1, 2):
            app.file(number=f"HT-2020-{number}", place="西湖区文三路一号", kind="flat", rent="1000.50", memo="押金已付讫")
        app.end("HT-2020-2")


def test_sandbox__is_copied_tried_compared_and_thrown_away(run: Run, at_home: LiveNode, leases: None, tmp_path: Path) -> None:
    steps, changed = tmp_path / "steps.yaml", tmp_path / "changed.yaml"
    steps.write_text(STEPS)
    made = run("sandbox", "open", "try1", "--from", APP, "--coarsen", "10000", "--json").document
    how = {(each["record"], each["field"]): each["how"] for each in made["report"]}
    assert how["contract", "memo"] == "dropped"
    assert how["contract", "rent"] == "coarsened"
    assert how["contract", "number"] == "kept"
    assert made["left_out"] == []
    kept = (at_home.home / "sandboxes" / "try1" / "copy.json").read_text()
    assert "100000" in kept
    assert "100050" not in kept
    assert "memo" not in json.dumps(json.loads(kept)["records"])
    out = tmp_path / "out"
    tried = run("sandbox", "try", "try1", steps, "--out", out, "--json").document
    assert "steps" in tried, tried
    assert [each["refused"] is None for each in tried["steps"]] == [True, True, False]
    assert tried["records"]["contract HT-2020-1"]["state"] == "ended"
    receipts = sorted(out.glob("*.receipt.json"))
    assert receipts
    own = run("verify", receipts[0], "--genesis", out / "genesis.json")
    assert own.status == 0
    assert "a sandbox" in own.err
    production = run("verify", receipts[0], "--genesis", at_home.home / "genesis.json")
    assert production.status == 1
    assert "sandbox-try1, a sandbox" in production.err
    changed.write_text(LEASE.read_text().replace("    from: filed\n    to: ended", "    from: [filed, ended]\n    to: ended"))
    assert run("sandbox", "compare", "try1", steps, "--definition", LEASE).out == "Everything comes out the same.\n"
    differs = run("sandbox", "compare", "try1", steps, "--definition", changed, "--json").document["differences"]
    assert [each["what"] for each in differs] == ["3"]
    assert (differs[0]["now"], differs[0]["then"].partition(" ")[0]) == ("scenario/61", "ok") or differs[0]["then"].startswith(
        "ok"
    )
    assert run("sandbox", "list").out == "try1\n"
    assert run("sandbox", "drop", "try1", "--lang", "zh").out == "沙箱 try1 已删除。\n"
    assert not (at_home.home / "sandboxes" / "try1").exists()
