"""`state --light` and `network rehearse` against a real node that goes on running."""

import json
import socket
from pathlib import Path

from tests.cli.conftest import LiveNode, Run
from zhulian import canonical


def _deposit(run: Run, tmp_path: Path) -> str:
    file = tmp_path / "deed.txt"
    file.write_text("deed")
    found = run("evidence", "deposit", file, "--json", "--no-certificate").document["deposits"]
    return str(found[0]["deposit"])


def test_state_light__proves_and_says_how_fresh(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    port = json.loads((at_home.home / "run" / "node.json").read_text())["url"].rpartition(":")[2]
    key = ("evidence/deposits", _deposit(run, tmp_path), "org1")
    done = run("state", *key, "--light", port, "--json").document
    assert (done["present"], done["power"], done["certain"], done["caught"]) == (True, 1, True, [])
    held = json.loads((at_home.home / "client" / "checkpoint.json").read_text())
    assert held["height"] == done["height"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = str(taken.getsockname()[1])
        shown = run("state", *key, "--light", port, "--light", away, "--lang", "zh")
        assert shown.status == 0
        assert "client/1" in shown.out
        alone = run("state", *key, "--light", away)
    assert alone.status != 0
    assert "client/45" in alone.err


def test_state_light__starts_from_a_checkpoint_that_was_published(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    port = json.loads((at_home.home / "run" / "node.json").read_text())["url"].rpartition(":")[2]
    asked = ("state", "evidence/deposits", _deposit(run, tmp_path), "org1", "--light", port, "--checkpoint")
    published = tmp_path / "published.json"
    assert run("checkpoint", "fetch", "--out", published).status == 0
    assert run(*asked, published).status == 0
    other = json.loads(published.read_bytes())
    for false in ({**other, "header": "ab" * 32}, {**other, "height": other["height"] + 5}):
        (tmp_path / "false.json").write_bytes(canonical.encode(false))
        refused = run(*asked, tmp_path / "false.json")
        assert refused.status != 0
        assert "client/" in refused.err or "proof/" in refused.err
    assert "cli/" in run(*asked, tmp_path / "nowhere.json").err


def test_rehearse__replays_beside_the_running_node(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    _deposit(run, tmp_path)
    found = run("network", "rehearse", "--module", "evidence", "--version", "1", "--json").document
    assert (found["differing"], found["differing_keys"]) == (0, 0)
    assert found["transactions"] > 0
    assert "全部相同" in run("network", "rehearse", "--module", "evidence", "--version", "1", "--lang", "zh").out
    lacking = run("network", "rehearse", "--module", "evidence", "--version", "9")
    assert lacking.status != 0
    assert "ledger/10" in lacking.err
    assert "ledger/30" in run("network", "rehearse", "--module", "evidense", "--version", "1").err
    assert run("status", "--json").document["coming"] == []
    assert run("status").status == 0
